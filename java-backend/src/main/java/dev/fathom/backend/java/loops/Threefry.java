package dev.fathom.backend.java.loops;

/** Threefry-2x32 with 20 rounds, one block at a time; see {@link dev.fathom.spi.Random}. */
public final class Threefry {
  private static final int[] ROTATIONS = {13, 15, 26, 6, 17, 29, 16, 24};

  private Threefry() {}

  /** {@return word 0 in the low half, word 1 in the high half} */
  public static long words(int k0, int k1, int c0, int c1) {
    int k2 = 0x1BD11BDA ^ k0 ^ k1;
    int x = c0 + k0;
    int y = c1 + k1;
    for (int group = 0; group < 5; group++) {
      for (int round = 0; round < 4; round++) {
        x += y;
        y = Integer.rotateLeft(y, ROTATIONS[(group & 1) * 4 + round]) ^ x;
      }
      x += key(k0, k1, k2, group + 1);
      y += key(k0, k1, k2, group + 2) + group + 1;
    }
    return (x & 0xffffffffL) | (long) y << 32;
  }

  private static int key(int k0, int k1, int k2, int index) {
    return switch (index % 3) {
      case 0 -> k0;
      case 1 -> k1;
      default -> k2;
    };
  }
}
