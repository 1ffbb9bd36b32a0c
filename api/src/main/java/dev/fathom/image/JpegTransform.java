package dev.fathom.image;

/**
 * The inverse cosine transform in whole numbers of 13 bits (Loeffler, Ligtenberg and Moschytz,
 * "Practical fast 1-D DCT algorithms with 11 multiplications", 1989), rounded as libjpeg's "slow"
 * one is, so that pixels are the same.
 */
final class JpegTransform {
  private static final int BITS = 13;
  private static final int KEPT = 2;

  private final int[] columns = new int[64];

  /**
   * Writes 8 x 8 samples.
   *
   * @param block coefficients, row-major, multiplied by their quantisation
   * @param stride from one row of the plane to the next
   */
  void inverse(int[] block, byte[] plane, int offset, int stride) {
    for (int x = 0; x < 8; x++) {
      column(block, x);
    }
    for (int y = 0; y < 8; y++) {
      row(8 * y, plane, offset + y * stride);
    }
  }

  private void column(int[] in, int x) {
    int[] out = columns;
    int b1 = in[8 + x];
    int b2 = in[16 + x];
    int b3 = in[24 + x];
    int b4 = in[32 + x];
    int b5 = in[40 + x];
    int b6 = in[48 + x];
    int b7 = in[56 + x];
    if ((b1 | b2 | b3 | b4 | b5 | b6 | b7) == 0) {
      int all = in[x] << KEPT;
      for (int y = 0; y < 64; y += 8) {
        out[y + x] = all;
      }
      return;
    }
    int z1 = (b2 + b6) * 4433;
    int low = z1 - b6 * 15137;
    int high = z1 + b2 * 6270;
    int sum = in[x] + b4 << BITS;
    int difference = in[x] - b4 << BITS;
    int e0 = sum + high;
    int e3 = sum - high;
    int e1 = difference + low;
    int e2 = difference - low;

    int z5 = (b7 + b3 + b5 + b1) * 9633;
    int z3 = z5 - (b7 + b3) * 16069;
    int z4 = z5 - (b5 + b1) * 3196;
    z1 = (b7 + b1) * -7373;
    int z2 = (b5 + b3) * -20995;
    int o0 = b7 * 2446 + z1 + z3;
    int o1 = b5 * 16819 + z2 + z4;
    int o2 = b3 * 25172 + z2 + z3;
    int o3 = b1 * 12299 + z1 + z4;

    int half = 1 << BITS - KEPT - 1;
    out[x] = e0 + o3 + half >> BITS - KEPT;
    out[56 + x] = e0 - o3 + half >> BITS - KEPT;
    out[8 + x] = e1 + o2 + half >> BITS - KEPT;
    out[48 + x] = e1 - o2 + half >> BITS - KEPT;
    out[16 + x] = e2 + o1 + half >> BITS - KEPT;
    out[40 + x] = e2 - o1 + half >> BITS - KEPT;
    out[24 + x] = e3 + o0 + half >> BITS - KEPT;
    out[32 + x] = e3 - o0 + half >> BITS - KEPT;
  }

  private void row(int at, byte[] plane, int to) {
    int[] in = columns;
    int b1 = in[at + 1];
    int b2 = in[at + 2];
    int b3 = in[at + 3];
    int b4 = in[at + 4];
    int b5 = in[at + 5];
    int b6 = in[at + 6];
    int b7 = in[at + 7];
    int z1 = (b2 + b6) * 4433;
    int low = z1 - b6 * 15137;
    int high = z1 + b2 * 6270;
    int sum = in[at] + b4 << BITS;
    int difference = in[at] - b4 << BITS;
    int e0 = sum + high;
    int e3 = sum - high;
    int e1 = difference + low;
    int e2 = difference - low;

    int z5 = (b7 + b3 + b5 + b1) * 9633;
    int z3 = z5 - (b7 + b3) * 16069;
    int z4 = z5 - (b5 + b1) * 3196;
    z1 = (b7 + b1) * -7373;
    int z2 = (b5 + b3) * -20995;
    int o0 = b7 * 2446 + z1 + z3;
    int o1 = b5 * 16819 + z2 + z4;
    int o2 = b3 * 25172 + z2 + z3;
    int o3 = b1 * 12299 + z1 + z4;

    plane[to] = sample(e0 + o3);
    plane[to + 7] = sample(e0 - o3);
    plane[to + 1] = sample(e1 + o2);
    plane[to + 6] = sample(e1 - o2);
    plane[to + 2] = sample(e2 + o1);
    plane[to + 5] = sample(e2 - o1);
    plane[to + 3] = sample(e3 + o0);
    plane[to + 4] = sample(e3 - o0);
  }

  private static byte sample(int value) {
    int shift = BITS + KEPT + 3;
    return (byte) Math.clamp((value + (1 << shift - 1) >> shift) + 128, 0, 255);
  }
}
