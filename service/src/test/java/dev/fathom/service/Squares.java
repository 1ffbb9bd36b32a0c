package dev.fathom.service;

import dev.fathom.image.Picture;
import dev.fathom.image.PngWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Scenes that are learned in seconds: a red or a blue square on grey, with its box and mask. */
public final class Squares {

  /** The side of a scene, and of its square. */
  public static final int SIDE = 16;

  public static final int SQUARE = 6;

  private static final int SCENES = 96;

  private Squares() {}

  /** {@return a scene, each of its pixels {@code scale} times as wide and high} */
  public static byte[] picture(boolean red, int left, int top, int scale) {
    var random = new Random(31 * left + top);
    int side = SIDE * scale;
    var pixels = new byte[3 * side * side];
    for (int i = 0; i < side * side; i++) {
      boolean inside = isInside(i % side / scale, i / side / scale, left, top);
      for (int part = 0; part < 3; part++) {
        boolean bright = inside && part == (red ? 0 : 2);
        pixels[3 * i + part] = (byte) (random.nextInt(30) + (bright ? 220 : inside ? 0 : 90));
      }
    }
    return PngWriter.of(new Picture(side, side, 3, pixels));
  }

  private static boolean isInside(int x, int y, int left, int top) {
    return x >= left && x < left + SQUARE && y >= top && y < top + SQUARE;
  }

  private static byte[] mask(boolean red, int left, int top) {
    var pixels = new byte[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (isInside(i % SIDE, i / SIDE, left, top) ? red ? 1 : 2 : 0);
    }
    return PngWriter.indexed(SIDE, SIDE, List.of(0, 0xff0000, 0xff), pixels);
  }

  /** The files of a dataset. */
  public record Files(byte[] zip, String annotations) {}

  /** {@return a zip file of pictures and masks, and annotations of COCO} */
  public static Files files() throws IOException {
    var random = new Random(5);
    var out = new ByteArrayOutputStream();
    var images = new StringBuilder();
    var annotations = new StringBuilder();
    try (var zip = new ZipOutputStream(out)) {
      for (int i = 0; i < SCENES; i++) {
        boolean red = i % 2 == 0;
        int left = random.nextInt(SIDE - SQUARE + 1);
        int top = random.nextInt(SIDE - SQUARE + 1);
        zip.putNextEntry(new ZipEntry("pictures/%d.png".formatted(i)));
        zip.write(picture(red, left, top, 1));
        zip.putNextEntry(new ZipEntry("masks/%d.png".formatted(i)));
        zip.write(mask(red, left, top));
        var comma = i == 0 ? "" : ",";
        images.append("%s{\"id\": %d, \"file_name\": \"%d.png\"}".formatted(comma, i, i));
        annotations.append(
            "%s{\"id\": %d, \"image_id\": %d, \"category_id\": %d, \"bbox\": [%d, %d, %d, %d]}"
                .formatted(comma, i, i, red ? 1 : 2, left, top, SQUARE, SQUARE));
      }
    }
    return new Files(
        out.toByteArray(),
        ("{\"images\": [%s], \"annotations\": [%s], \"categories\": [{\"id\": 1, \"name\": \"red\"},"
                + " {\"id\": 2, \"name\": \"blue\"}]}")
            .formatted(images, annotations));
  }

  private static final String BODY =
      "{\"type\": \"conv2d\", \"filters\": 16, \"kernel\": 3, \"padding\": 1, \"stride\": STRIDE, \"activation\":"
          + " \"relu\"}, {\"type\": \"conv2d\", \"filters\": 16, \"kernel\": 3, \"padding\": 1,"
          + " \"stride\": STRIDE, \"activation\": \"relu\"}, {\"type\": \"conv2d\", \"filters\": 16, \"kernel\": 3,"
          + " \"padding\": 1, \"activation\": \"relu\"}";

  /** {@return a spec of a detector} */
  public static String detector(String dataset) {
    return """
    {"name": "squares",
     "data": {"format": "coco", %s "train": "squares.json", "pictures": "squares.zip/pictures",
       "test": "squares.json"},
     "task": {"type": "detection", "most": 20},
     "model": [%s, {"type": "conv2d", "filters": 7, "kernel": 1}],
     "training": {"epochs": 25, "batchSize": 8, "seed": 1, "optimizer": {"type": "adam", "learningRate": 0.01}}}
    """
        .formatted(dataset, BODY.replace("STRIDE", "2"));
  }

  /** {@return a spec of a segmentation} */
  public static String segmenter(String dataset) {
    return """
    {"name": "painted",
     "data": {"format": "masks", %s "train": "squares.zip/pictures", "masks": "squares.zip/masks",
       "test": "squares.zip/pictures", "testMasks": "squares.zip/masks", "classes": ["ground", "red", "blue"]},
     "model": [%s, {"type": "conv2d", "filters": 3, "kernel": 1}],
     "training": {"epochs": 8, "batchSize": 8, "seed": 1, "optimizer": {"type": "adam", "learningRate": 0.01}}}
    """
        .formatted(dataset, BODY.replace("STRIDE", "1"));
  }
}
