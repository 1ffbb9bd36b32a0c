package dev.fathom.image;

import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Portable Network Graphics (ISO/IEC 15948, W3C PNG): every colour type and depth, interlaced or
 * not. Checksums of the chunks that are used are compared.
 */
final class Png implements Decoder {
  static final String SIGNATURE = "\u0089PNG\r\n\u001a\n";

  static final int GREY = 0;
  static final int COLOUR = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int COLOUR_ALPHA = 6;

  /** First column and row, and the steps to the next, of the passes of Adam7. */
  private static final int[][] ADAM7 = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private static final int[][] WHOLE = {{0, 0, 1, 1}};

  private final Bytes file;
  private final int width;
  private final int height;
  private final int depth;
  private final int type;
  private final boolean interlaced;

  private byte[] palette;
  private int orientation = 1;

  /** Where the chunk that is read begins, and where its data end. */
  private int chunk;

  private int end;

  /** Whether pixels are numbers, not colours. */
  private boolean indices;

  /** Whether the first chunk of pixels was handed over. */
  private boolean fed;

  private Png(Bytes file) {
    this.file = file;
    chunk = SIGNATURE.length();
    readLength();
    if (!file.has(chunk + 4, "IHDR") || end - chunk != 8 + 13) {
      throw file.wrong("expected a header, IHDR, of 13 bytes as the first chunk");
    }
    checkSum();
    width = size(chunk + 8);
    height = size(chunk + 12);
    depth = file.u8(chunk + 16);
    type = file.u8(chunk + 17);
    int interlace = file.u8(chunk + 20);
    boolean known =
        switch (type) {
          case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
          case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
          case COLOUR, GREY_ALPHA, COLOUR_ALPHA -> depth == 8 || depth == 16;
          default -> false;
        };
    if (!known || file.u8(chunk + 18) != 0 || file.u8(chunk + 19) != 0 || interlace > 1) {
      throw file.wrong(
          "expected a colour type and depth of PNG but got type %d of %d bits"
              .formatted(type, depth));
    }
    interlaced = interlace == 1;
    readToData();
  }

