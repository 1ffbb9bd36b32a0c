import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/**
 * Composes scenes: one to four digits of MNIST and items of Fashion-MNIST, in any colour and of 14
 * to 40 pixels, over texture, in pictures of 64 x 64. What is learned from shows examples of the
 * training files, what is tested on those of the test files. The same seed gives the same files.
 *
 * <p>Usage: java Scenes.java TRAIN TEST, how many scenes of each, with Fashion-MNIST in ../fashion.
 * It writes train.zip and test.zip, with pictures/NUMBER.png and masks/NUMBER.png (a palette; the
 * number of a pixel's colour is its class), and train.json and test.json, the boxes as COCO has them.
 */
final class Scenes {
  private static final int SIDE = 64;
  private static final int SOURCE = 28;
  private static final int MOST = 4;
  private static final int LEAST_LENGTH = 14;
  private static final int MOST_LENGTH = 40;
  private static final int TRIES = 40;

  /** What lies under a visible object may cover this share of its pixels. */
  private static final double MOST_COVERED = 0.05;

  /** The class of each class of Fashion-MNIST: some of these look the same to people, too. */
  private static final List<String> ITEMS =
      List.of("top", "trouser", "top", "dress", "top", "shoe", "top", "shoe", "bag", "shoe");

  private static final List<String> CLASSES =
      List.of(
          "background", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "top", "trouser", "dress",
          "shoe", "bag");

  private Scenes() {}

  /** Pictures of 28 x 28 and their labels. */
  private record Source(byte[] pixels, byte[] labels) {
    static Source read(String folder, String part) throws IOException {
      return new Source(
          idx(Path.of(folder, part + "-images-idx3-ubyte.gz"), 16),
          idx(Path.of(folder, part + "-labels-idx1-ubyte.gz"), 8));
    }

    private static byte[] idx(Path file, int header) throws IOException {
      try (var in = new DataInputStream(new GZIPInputStream(Files.newInputStream(file)))) {
        in.skipNBytes(header);
        return in.readAllBytes();
      }
    }
  }

  /** An object: its box, how much of each pixel of the scene it covers, and how bright it is there. */
  private record Thing(
      int label, int left, int top, int right, int bottom, double[] cover, double[] shade) {}

  public static void main(String[] arguments) throws IOException {
    write("train", Integer.parseInt(arguments[0]), 1);
    write("t10k", Integer.parseInt(arguments[1]), 2);
  }

