package dev.fathom.backend.java.arithmetic;

import dev.fathom.backend.java.platform.NativeImage;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of a matrix with a vector.
 *
 * <p>One of twins, as {@link FloatVectors} says.
 */
final class FloatDots {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int COLUMNS = 2 * LANES;

  /**
   * Shuffles for fixed trees of lane sums. Those wider than the vector are the identity and not
   * used.
   */
  private static final VectorShuffle<Float> SWAP_8 = FloatVectors.swap(8);

  private static final VectorShuffle<Float> SWAP_4 = FloatVectors.swap(4);
  private static final VectorShuffle<Float> SWAP_2 = FloatVectors.swap(2);
  private static final VectorShuffle<Float> SWAP_1 = FloatVectors.swap(1);

  private FloatDots() {}

  static void dots(
      int count,
      int depth,
      float[] from,
      int rowsAt,
      int stride,
      float[] by,
      int xAt,
      float[] to,
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
      int depth, float[] rows, int at, int stride, float[] x, int xAt, float[] y, int yAt) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector p2 = FloatVector.zero(SPECIES);
    FloatVector p3 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector q2 = FloatVector.zero(SPECIES);
    FloatVector q3 = FloatVector.zero(SPECIES);
    int whole = NativeImage.end(depth - depth % COLUMNS);
    int k = 0;
    for (; k < whole; k += COLUMNS) {
      FloatVector p = FloatVector.fromArray(SPECIES, x, xAt + k);
      FloatVector q = FloatVector.fromArray(SPECIES, x, xAt + k + LANES);
      int row = at + k;
      p0 = FloatVector.fromArray(SPECIES, rows, row).fma(p, p0);
      q0 = FloatVector.fromArray(SPECIES, rows, row + LANES).fma(q, q0);
      row += stride;
      p1 = FloatVector.fromArray(SPECIES, rows, row).fma(p, p1);
      q1 = FloatVector.fromArray(SPECIES, rows, row + LANES).fma(q, q1);
      row += stride;
      p2 = FloatVector.fromArray(SPECIES, rows, row).fma(p, p2);
      q2 = FloatVector.fromArray(SPECIES, rows, row + LANES).fma(q, q2);
      row += stride;
      p3 = FloatVector.fromArray(SPECIES, rows, row).fma(p, p3);
      q3 = FloatVector.fromArray(SPECIES, rows, row + LANES).fma(q, q3);
    }
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (; k < depth; k++) {
      float value = x[xAt + k];
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

  private static float dot(int depth, float[] row, int at, float[] x, int xAt) {
    FloatVector p = FloatVector.zero(SPECIES);
    FloatVector q = FloatVector.zero(SPECIES);
    int whole = NativeImage.end(depth - depth % COLUMNS);
    int k = 0;
    for (; k < whole; k += COLUMNS) {
      p =
          FloatVector.fromArray(SPECIES, row, at + k)
              .fma(FloatVector.fromArray(SPECIES, x, xAt + k), p);
      q =
          FloatVector.fromArray(SPECIES, row, at + k + LANES)
              .fma(FloatVector.fromArray(SPECIES, x, xAt + k + LANES), q);
    }
    float tail = 0;
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
      float[] from,
      int rowsAt,
      int stride,
      float[] by,
      int xAt,
      float[] to,
      int yAt) {
    int j = 0;
    for (; j <= count - 4 * LANES; j += 4 * LANES) {
      combine4(depth, from, rowsAt + j, stride, by, xAt, to, yAt + j);
    }
    for (; j <= count - LANES; j += LANES) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int k = 0; k < depth; k++) {
        sum =
            FloatVector.fromArray(SPECIES, from, rowsAt + k * stride + j)
                .fma(FloatVector.broadcast(SPECIES, by[xAt + k]), sum);
      }
      sum.intoArray(to, yAt + j);
    }
    for (; j < count; j++) {
      float sum = 0;
      for (int k = 0; k < depth; k++) {
        sum = Math.fma(from[rowsAt + k * stride + j], by[xAt + k], sum);
      }
      to[yAt + j] = sum;
    }
  }

  private static void combine4(
      int depth, float[] rows, int at, int stride, float[] x, int xAt, float[] y, int yAt) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int row = at + k * stride;
      FloatVector value = FloatVector.broadcast(SPECIES, x[xAt + k]);
      s0 = FloatVector.fromArray(SPECIES, rows, row).fma(value, s0);
      s1 = FloatVector.fromArray(SPECIES, rows, row + LANES).fma(value, s1);
      s2 = FloatVector.fromArray(SPECIES, rows, row + 2 * LANES).fma(value, s2);
      s3 = FloatVector.fromArray(SPECIES, rows, row + 3 * LANES).fma(value, s3);
    }
    s0.intoArray(y, yAt);
    s1.intoArray(y, yAt + LANES);
    s2.intoArray(y, yAt + 2 * LANES);
    s3.intoArray(y, yAt + 3 * LANES);
  }
}
