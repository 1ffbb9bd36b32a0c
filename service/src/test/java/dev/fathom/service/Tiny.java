package dev.fathom.service;

import static io.restassured.RestAssured.given;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** A dataset that is learned in a second: of four classes, each with one quarter of it bright. */
public final class Tiny {

  public static final int CLASSES = 4;

  private Tiny() {}

  /** {@return an IDX file, {@code [count, side, side]} u8} */
  public static byte[] images(int count, int side) {
    var random = new Random(count);
    var file = ByteBuffer.allocate(16 + count * side * side);
    file.putInt(0x0803).putInt(count).putInt(side).putInt(side);
    for (int i = 0; i < count; i++) {
      file.put(image(i % CLASSES, side, random));
    }
    return file.array();
  }

  /** {@return the pixels of an example} */
  public static byte[] image(int label, int side, Random random) {
    var pixels = new byte[side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        boolean bright = label == 2 * (2 * y / side) + 2 * x / side;
        pixels[y * side + x] = (byte) (random.nextInt(100) + (bright ? 150 : 0));
      }
    }
    return pixels;
  }

  /** {@return an IDX file, {@code [count]} u8: 0, 1, 2, 3, 0, ...} */
  public static byte[] labels(int count) {
    var file = ByteBuffer.allocate(8 + count);
    file.putInt(0x0801).putInt(count);
    for (int i = 0; i < count; i++) {
      file.put((byte) (i % CLASSES));
    }
    return file.array();
  }

  public static byte[] gzip(byte[] bytes) {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  /** {@return a spec that learns it} */
  public static String spec(String name, String dataset, String training) {
    return """
    {"name": "%s", "data": {"dataset": "%s", "scale": 0.004},
     "model": [{"type": "flatten"}, {"type": "dense", "units": 8, "activation": "relu"},
               {"type": "dense", "units": 4}],
     "training": {"batchSize": 16, "seed": 7, "optimizer": {"type": "adam", "learningRate": 0.01},
                  %s}}
    """
        .formatted(name, dataset, training);
  }

  /** {@return the files of a dataset: 200 examples of 6 x 6 pixels, and 40 to test on} */
  public static Map<String, byte[]> files() {
    return Map.of(
        "train-images-idx3-ubyte.gz", gzip(images(200, 6)),
        "train-labels-idx1-ubyte", labels(200),
        "t10k-images-idx3-ubyte", images(40, 6),
        "t10k-labels-idx1-ubyte", labels(40));
  }

  /** Uploads all {@link #files}. */
  public static void upload(String dataset) {
    files().forEach((file, content) -> put(dataset, file, content));
  }

  public static void put(String dataset, String file, byte[] content) {
    given()
        .contentType("application/octet-stream")
        .body(content)
        .put("/api/v1/datasets/" + dataset + "/files/" + file)
        .then()
        .statusCode(200);
  }
}
