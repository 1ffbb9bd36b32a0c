package dev.fathom.image;

import dev.fathom.data.MediaFiles;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * Reads pictures: PNG of 1 to 16 bits, JPEG (baseline and progressive, grey or in colour) and BMP,
 * told apart by their first bytes, whatever a file is called. Transparency is left out, samples of
 * 16 bits keep their upper 8, and a picture is turned as its EXIF data say. Sizes are checked
 * before memory is taken for pixels. Stateless.
 *
 * <p>JPEG is decoded as libjpeg does by default (accurate integer transform, triangle filter for
 * colours), to the same pixels.
 */
public final class Pictures {
  /** The most pixels that a picture has unless somebody says more. */
  public static final long MOST_PIXELS = 100_000_000;

  /** Beginnings of files that people take for such pictures. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "GIF8", "GIF, which may be animated,",
          "RIFF", "WebP",
          "II*\0", "TIFF",
          "MM\0*", "TIFF",
          "%PDF", "PDF",
          "<svg", "SVG",
          "PK\3\4", "a zip file",
          "<!DO", "a web page",
          "<htm", "a web page");

  /** What people take for pictures, read or not: none of them is left out in silence. */
  private static final Set<String> ENDINGS =
      Set.of(
          "png", "jpg", "jpeg", "jpe", "jfif", "bmp", "dib", "gif", "webp", "tif", "tiff", "heic",
          "heif", "avif", "ppm", "pgm", "pbm", "ico");

  private Pictures() {}

  /** {@return whether a file's name is that of a picture, in capitals too} */
  public static boolean isPicture(String file) {
    return MediaFiles.hasEnding(file, ENDINGS);
  }

  /** The size of a picture as it is seen. */
  public record Size(int width, int height) {}

  /**
   * {@return the size of a picture, from its header}
   *
   * @param name for messages
   * @param file at least its beginning
   * @param mostPixels that are allowed
   * @throws PictureException if there is no picture, or one that is too large
   */
  public static Size size(String name, byte[] file, long mostPixels) {
    Decoder decoder = open(name, file, mostPixels);
    return decoder.orientation() > 4
        ? new Size(decoder.height(), decoder.width())
        : new Size(decoder.width(), decoder.height());
  }

  /**
   * {@return a picture}
   *
   * @param name for messages
   * @param file all of it
   * @param mostPixels that are allowed
   * @throws PictureException if the file is damaged, of a kind that is not read, or has too many
   *     pixels
   */
  public static Picture decode(String name, byte[] file, long mostPixels) {
    Decoder decoder = open(name, file, mostPixels);
    Picture picture;
    try {
      picture = decoder.decode();
    } catch (ArrayIndexOutOfBoundsException e) {
      throw PictureException.damaged("picture", name, "the data of the picture are damaged");
    }
    return picture.oriented(decoder.orientation());
  }

  /**
   * {@return the numbers of a mask's pixels, {@code [height, width]}: of their colours in its
   * palette, or of its levels of grey}
   *
   * @param name for messages
   * @param file all of it, PNG
   * @throws PictureException if the file is damaged, no PNG of such numbers, or too large
   */
  public static Picture mask(String name, byte[] file, long mostPixels) {
    if (open(name, file, mostPixels) instanceof Png png) {
      return png.indices();
    }
    throw PictureException.unsupported("mask", name, "expected PNG, which keeps every number");
  }

  private static Decoder open(String name, byte[] file, long mostPixels) {
    Bytes start = new Bytes(file, "picture", name);
    if (file.length == 0) {
      throw start.wrong("the file is empty");
    }
    Decoder decoder;
    if (start.has(0, Png.SIGNATURE)) {
      decoder = Png.open(new Bytes(file, "png", name));
    } else if (start.has(0, Jpeg.SIGNATURE)) {
      decoder = Jpeg.open(new Bytes(file, "jpeg", name));
    } else if (start.has(0, Bmp.SIGNATURE)) {
      decoder = Bmp.open(new Bytes(file, "bmp", name));
    } else {
      throw other(start);
    }
    long pixels = (long) decoder.width() * decoder.height();
    if (decoder.width() < 1 || decoder.height() < 1) {
      throw start.wrong(
          "expected a positive size but got %,d x %,d"
              .formatted(decoder.width(), decoder.height()));
    }
    long most = Math.min(mostPixels, Integer.MAX_VALUE / 3 - 8);
    if (pixels > most) {
      throw start.unsupported(
          "expected at most %,d pixels but the picture has %,d x %,d"
              .formatted(most, decoder.width(), decoder.height()));
    }
    return decoder;
  }

  private static PictureException other(Bytes start) {
    for (var other : OTHERS.entrySet()) {
      if (start.has(0, other.getKey())) {
        return start.unsupported(
            "expected PNG, JPEG or BMP but the file is %s".formatted(other.getValue()));
      }
    }
    if (start.has(4, "ftyp")) {
      return start.unsupported("expected PNG, JPEG or BMP but the file is HEIC, AVIF or a video");
    }
    int shown = Math.min(8, start.all.length);
    return start.wrong(
        "expected PNG, JPEG or BMP but the file begins with "
            + HexFormat.ofDelimiter(" ").formatHex(start.all, 0, shown));
  }

  /** Checks that what decoding takes is there. */
  static void requireMemory(Bytes file, long bytes) {
    long most = Runtime.getRuntime().maxMemory();
    if (bytes > most) {
      throw file.unsupported(
          "decoding takes %,d bytes, more than the %,d of the JVM; -Xmx gives it more"
              .formatted(bytes, most));
    }
  }
}
