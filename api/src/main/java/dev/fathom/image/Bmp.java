package dev.fathom.image;

/**
 * Bitmaps of Windows: a palette of 1, 4 or 8 bits, or colours of 16, 24 or 32, not compressed. What
 * a fourth channel holds is left out.
 */
final class Bmp implements Decoder {
  static final String SIGNATURE = "BM";

  private static final int FILE_HEADER = 14;

  private final Bytes file;
  private final int start;
  private final int width;
  private final int height;
  private final boolean fromTop;
  private final int bits;
  private final int palette;
  private final int colours;
  private final int[] masks;

  private Bmp(Bytes file) {
    this.file = file;
    start = file.little32(10);
    int header = file.little32(FILE_HEADER);
    boolean old = header == 12;
    if (!old && (header < 40 || header > 1024)) {
      throw file.unsupported("expected a header of 12 or 40 bytes or more but got " + header);
    }
    width = old ? file.little16(FILE_HEADER + 4) : file.little32(FILE_HEADER + 4);
    int rows = old ? file.little16(FILE_HEADER + 6) : file.little32(FILE_HEADER + 8);
    fromTop = rows < 0;
    height = rows == Integer.MIN_VALUE ? 0 : Math.abs(rows);
    bits = file.little16(FILE_HEADER + (old ? 10 : 14));
    int compression = old ? 0 : file.little32(FILE_HEADER + 16);
    boolean hasMasks = compression == 3 || compression == 6;
    if (compression != 0 && !(hasMasks && (bits == 16 || bits == 32))) {
      throw file.unsupported("expected pixels that are not compressed; save it as PNG");
    }
    if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
      throw file.wrong("expected 1, 4, 8, 16, 24 or 32 bits for a pixel but got " + bits);
    }
    masks =
        hasMasks
            ? new int[] {
              file.little32(FILE_HEADER + 40),
              file.little32(FILE_HEADER + 44),
              file.little32(FILE_HEADER + 48)
            }
            : bits == 16 ? new int[] {0x7c00, 0x3e0, 0x1f} : new int[] {0xff0000, 0xff00, 0xff};
    colours = old ? 3 : 4;
    palette = FILE_HEADER + header;
  }

  static Bmp open(Bytes file) {
    return new Bmp(file);
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
    return 1;
  }

  @Override
  public Picture decode() {
    long stride = ((long) width * bits + 31) / 32 * 4;
    if (start < FILE_HEADER || start + stride * height > file.all.length) {
      throw file.ends();
    }
    Pictures.requireMemory(file, 3L * width * height);
    byte[] pixels = new byte[3 * width * height];
    for (int y = 0, to = 0; y < height; y++) {
      int row = (int) (start + stride * (fromTop ? y : height - 1 - y));
      for (int x = 0; x < width; x++, to += 3) {
        if (bits <= 8) {
          int bit = x * bits;
          int value = file.u8(row + (bit >> 3)) >> 8 - bits - (bit & 7) & (1 << bits) - 1;
          int colour = palette + value * colours;
          if (colour + 3 > start) {
            throw file.wrong(
                "a pixel has the colour %d, which the palette has not".formatted(value));
          }
          pixels[to] = (byte) file.u8(colour + 2);
          pixels[to + 1] = (byte) file.u8(colour + 1);
          pixels[to + 2] = (byte) file.u8(colour);
        } else if (bits == 24) {
          pixels[to] = file.all[row + 3 * x + 2];
          pixels[to + 1] = file.all[row + 3 * x + 1];
          pixels[to + 2] = file.all[row + 3 * x];
        } else {
          int value = bits == 16 ? file.little16(row + 2 * x) : file.little32(row + 4 * x);
          for (int c = 0; c < 3; c++) {
            pixels[to + c] = channel(value, masks[c]);
          }
        }
      }
    }
    return new Picture(width, height, 3, pixels);
  }

  private static byte channel(int value, int mask) {
    if (mask == 0) {
      return 0;
    }
    int shift = Integer.numberOfTrailingZeros(mask);
    long most = Integer.toUnsignedLong(mask) >>> shift;
    long level = Integer.toUnsignedLong(value & mask) >>> shift;
    return (byte) (level * 255 / most);
  }
}
