package dev.fathom.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.metadata.IIOMetadataNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures of every kind, compared with what the JDK and Pillow make of them. */
class PicturesTest {
  static final Path RESOURCES = Path.of("src/test/resources/pictures");

  private static byte[] file(String name) throws IOException {
    return Files.readAllBytes(RESOURCES.resolve(name));
  }

  private static Picture decode(byte[] file) {
    return Pictures.decode("x", file, Pictures.MOST_PIXELS);
  }

  private static void assertSame(BufferedImage expected, Picture picture, String what) {
    assertEquals(expected.getWidth(), picture.width(), what);
    assertEquals(expected.getHeight(), picture.height(), what);
    for (int y = 0, at = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        for (int c = 0; c < picture.channels(); c++, at++) {
          int sample =
              expected.getColorModel() instanceof java.awt.image.IndexColorModel
                  ? expected.getRGB(x, y) >> 16 - 8 * c & 0xff
                  : expected.getRaster().getSample(x, y, c);
          if (sample != (picture.pixels()[at] & 0xff)) {
            fail("%s: expected %d at %d, %d, %d".formatted(what, sample, x, y, c));
          }
        }
      }
    }
  }

  // ---- PNG ----

  private static final int[] SAMPLES = {1, 0, 3, 1, 2, 0, 4};

  /** Writes a PNG with a filter of its own in each row. */
  private static byte[] png(
      int width, int height, int type, int depth, boolean interlaced, int[][][] samples)
      throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (var deflated = new DeflaterOutputStream(packed, new Deflater(), 100)) {
      int[][] passes =
          interlaced
              ? new int[][] {
                {0, 0, 8, 8},
                {4, 0, 8, 8},
                {0, 4, 4, 8},
                {2, 0, 4, 4},
                {0, 2, 2, 4},
                {1, 0, 2, 2},
                {0, 1, 1, 2}
              }
              : new int[][] {{0, 0, 1, 1}};
      int bits = depth * SAMPLES[type];
      int distance = Math.max(1, bits / 8);
      int filter = 0;
      for (int[] pass : passes) {
        int columns = Math.ceilDiv(width - pass[0], pass[2]);
        byte[] before = new byte[Math.max(0, Math.ceilDiv(columns * bits, 8))];
        for (int y = pass[1]; y < height && columns > 0; y += pass[3]) {
          byte[] row = new byte[before.length];
          for (int i = 0; i < columns; i++) {
            int[] pixel = samples[y][pass[0] + i * pass[2]];
            for (int s = 0; s < pixel.length; s++) {
              int bit = (i * pixel.length + s) * depth;
              if (depth == 16) {
                row[bit / 8] = (byte) (pixel[s] >> 8);
                row[bit / 8 + 1] = (byte) pixel[s];
              } else {
                row[bit / 8] |= (byte) (pixel[s] << 8 - depth - bit % 8);
              }
            }
          }
          deflated.write(filter);
          for (int i = 0; i < row.length; i++) {
            int left = i < distance ? 0 : row[i - distance] & 0xff;
            int above = before[i] & 0xff;
            int corner = i < distance ? 0 : before[i - distance] & 0xff;
            deflated.write(row[i] - predicted(filter, left, above, corner));
          }
          before = row;
          filter = (filter + 1) % 5;
        }
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(Png.SIGNATURE.getBytes(StandardCharsets.ISO_8859_1));
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(header);
    data.writeInt(width);
    data.writeInt(height);
    data.write(new byte[] {(byte) depth, (byte) type, 0, 0, (byte) (interlaced ? 1 : 0)});
    chunk(out, "IHDR", header.toByteArray());
    chunk(out, "tEXt", "Title\0x".getBytes(StandardCharsets.ISO_8859_1));
    if (type == 3) {
      byte[] palette = new byte[3 << depth];
      new Random(7).nextBytes(palette);
      chunk(out, "PLTE", palette);
    }
    byte[] all = packed.toByteArray();
    chunk(out, "IDAT", new byte[0]);
    for (int from = 0; from < all.length; from += 50) {
      chunk(out, "IDAT", Arrays.copyOfRange(all, from, Math.min(all.length, from + 50)));
    }
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static int predicted(int filter, int left, int above, int corner) {
    int guess = left + above - corner;
    int a = Math.abs(guess - left);
    int b = Math.abs(guess - above);
    int c = Math.abs(guess - corner);
    return switch (filter) {
      case 0 -> 0;
      case 1 -> left;
      case 2 -> above;
      case 3 -> (left + above) / 2;
      default -> a <= b && a <= c ? left : b <= c ? above : corner;
    };
  }

  private static void chunk(ByteArrayOutputStream to, String type, byte[] content)
      throws IOException {
    DataOutputStream out = new DataOutputStream(to);
    byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(content);
    out.writeInt(content.length);
    out.write(name);
    out.write(content);
    out.writeInt((int) sum.getValue());
  }

  private static int[][][] samples(int width, int height, int type, int depth) {
    Random random = new Random(width * 31 + height);
    int[][][] samples = new int[height][width][SAMPLES[type]];
    for (int[][] row : samples) {
      for (int[] pixel : row) {
        for (int s = 0; s < pixel.length; s++) {
          pixel[s] = random.nextInt(1 << depth);
        }
      }
    }
    return samples;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1", "0, 2", "0, 4", "0, 8", "0, 16", "2, 8", "2, 16", "3, 1", "3, 2", "3, 4", "3, 8",
    "4, 8", "4, 16", "6, 8", "6, 16"
  })
  void everyKindOfPng(int type, int depth) throws IOException {
    for (boolean interlaced : new boolean[] {false, true}) {
      for (int[] size :
          new int[][] {{1, 1}, {2, 1}, {1, 2}, {3, 5}, {5, 3}, {8, 8}, {9, 17}, {33, 10}}) {
        int[][][] samples = samples(size[0], size[1], type, depth);
        byte[] file = png(size[0], size[1], type, depth, interlaced, samples);
        String what = "type %d, %d bits, %s".formatted(type, depth, Arrays.toString(size));
        Picture picture = decode(file);
        BufferedImage reference = ImageIO.read(new ByteArrayInputStream(file));
        assertEquals(type == 0 || type == 4 ? 1 : 3, picture.channels());
        for (int y = 0, at = 0; y < size[1]; y++) {
          for (int x = 0; x < size[0]; x++) {
            for (int c = 0; c < picture.channels(); c++, at++) {
              int value = samples[y][x][type == 3 ? 0 : c];
              int expected =
                  type == 3
                      ? reference.getRGB(x, y) >> 16 - 8 * c & 0xff
                      : depth == 16 ? value >> 8 : value * 255 / ((1 << depth) - 1);
              assertEquals(expected, picture.pixels()[at] & 0xff, what);
            }
          }
        }
        assertEquals(
            new Pictures.Size(size[0], size[1]),
            Pictures.size("x", Arrays.copyOf(file, Math.min(file.length, 1000)), 1 << 20));
      }
    }
  }

  // ---- JPEG ----

  private static BufferedImage scene(int width, int height, boolean grey) {
    Random random = new Random(width + height);
    BufferedImage scene =
        new BufferedImage(
            width, height, grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double[] colour = {
          127 + 120 * Math.sin(x / 5.0 + y / 9.0), 255.0 * x / width, y % 9 * 25, 0
        };
        for (int c = 0; c < scene.getRaster().getNumBands(); c++) {
          int value = (int) Math.clamp(colour[c] + 12 * random.nextGaussian(), 0, 255);
          scene.getRaster().setSample(x, y, c, value);
        }
      }
    }
    return scene;
  }

  private static byte[] jpeg(BufferedImage scene, int across, int down, boolean progressive)
      throws IOException {
    var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam settings = writer.getDefaultWriteParam();
    settings.setProgressiveMode(
        progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
    var metadata =
        writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(scene), settings);
    var tree = (IIOMetadataNode) metadata.getAsTree("javax_imageio_jpeg_image_1.0");
    var luminance = (IIOMetadataNode) tree.getElementsByTagName("componentSpec").item(0);
    luminance.setAttribute("HsamplingFactor", Integer.toString(across));
    luminance.setAttribute("VsamplingFactor", Integer.toString(down));
    metadata.setFromTree("javax_imageio_jpeg_image_1.0", tree);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (var stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(scene, null, metadata), settings);
    }
    writer.dispose();
    return out.toByteArray();
  }

  /** libjpeg's pixels, one and all, for every ratio of colours and sizes that fill no blocks. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void jpegIsTheJdks(boolean progressive) throws IOException {
    for (int[] size : new int[][] {{1, 1}, {2, 3}, {5, 40}, {17, 9}, {64, 48}, {75, 50}}) {
      for (int[] factors : new int[][] {{1, 1}, {2, 1}, {2, 2}, {4, 1}, {4, 2}, {1, 4}}) {
        byte[] file = jpeg(scene(size[0], size[1], false), factors[0], factors[1], progressive);
        BufferedImage expected = ImageIO.read(new ByteArrayInputStream(file));
        BufferedImage rgb = new BufferedImage(size[0], size[1], BufferedImage.TYPE_INT_RGB);
        rgb.getGraphics().drawImage(expected, 0, 0, null);
        assertSame(
            rgb, decode(file), "%s %s".formatted(Arrays.toString(size), Arrays.toString(factors)));
      }
      byte[] grey = jpeg(scene(size[0], size[1], true), 1, 1, progressive);
      assertSame(ImageIO.read(new ByteArrayInputStream(grey)), decode(grey), "grey");
    }
  }

  @Test
  void jpegIsPillows() throws IOException {
    int files = 0;
    for (String kind : List.of("baseline", "progressive")) {
      for (int subsampling = 0; subsampling < 3; subsampling++, files++) {
        String name = "colour-%d-%s.jpg".formatted(subsampling, kind);
        assertSame(
            ImageIO.read(RESOURCES.resolve(name + ".png").toFile()), decode(file(name)), name);
      }
    }
    assertEquals(6, files);
  }

  /** Half of the rows of colours: each is 3/4 of the nearer and 1/4 of the farther one. */
  @Test
  void coloursOfHalfTheRows() throws IOException {
    BufferedImage scene = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 16; x++) {
        scene.setRGB(x, y, y < 8 ? 0xff0000 : 0x0000ff);
      }
    }
    Picture picture = decode(jpeg(scene, 1, 2, false));
    int above = picture.pixels()[3 * 16 * 6] & 0xff;
    int near = picture.pixels()[3 * 16 * 7] & 0xff;
    int far = picture.pixels()[3 * 16 * 8] & 0xff;
    assertTrue(
        above > near && near > far + 40 && above - near > 40, above + " " + near + " " + far);
  }

  // ---- orientation ----

  private static byte[] turned(byte[] jpeg, int orientation, boolean little) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    byte[] exif =
        little
            ? new byte[] {
              'I',
              'I',
              42,
              0,
              8,
              0,
              0,
              0,
              1,
              0,
              0x12,
              1,
              3,
              0,
              1,
              0,
              0,
              0,
              (byte) orientation,
              0,
              0,
              0,
              0,
              0,
              0,
              0
            }
            : new byte[] {
              'M',
              'M',
              0,
              42,
              0,
              0,
              0,
              8,
              0,
              1,
              1,
              0x12,
              0,
              3,
              0,
              0,
              0,
              1,
              0,
              (byte) orientation,
              0,
              0,
              0,
              0,
              0,
              0
            };
    out.write(new byte[] {-1, (byte) 0xe1, 0, (byte) (2 + 6 + exif.length)});
    out.write("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1));
    out.write(exif);
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  @Test
  void picturesAreSeenAsExifSays() throws IOException {
    // Red above left, green above right, blue below left, white below right; wider than high.
    BufferedImage scene = new BufferedImage(32, 16, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 32; x++) {
        scene.setRGB(x, y, y < 8 ? x < 16 ? 0xff0000 : 0x00ff00 : x < 16 ? 0x0000ff : 0xffffff);
      }
    }
    byte[] jpeg = jpeg(scene, 1, 1, false);
    // The corners above left, above right, below left, below right, as EXIF's table has them.
    String[] corners = {"RGBW", "GRWB", "WBGR", "BWRG", "RBGW", "BRWG", "WGBR", "GWRB"};
    for (int orientation = 1; orientation <= 8; orientation++) {
      for (boolean little : new boolean[] {false, true}) {
        byte[] file = turned(jpeg, orientation, little);
        Picture picture = decode(file);
        boolean high = orientation > 4;
        assertEquals(high ? 16 : 32, picture.width());
        assertEquals(
            new Pictures.Size(high ? 16 : 32, high ? 32 : 16), Pictures.size("x", file, 512));
        StringBuilder seen = new StringBuilder();
        for (int y : new int[] {1, picture.height() - 2}) {
          for (int x : new int[] {1, picture.width() - 2}) {
            int at = 3 * (y * picture.width() + x);
            boolean red = picture.pixels()[at] < 0;
            boolean green = picture.pixels()[at + 1] < 0;
            seen.append(red && green ? 'W' : red ? 'R' : green ? 'G' : 'B');
          }
        }
        assertEquals(corners[orientation - 1], seen.toString(), "orientation " + orientation);
      }
    }
    assertEquals(32, decode(turned(jpeg, 9, true)).width());
  }

  // ---- BMP ----

  @Test
  void bitmapsAreTheJdks() throws IOException {
    for (int type :
        new int[] {
          BufferedImage.TYPE_3BYTE_BGR,
          BufferedImage.TYPE_BYTE_GRAY,
          BufferedImage.TYPE_BYTE_INDEXED,
          BufferedImage.TYPE_BYTE_BINARY,
          BufferedImage.TYPE_USHORT_555_RGB,
          BufferedImage.TYPE_USHORT_565_RGB,
          BufferedImage.TYPE_INT_RGB
        }) {
      BufferedImage image = new BufferedImage(13, 7, type);
      image.getGraphics().drawImage(scene(13, 7, false), 0, 0, null);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      assertTrue(ImageIO.write(image, "bmp", out), "type " + type);
      BufferedImage expected = ImageIO.read(new ByteArrayInputStream(out.toByteArray()));
      Picture picture = decode(out.toByteArray());
      for (int y = 0, at = 0; y < 7; y++) {
        for (int x = 0; x < 13; x++) {
          for (int c = 0; c < 3; c++, at++) {
            int sample =
                type == BufferedImage.TYPE_BYTE_GRAY
                    ? expected.getRaster().getSample(x, y, 0)
                    : expected.getRGB(x, y) >> 16 - 8 * c & 0xff;
            assertEquals(sample, picture.pixels()[at] & 0xff, 1.0, "type " + type);
          }
        }
      }
    }
  }

  // ---- what is wrong ----

  private static String wrong(byte[] file) {
    return assertThrows(PictureException.class, () -> Pictures.decode("cat/1.png", file, 1 << 20))
        .getMessage();
  }

  @Test
  void otherFilesAreNamed() throws IOException {
    assertEquals("[picture] cat/1.png: the file is empty", wrong(new byte[0]));
    assertEquals(
        "[picture] cat/1.png: expected PNG, JPEG or BMP but the file begins with 68 65 6c 6c 6f",
        wrong("hello".getBytes(StandardCharsets.UTF_8)));
    assertEquals(
        "[picture] cat/1.png: expected PNG, JPEG or BMP but the file is GIF, which may be animated,",
        wrong(file("still.gif")));
    assertTrue(wrong(file("still.webp")).endsWith("but the file is WebP"));
    assertTrue(wrong(file("still.tiff")).endsWith("but the file is TIFF"));
    assertEquals(
        "[png] cat/1.png: expected a single picture but the file is animated (APNG)",
        wrong(file("animated.png")));
    assertEquals(
        "[jpeg] cat/1.png: expected grey or colour (RGB) but the JPEG is CMYK, for printing; save it as RGB",
        wrong(file("cmyk.jpg")));
  }

  @Test
  void aHugePictureIsRefusedByItsHeader() throws IOException {
    byte[] png = png(1, 1, 0, 8, false, samples(1, 1, 0, 8));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(png, 0, 8);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(header);
    data.writeInt(30_000);
    data.writeInt(30_000);
    data.write(new byte[] {8, 0, 0, 0, 0});
    chunk(out, "IHDR", header.toByteArray());
    out.write(png, 33, png.length - 33);
    PictureException huge =
        assertThrows(
            PictureException.class,
            () -> Pictures.decode("a.png", out.toByteArray(), Pictures.MOST_PIXELS));
    assertEquals(
        "[picture] a.png: expected at most 100,000,000 pixels but the picture has 30,000 x 30,000",
        huge.getMessage());
    assertTrue(huge.isUnsupported());
    assertThrows(
        PictureException.class, () -> Pictures.size("a.png", out.toByteArray(), 1_000_000));
  }

  /** A row more than the picture has is not unpacked, however many there are. */
  @Test
  void moreThanThePictureIsNotUnpacked() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (var deflated = new DeflaterOutputStream(packed)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 256; i++) {
        deflated.write(zeros);
      }
    }
    byte[] png = png(3, 3, 0, 8, false, samples(3, 3, 0, 8));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(png, 0, 33);
    chunk(out, "IDAT", packed.toByteArray());
    chunk(out, "IEND", new byte[0]);
    assertArrayEquals(new byte[9], decode(out.toByteArray()).pixels());
  }

  /** Cut anywhere, a file is an error or, without its last bytes alone, the whole picture. */
  @Test
  void truncatedFilesAreErrors() throws IOException {
    List<byte[]> files = new ArrayList<>();
    files.add(png(9, 17, 2, 8, true, samples(9, 17, 2, 8)));
    files.add(png(9, 17, 0, 16, false, samples(9, 17, 0, 16)));
    files.add(file("colour-2-baseline.jpg"));
    files.add(file("colour-0-progressive.jpg"));
    files.add(jpeg(scene(20, 20, true), 1, 1, false));
    ByteArrayOutputStream bitmap = new ByteArrayOutputStream();
    ImageIO.write(scene(9, 9, false), "bmp", bitmap);
    files.add(bitmap.toByteArray());
    for (byte[] file : files) {
      Picture whole = decode(file);
      int complete = 0;
      for (int length = 0; length < file.length; length++) {
        try {
          assertArrayEquals(whole.pixels(), decode(Arrays.copyOf(file, length)).pixels());
          complete++;
        } catch (PictureException e) {
          assertTrue(e.getMessage().contains(" x: "), e.getMessage());
        }
      }
      // A PNG may end with a chunk of a checksum alone, and one of nothing.
      assertTrue(complete <= 28, "cut files that were taken: " + complete);
    }
  }

  @Test
  void aWrongChecksumIsNamed() throws IOException {
    byte[] file = png(9, 17, 2, 8, false, samples(9, 17, 2, 8));
    file[file.length - 30] ^= 4;
    assertTrue(wrong(file).contains("has a wrong checksum"), wrong(file));
  }
}