  private static void write(String part, int scenes, long seed) throws IOException {
    var digits = Source.read("../mnist", part);
    var fashion = Source.read("../fashion", part);
    String name = part.equals("train") ? "train" : "test";
    List<String> images = new ArrayList<>();
    List<String> annotations = new ArrayList<>();
    try (var zip = new ZipOutputStream(Files.newOutputStream(Path.of(name + ".zip")))) {
      for (int number = 0; number < scenes; number++) {
        var random = new SplittableRandom(seed * 1_000_003 + number);
        var picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        var mask = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_INDEXED, palette());
        double[][] colours = texture(random);
        List<Thing> things = things(random, digits, fashion);
        for (Thing thing : things) {
          paint(random, thing, colours, mask);
        }
        for (int i = 0; i < SIDE * SIDE; i++) {
          picture.setRGB(i % SIDE, i / SIDE, rgb(random, colours[i]));
        }
        String file = "%05d.png".formatted(number);
        add(zip, "pictures/" + file, picture);
        add(zip, "masks/" + file, mask);
        images.add(
            "{\"id\": %d, \"file_name\": \"%s\", \"width\": %d, \"height\": %d}"
                .formatted(number, file, SIDE, SIDE));
        for (Thing thing : things) {
          int width = thing.right() - thing.left();
          int height = thing.bottom() - thing.top();
          annotations.add(
              "{\"id\": %d, \"image_id\": %d, \"category_id\": %d, \"bbox\": [%d, %d, %d, %d], \"area\": %d, \"iscrowd\": 0}"
                  .formatted(
                      annotations.size() + 1,
                      number,
                      thing.label(),
                      thing.left(),
                      thing.top(),
                      width,
                      height,
                      width * height));
        }
      }
    }
    String categories =
        IntStream.range(1, CLASSES.size())
            .mapToObj(id -> "{\"id\": %d, \"name\": \"%s\"}".formatted(id, CLASSES.get(id)))
            .collect(Collectors.joining(",\n"));
    Files.writeString(
        Path.of(name + ".json"),
        "{\"images\": [\n%s],\n\"annotations\": [\n%s],\n\"categories\": [\n%s]}\n"
            .formatted(
                String.join(",\n", images), String.join(",\n", annotations), categories),
        StandardCharsets.UTF_8);
    System.out.printf(
        Locale.ROOT, "%s: %,d scenes, %,d objects%n", name, scenes, annotations.size());
  }

  private static void add(ZipOutputStream zip, String name, BufferedImage picture)
      throws IOException {
    // The same time always, so that the same scenes are the same file.
    var entry = new ZipEntry(name);
    entry.setTime(1_000_000_000_000L);
    zip.putNextEntry(entry);
    ImageIO.write(picture, "png", new Unclosed(zip));
    zip.closeEntry();
  }

  /** A stream that a writer does not close. */
  private static final class Unclosed extends OutputStream {
    private final OutputStream out;

    Unclosed(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      out.write(bytes, from, count);
    }
  }

  /** The colours of Pascal VOC: the first is black. */
  private static IndexColorModel palette() {
    byte[][] parts = new byte[3][CLASSES.size()];
    for (int label = 0; label < CLASSES.size(); label++) {
      for (int bit = 7, left = label; bit >= 0; bit--, left >>= 3) {
        for (int part = 0; part < 3; part++) {
          parts[part][label] |= (byte) ((left >> part & 1) << bit);
        }
      }
    }
    return new IndexColorModel(8, CLASSES.size(), parts[0], parts[1], parts[2]);
  }

  // ---- what is in a scene ----

  private static List<Thing> things(SplittableRandom random, Source digits, Source fashion) {
    int count = 1 + random.nextInt(MOST);
    List<Thing> things = new ArrayList<>();
    double[] taken = new double[SIDE * SIDE];
    for (int i = 0; i < count; i++) {
      boolean isDigit = random.nextBoolean();
      Source source = isDigit ? digits : fashion;
      int row = random.nextInt(source.labels().length);
      int original = source.labels()[row];
      int label = isDigit ? 1 + original : CLASSES.indexOf(ITEMS.get(original));
      int length = LEAST_LENGTH + random.nextInt(MOST_LENGTH - LEAST_LENGTH + 1);
      for (int attempt = 0; attempt < TRIES; attempt++) {
        Thing thing = thing(random, source, row, label, length);
        if (covered(thing, taken) <= MOST_COVERED) {
          for (int pixel = 0; pixel < taken.length; pixel++) {
            taken[pixel] = Math.max(taken[pixel], thing.cover()[pixel]);
          }
          things.add(thing);
          break;
        }
      }
    }
    return things;
  }

  private static double covered(Thing thing, double[] taken) {
    double both = 0;
    double all = 0;
    for (int i = 0; i < taken.length; i++) {
      both += Math.min(thing.cover()[i], taken[i]);
      all += thing.cover()[i];
    }
    return both / all;
  }

  /** An object at some place, whose longer side has {@code length} pixels. */
  private static Thing thing(
      SplittableRandom random, Source source, int row, int label, int length) {
    int first = row * SOURCE * SOURCE;
    int left = SOURCE;
    int top = SOURCE;
    int right = 0;
    int bottom = 0;
    for (int i = 0; i < SOURCE * SOURCE; i++) {
      if ((source.pixels()[first + i] & 0xff) >= 64) {
        left = Math.min(left, i % SOURCE);
        right = Math.max(right, i % SOURCE + 1);
        top = Math.min(top, i / SOURCE);
        bottom = Math.max(bottom, i / SOURCE + 1);
      }
    }
    double scale = (double) length / Math.max(right - left, bottom - top);
    int width = Math.max(2, (int) Math.round((right - left) * scale));
    int height = Math.max(2, (int) Math.round((bottom - top) * scale));
    int x0 = random.nextInt(SIDE - width + 1);
    int y0 = random.nextInt(SIDE - height + 1);
    double[] cover = new double[SIDE * SIDE];
    double[] shade = new double[SIDE * SIDE];
    int[] box = {SIDE, SIDE, 0, 0};
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double level =
            level(
                source.pixels(),
                first,
                left + (x + 0.5) * (right - left) / width - 0.5,
                top + (y + 0.5) * (bottom - top) / height - 0.5);
        // Strokes and clothes are solid: grey levels above a third are all of the object.
        double solid = Math.clamp((level - 40) / 60, 0, 1);
        cover[(y0 + y) * SIDE + x0 + x] = solid;
        shade[(y0 + y) * SIDE + x0 + x] = 0.6 + 0.4 * level / 255;
        if (solid >= 0.5) {
          box[0] = Math.min(box[0], x0 + x);
          box[1] = Math.min(box[1], y0 + y);
          box[2] = Math.max(box[2], x0 + x + 1);
          box[3] = Math.max(box[3], y0 + y + 1);
        }
      }
    }
    return new Thing(label, box[0], box[1], box[2], box[3], cover, shade);
  }

  /** {@return the level of grey between pixels, 0 to 255} */
  private static double level(byte[] pixels, int first, double x, double y) {
    int x0 = (int) Math.floor(x);
    int y0 = (int) Math.floor(y);
    double sum = 0;
    for (int dy = 0; dy < 2; dy++) {
      for (int dx = 0; dx < 2; dx++) {
        int px = Math.clamp(x0 + dx, 0, SOURCE - 1);
        int py = Math.clamp(y0 + dy, 0, SOURCE - 1);
        double weight = (dx == 0 ? 1 - (x - x0) : x - x0) * (dy == 0 ? 1 - (y - y0) : y - y0);
        sum += weight * (pixels[first + py * SOURCE + px] & 0xff);
      }
    }
    return sum;
  }

  // ---- how it looks ----

  /** Waves of two colours, {@code [pixels][3]} from 0 to 255. */
  private static double[][] texture(SplittableRandom random) {
    double[] one = colour(random, 40, 215);
    double[] other = colour(random, 40, 215);
    double[][] waves = new double[3][];
    for (int i = 0; i < waves.length; i++) {
      double angle = random.nextDouble() * Math.PI;
      double frequency = 0.1 + 0.7 * random.nextDouble();
      waves[i] =
          new double[] {
            frequency * Math.cos(angle),
            frequency * Math.sin(angle),
            2 * Math.PI * random.nextDouble()
          };
    }
    double[][] colours = new double[SIDE * SIDE][3];
    for (int i = 0; i < colours.length; i++) {
      double sum = 0;
      for (double[] wave : waves) {
        sum += Math.sin(wave[0] * (i % SIDE) + wave[1] * (i / SIDE) + wave[2]);
      }
      double share = 0.5 + 0.12 * sum;
      for (int part = 0; part < 3; part++) {
        colours[i][part] = one[part] + share * 0.5 * (other[part] - one[part]);
      }
    }
    return colours;
  }

  private static double[] colour(SplittableRandom random, int least, int most) {
    double[] colour = new double[3];
    for (int part = 0; part < 3; part++) {
      colour[part] = least + random.nextInt(most - least + 1);
    }
    return colour;
  }

  /** Paints an object in a colour that differs from what is behind it. */
  private static void paint(
      SplittableRandom random, Thing thing, double[][] colours, BufferedImage mask) {
    double[] behind = new double[3];
    double all = 0;
    for (int i = 0; i < colours.length; i++) {
      all += thing.cover()[i];
      for (int part = 0; part < 3; part++) {
        behind[part] += thing.cover()[i] * colours[i][part];
      }
    }
    double[] colour;
    double distance;
    do {
      colour = colour(random, 0, 255);
      distance = 0;
      for (int part = 0; part < 3; part++) {
        distance += Math.abs(colour[part] - behind[part] / all);
      }
    } while (distance < 220);
    for (int i = 0; i < colours.length; i++) {
      for (int part = 0; part < 3; part++) {
        colours[i][part] += thing.cover()[i] * (thing.shade()[i] * colour[part] - colours[i][part]);
      }
      if (thing.cover()[i] >= 0.5) {
        mask.getRaster().setSample(i % SIDE, i / SIDE, 0, thing.label());
      }
    }
  }

  /** A pixel with some noise. */
  private static int rgb(SplittableRandom random, double[] colour) {
    int rgb = 0;
    for (int part = 0; part < 3; part++) {
      rgb = rgb << 8 | Math.clamp(Math.round(colour[part] + 6 * random.nextGaussian()), 0, 255);
    }
    return rgb;
  }
}
