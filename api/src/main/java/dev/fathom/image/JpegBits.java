package dev.fathom.image;

/**
 * The entropy-coded bits of a JPEG scan: Huffman codes and the bits behind them. For one thread.
 */
final class JpegBits {
  /** A table of codes (T.81, annex C), found by their first bits, or else bit by bit. */
  static final class Table {
    private static final int FAST = 9;

    /** Length and symbol of the code that so many bits begin with; 0 for a longer one. */
    private final short[] fast = new short[1 << FAST];

    private final int[] last = new int[18];
    private final int[] offset = new int[17];
    private final byte[] symbols;

    /**
     * @param counts how many codes have 1 to 16 bits
     * @param symbols in the order of their codes
     */
    Table(Bytes file, int[] counts, byte[] symbols) {
      this.symbols = symbols;
      int code = 0;
      int at = 0;
      for (int length = 1; length <= 16; length++) {
        offset[length] = at - code;
        if (code + counts[length - 1] > 1 << length) {
          throw file.wrong("a Huffman table has more codes than there are");
        }
        for (int i = 0; i < counts[length - 1]; i++, code++, at++) {
          if (length <= FAST) {
            int first = code << FAST - length;
            for (int j = 0; j < 1 << FAST - length; j++) {
              fast[first + j] = (short) (length << 8 | symbols[at] & 0xff);
            }
          }
        }
        last[length] = counts[length - 1] > 0 ? code - 1 : -1;
        code <<= 1;
      }
      last[17] = Integer.MAX_VALUE;
    }
  }

  private final Bytes file;
  private final byte[] all;
  private int at;
  private long bits;
  private int count;

  /** How many of the bits stand for none in the file: it ended, or a marker came. */
  private int padded;

  JpegBits(Bytes file, int at) {
    this.file = file;
    this.all = file.all;
    this.at = at;
  }

  /** {@return where the next marker is, or the file ends} */
  int marker() {
    while (at < all.length - 1 && (all[at] != -1 || all[at + 1] == 0 || all[at + 1] == -1)) {
      at++;
    }
    return at;
  }

  /** Leaves the bits of an interval behind, and the marker that ends it. */
  void restart() {
    check();
    int marker = marker();
    int code = file.u8(marker + 1);
    if (code < 0xd0 || code > 0xd7) {
      throw file.wrong("expected a restart marker at byte %,d".formatted(marker));
    }
    at = marker + 2;
    bits = 0;
    count = 0;
    padded = 0;
  }

  /** Checks that all bits that were read are there. */
  void check() {
    if (padded > count) {
      throw file.wrong(
          at >= all.length - 2
              ? "the file ends after %,d bytes, before the picture does".formatted(all.length)
              : "the data end at byte %,d, before the picture does".formatted(at));
    }
  }

  private void fill() {
    while (count <= 48) {
      int next = 0;
      if (at < all.length && (all[at] != -1 || at + 1 < all.length && all[at + 1] == 0)) {
        next = all[at] & 0xff;
        at += next == 0xff ? 2 : 1;
      } else {
        padded += 8;
      }
      bits = bits << 8 | next;
      count += 8;
    }
  }

  int decode(Table table) {
    if (count < 16) {
      fill();
    }
    int entry = table.fast[(int) (bits >> count - Table.FAST) & (1 << Table.FAST) - 1];
    if (entry != 0) {
      count -= entry >> 8;
      return entry & 0xff;
    }
    int length = Table.FAST + 1;
    while (true) {
      int code = (int) (bits >> count - length) & (1 << length) - 1;
      if (length > 16) {
        throw file.wrong("the packed pixels are damaged near byte %,d".formatted(at));
      }
      if (code <= table.last[length]) {
        count -= length;
        return table.symbols[table.offset[length] + code] & 0xff;
      }
      length++;
    }
  }

  int bits(int wanted) {
    if (count < wanted) {
      fill();
    }
    count -= wanted;
    return (int) (bits >> count) & (1 << wanted) - 1;
  }

  boolean bit() {
    return bits(1) != 0;
  }

  /** {@return a number of so many bits, whose first is 0 where it is negative} */
  int signed(int wanted) {
    if (wanted == 0) {
      return 0;
    }
    int value = bits(wanted);
    return value < 1 << wanted - 1 ? value - (1 << wanted) + 1 : value;
  }
}
