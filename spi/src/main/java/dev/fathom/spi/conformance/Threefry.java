package dev.fathom.spi.conformance;

/**
 * Threefry-2x32 with 20 rounds: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3" (2011).
 */
final class Threefry {
  private static final int PARITY = 0x1bd11bda;
  private static final int[] ROTATIONS = {13, 15, 26, 6, 17, 29, 16, 24};

  private Threefry() {}

  /** {@return both output words, word 0 in the low half} */
  static long block(int key0, int key1, int counter0, int counter1) {
    int[] key = {key0, key1, PARITY ^ key0 ^ key1};
    int x0 = counter0 + key[0];
    int x1 = counter1 + key[1];
    for (int round = 0; round < 20; round++) {
      x0 += x1;
      x1 = Integer.rotateLeft(x1, ROTATIONS[round % 8]) ^ x0;
      if (round % 4 == 3) {
        int injection = round / 4 + 1;
        x0 += key[injection % 3];
        x1 += key[(injection + 1) % 3] + injection;
      }
    }
    return (long) x1 << 32 | x0 & 0xffffffffL;
  }

  static int word0(long block) {
    return (int) block;
  }

  static int word1(long block) {
    return (int) (block >>> 32);
  }
}
