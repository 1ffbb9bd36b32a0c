package dev.fathom.backend.java.arithmetic;

import dev.fathom.backend.java.platform.NativeImage;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of a matrix with a vector.
 *
 * <p>One of twins, as {@link DoubleVectors} says.
 */
final class DoubleDots {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int COLUMNS = 2 * LANES;

  /**
   * Shuffles for fixed trees of lane sums. Those wider than the vector are the identity and not
   * used.
   */
  private static final VectorShuffle<Double> SWAP_8 = DoubleVectors.swap(8);

  private static final VectorShuffle<Double> SWAP_4 = DoubleVectors.swap(4);
  private static final VectorShuffle<Double> SWAP_2 = DoubleVectors.swap(2);
  private static final VectorShuffle<Double> SWAP_1 = DoubleVectors.swap(1);

  private DoubleDots() {}

  static void dots(
      int count,
      int depth,
      double[] from,
      int rowsAt,
      int stride,
      double[] by,
      int xAt,
      double[] to,
      int yAt) {
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      dots4(depth, from, rowsAt + i * stride, stride, by, xAt, to, yAt + i);
    }
    for (; i < count; i++) {
      to[yAt + i] = dot(depth, from, rowsAt + i * stride, by, xAt);
    }
  }

  /** Four rows at once, each with the order of additions of {@link #dot}. */
  private static void dots4(
      int depth, double[] rows, int at, int stride, double[] x, int xAt, double[] y, int yAt) {
    DoubleVector p0 = DoubleVector.zero(SPECIES);
    DoubleVector p1 = DoubleVector.zero(SPECIES);
    DoubleVector p2 = DoubleVector.zero(SPECIES);
    DoubleVector p3 = DoubleVector.zero(SPECIES);
    DoubleVector q0 = DoubleVector.zero(SPECIES);
    DoubleVector q1 = DoubleVector.zero(SPECIES);
    DoubleVector q2 = DoubleVector.zero(SPECIES);
    DoubleVector q3 = DoubleVector.zero(SPECIES);
    int whole = NativeImage.end(depth - depth % COLUMNS);
    int k = 0;
    for (; k < whole; k += COLUMNS) {
      DoubleVector p = DoubleVector.fromArray(SPECIES, x, xAt + k);
      DoubleVector q = DoubleVector.fromArray(SPECIES, x, xAt + k + LANES);
      int row = at + k;
      p0 = DoubleVector.fromArray(SPECIES, rows, row).fma(p, p0);
      q0 = DoubleVector.fromArray(SPECIES, rows, row + LANES).fma(q, q0);
      row += stride;
      p1 = DoubleVector.fromArray(SPECIES, rows, row).fma(p, p1);
      q1 = DoubleVector.fromArray(SPECIES, rows, row + LANES).fma(q, q1);
      row += stride;
      p2 = DoubleVector.fromArray(SPECIES, rows, row).fma(p, p2);
      q2 = DoubleVector.fromArray(SPECIES, rows, row + LANES).fma(q, q2);
      row += stride;
      p3 = DoubleVector.fromArray(SPECIES, rows, row).fma(p, p3);
      q3 = DoubleVector.fromArray(SPECIES, rows, row + LANES).fma(q, q3);
    }
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    for (; k < depth; k++) {
      double value = x[xAt + k];
      s0 = Math.fma(rows[at + k], value, s0);
      s1 = Math.fma(rows[at + stride + k], value, s1);
      s2 = Math.fma(rows[at + 2 * stride + k], value, s2);
      s3 = Math.fma(rows[at + 3 * stride + k], value, s3);
    }
    p0 = p0.add(q0);
    if (LANES > 8) {
      p0 = p0.add(p0.rearrange(SWAP_8));
    }
    if (LANES > 4) {
      p0 = p0.add(p0.rearrange(SWAP_4));
    }
    if (LANES > 2) {
      p0 = p0.add(p0.rearrange(SWAP_2));
    }
    if (LANES > 1) {
      p0 = p0.add(p0.rearrange(SWAP_1));
    }
    y[yAt] = s0 + p0.lane(0);
    p1 = p1.add(q1);
    if (LANES > 8) {
      p1 = p1.add(p1.rearrange(SWAP_8));
    }
    if (LANES > 4) {
      p1 = p1.add(p1.rearrange(SWAP_4));
    }
    if (LANES > 2) {
      p1 = p1.add(p1.rearrange(SWAP_2));
    }
    if (LANES > 1) {
      p1 = p1.add(p1.rearrange(SWAP_1));
    }
    y[yAt + 1] = s1 + p1.lane(0);
    p2 = p2.add(q2);
    if (LANES > 8) {
      p2 = p2.add(p2.rearrange(SWAP_8));
    }
    if (LANES > 4) {
      p2 = p2.add(p2.rearrange(SWAP_4));
    }
    if (LANES > 2) {
      p2 = p2.add(p2.rearrange(SWAP_2));
    }
    if (LANES > 1) {
      p2 = p2.add(p2.rearrange(SWAP_1));
    }
    y[yAt + 2] = s2 + p2.lane(0);
    p3 = p3.add(q3);
    if (LANES > 8) {
      p3 = p3.add(p3.rearrange(SWAP_8));
    }
    if (LANES > 4) {
      p3 = p3.add(p3.rearrange(SWAP_4));
    }
    if (LANES > 2) {
      p3 = p3.add(p3.rearrange(SWAP_2));
    }
    if (LANES > 1) {
      p3 = p3.add(p3.rearrange(SWAP_1));
    }
    y[yAt + 3] = s3 + p3.lane(0);
  }

  private static double dot(int depth, double[] row, int at, double[] x, int xAt) {
    DoubleVector p = DoubleVector.zero(SPECIES);
    DoubleVector q = DoubleVector.zero(SPECIES);
    int whole = NativeImage.end(depth - depth % COLUMNS);
    int k = 0;
    for (; k < whole; k += COLUMNS) {
      p =
          DoubleVector.fromArray(SPECIES, row, at + k)
              .fma(DoubleVector.fromArray(SPECIES, x, xAt + k), p);
      q =
          DoubleVector.fromArray(SPECIES, row, at + k + LANES)
              .fma(DoubleVector.fromArray(SPECIES, x, xAt + k + LANES), q);
    }
    double tail = 0;
    for (; k < depth; k++) {
      tail = Math.fma(row[at + k], x[xAt + k], tail);
    }
    p = p.add(q);
    if (LANES > 8) {
      p = p.add(p.rearrange(SWAP_8));
    }
    if (LANES > 4) {
      p = p.add(p.rearrange(SWAP_4));
    }
    if (LANES > 2) {
      p = p.add(p.rearrange(SWAP_2));
    }
    if (LANES > 1) {
      p = p.add(p.rearrange(SWAP_1));
    }
    return tail + p.lane(0);
  }

  static void combine(
      int count,
      int depth,
      double[] from,
      int rowsAt,
      int stride,
      double[] by,
      int xAt,
      double[] to,
      int yAt) {
    int j = 0;
    for (; j <= count - 4 * LANES; j += 4 * LANES) {
      combine4(depth, from, rowsAt + j, stride, by, xAt, to, yAt + j);
    }
    for (; j <= count - LANES; j += LANES) {
      DoubleVector sum = DoubleVector.zero(SPECIES);
      for (int k = 0; k < depth; k++) {
        sum =
            DoubleVector.fromArray(SPECIES, from, rowsAt + k * stride + j)
                .fma(DoubleVector.broadcast(SPECIES, by[xAt + k]), sum);
      }
      sum.intoArray(to, yAt + j);
    }
    for (; j < count; j++) {
      double sum = 0;
      for (int k = 0; k < depth; k++) {
        sum = Math.fma(from[rowsAt + k * stride + j], by[xAt + k], sum);
      }
      to[yAt + j] = sum;
    }
  }

  private static void combine4(
      int depth, double[] rows, int at, int stride, double[] x, int xAt, double[] y, int yAt) {
    DoubleVector s0 = DoubleVector.zero(SPECIES);
    DoubleVector s1 = DoubleVector.zero(SPECIES);
    DoubleVector s2 = DoubleVector.zero(SPECIES);
    DoubleVector s3 = DoubleVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int row = at + k * stride;
      DoubleVector value = DoubleVector.broadcast(SPECIES, x[xAt + k]);
      s0 = DoubleVector.fromArray(SPECIES, rows, row).fma(value, s0);
      s1 = DoubleVector.fromArray(SPECIES, rows, row + LANES).fma(value, s1);
      s2 = DoubleVector.fromArray(SPECIES, rows, row + 2 * LANES).fma(value, s2);
      s3 = DoubleVector.fromArray(SPECIES, rows, row + 3 * LANES).fma(value, s3);
    }
    s0.intoArray(y, yAt);
    s1.intoArray(y, yAt + LANES);
    s2.intoArray(y, yAt + 2 * LANES);
    s3.intoArray(y, yAt + 3 * LANES);
  }
}