  static Png open(Bytes file) {
    return new Png(file);
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public int orientation() {
    return orientation;
  }

  // ---- chunks ----

  private int size(int at) {
    long size = file.u32(at);
    if (size < 1 || size > Integer.MAX_VALUE) {
      throw file.wrong("expected a positive size but got " + size);
    }
    return (int) size;
  }

  private void readLength() {
    long length = file.u32(chunk);
    if (length > Integer.MAX_VALUE - 16 - chunk) {
      throw file.wrong("a chunk at byte %,d claims %,d bytes".formatted(chunk, length));
    }
    end = chunk + 8 + (int) length;
  }

  /** Goes on to the next chunk; whoever uses its data asks whether they are there. */
  private void next() {
    chunk = end + 4;
    readLength();
  }

  private void checkSum() {
    if (end + 4 > file.all.length) {
      throw file.ends();
    }
    CRC32 sum = new CRC32();
    sum.update(file.all, chunk + 4, end - chunk - 4);
    if (sum.getValue() != file.u32(end)) {
      throw file.wrong("the chunk at byte %,d has a wrong checksum".formatted(chunk));
    }
  }

  /** Reads what stands before the pixels. */
  private void readToData() {
    for (next(); !file.has(chunk + 4, "IDAT"); next()) {
      if (file.has(chunk + 4, "acTL")) {
        throw file.unsupported("expected a single picture but the file is animated (APNG)");
      }
      if (file.has(chunk + 4, "PLTE")) {
        checkSum();
        palette = Arrays.copyOfRange(file.all, chunk + 8, end);
      } else if (file.has(chunk + 4, "eXIf")) {
        orientation = Exif.orientation(file, chunk + 8, end);
      } else if (file.has(chunk + 4, "IEND")) {
        throw file.wrong("expected pixels, a chunk IDAT, but there is none");
      } else if (file.u8(chunk + 4) < 'a') {
        throw file.wrong("a chunk at byte %,d is not known".formatted(chunk));
      }
    }
    if (type == PALETTE && palette == null) {
      throw file.wrong("expected a palette before the pixels");
    }
  }

  // ---- pixels ----

  private int samples() {
    return switch (type) {
      case COLOUR -> 3;
      case GREY_ALPHA -> 2;
      case COLOUR_ALPHA -> 4;
      default -> 1;
    };
  }

  @Override
  public Picture decode() {
    return decode(type == GREY || type == GREY_ALPHA ? 1 : 3);
  }

  /**
   * {@return the picture with one channel: the numbers of its pixels' colours in the palette, or
   * its levels of grey as they stand in the file}
   */
  Picture indices() {
    if (type != PALETTE && type != GREY || depth > 8) {
      throw file.wrong(
          "expected a palette or grey of at most 8 bits, whose numbers are classes, but got colour type %d of %d bits"
              .formatted(type, depth));
    }
    indices = true;
    return decode(1);
  }

  private Picture decode(int channels) {
    Pictures.requireMemory(file, (long) width * height * channels);
    byte[] pixels = new byte[width * height * channels];
    int bits = samples() * depth;
    int distance = Math.max(1, bits / 8);
    Inflater inflater = new Inflater();
    try {
      for (int[] pass : interlaced ? ADAM7 : WHOLE) {
        int columns = (width - pass[0] + pass[2] - 1) / pass[2];
        int rows = (height - pass[1] + pass[3] - 1) / pass[3];
        if (columns == 0 || rows == 0) {
          continue;
        }
        int length = Math.toIntExact(((long) columns * bits + 7) / 8);
        byte[] before = new byte[length];
        byte[] row = new byte[length];
        byte[] filter = new byte[1];
        for (int y = 0; y < rows; y++) {
          inflate(inflater, filter, 1);
          inflate(inflater, row, length);
          unfilter(filter[0], row, before, distance);
          int to = ((pass[1] + y * pass[3]) * width + pass[0]) * channels;
          expand(row, columns, pixels, to, channels, pass[2] * channels);
          byte[] swap = before;
          before = row;
          row = swap;
        }
      }
    } finally {
      inflater.end();
    }
    return new Picture(width, height, channels, pixels);
  }

  private void inflate(Inflater inflater, byte[] target, int count) {
    int done = 0;
    try {
      while (done < count) {
        int some = inflater.inflate(target, done, count - done);
        done += some;
        if (some == 0) {
          if (inflater.finished() || inflater.needsDictionary()) {
            throw file.wrong("the pixels end before the picture does");
          }
          feed(inflater);
        }
      }
    } catch (DataFormatException e) {
      throw file.wrong("the packed pixels are damaged: " + e.getMessage());
    }
  }

  private void feed(Inflater inflater) {
    if (fed) {
      next();
    }
    fed = true;
    if (!file.has(chunk + 4, "IDAT")) {
      throw file.wrong("the pixels end before the picture does");
    }
    checkSum();
    inflater.setInput(file.all, chunk + 8, end - chunk - 8);
  }

  private void unfilter(int filter, byte[] row, byte[] before, int distance) {
    int length = row.length;
    switch (filter) {
      case 0 -> {}
      case 1 -> {
        for (int i = distance; i < length; i++) {
          row[i] += row[i - distance];
        }
      }
      case 2 -> {
        for (int i = 0; i < length; i++) {
          row[i] += before[i];
        }
      }
      case 3 -> {
        for (int i = 0; i < Math.min(distance, length); i++) {
          row[i] += (byte) ((before[i] & 0xff) >> 1);
        }
        for (int i = distance; i < length; i++) {
          row[i] += (byte) ((row[i - distance] & 0xff) + (before[i] & 0xff) >> 1);
        }
      }
      case 4 -> {
        for (int i = 0; i < Math.min(distance, length); i++) {
          row[i] += before[i];
        }
        for (int i = distance; i < length; i++) {
          int left = row[i - distance] & 0xff;
          int above = before[i] & 0xff;
          int corner = before[i - distance] & 0xff;
          int toLeft = Math.abs(above - corner);
          int toAbove = Math.abs(left - corner);
          int toCorner = Math.abs(left + above - 2 * corner);
          row[i] +=
              (byte)
                  (toLeft <= toAbove && toLeft <= toCorner
                      ? left
                      : toAbove <= toCorner ? above : corner);
        }
      }
      default -> throw file.wrong("expected a filter 0 to 4 of a row but got " + filter);
    }
  }

  /** Writes the pixels of a row, as bytes, {@code step} from each other. */
  private void expand(byte[] row, int columns, byte[] pixels, int to, int channels, int step) {
    if (type == PALETTE || depth < 8) {
      int mask = (1 << depth) - 1;
      for (int x = 0; x < columns; x++, to += step) {
        int bit = x * depth;
        int value = row[bit >> 3] >> 8 - depth - (bit & 7) & mask;
        if (indices) {
          pixels[to] = (byte) value;
        } else if (type == GREY) {
          pixels[to] = (byte) (value * (255 / mask));
        } else {
          if (3 * value + 3 > palette.length) {
            throw file.wrong(
                "a pixel has the colour %d but the palette has %d"
                    .formatted(value, palette.length / 3));
          }
          pixels[to] = palette[3 * value];
          pixels[to + 1] = palette[3 * value + 1];
          pixels[to + 2] = palette[3 * value + 2];
        }
      }
      return;
    }
    int bytes = depth / 8;
    int distance = samples() * bytes;
    if (distance == channels && step == channels) {
      System.arraycopy(row, 0, pixels, to, columns * channels);
      return;
    }
    for (int x = 0; x < columns; x++, to += step) {
      for (int c = 0; c < channels; c++) {
        pixels[to + c] = row[x * distance + c * bytes];
      }
    }
  }
}
