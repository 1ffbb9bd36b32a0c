package dev.fathom.backend.java.arithmetic;

import dev.fathom.backend.java.platform.NativeImage;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** {@link Narrow} of i8 with the Vector API. */
final class Int8Vectors implements Narrow {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = F.length();

  /** Whether there are vectors of as many bytes as f32 has lanes: none has 32 bits. */
  static final boolean FIT = LANES == 8 || LANES == 16;

  /** The species of as many lanes as f32 has, where they fit. */
  private static final VectorSpecies<Byte> B =
      LANES == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

  /**
   * Shuffles for fixed trees of lane sums. Those wider than the vector are the identity and not
   * used.
   */
  private static final VectorShuffle<Float> SWAP_8 = swap(8);

  private static final VectorShuffle<Float> SWAP_4 = swap(4);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorShuffle<Float> SWAP_1 = swap(1);

  private static VectorShuffle<Float> swap(int distance) {
    int[] sources = new int[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      sources[lane] = (lane ^ distance) & (LANES - 1);
    }
    return VectorShuffle.fromArray(F, sources, 0);
  }

  @Override
  public void dots(
      int count,
      int depth,
      Object rows,
      int rowsAt,
      int stride,
      float[] x,
      int xAt,
      float[] y,
      int yAt) {
    byte[] in = (byte[]) rows;
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      dots4(depth, in, rowsAt + i * stride, stride, x, xAt, y, yAt + i);
    }
    for (; i < count; i++) {
      y[yAt + i] = dot(depth, in, rowsAt + i * stride, x, xAt);
    }
  }

  private static void dots4(
      int depth, byte[] rows, int at, int stride, float[] x, int xAt, float[] y, int yAt) {
    FloatVector p0 = FloatVector.zero(F);
    FloatVector p1 = FloatVector.zero(F);
    FloatVector p2 = FloatVector.zero(F);
    FloatVector p3 = FloatVector.zero(F);
    FloatVector q0 = FloatVector.zero(F);
    FloatVector q1 = FloatVector.zero(F);
    FloatVector q2 = FloatVector.zero(F);
    FloatVector q3 = FloatVector.zero(F);
    int whole = NativeImage.end(depth - depth % (2 * LANES));
    int k = 0;
    for (; k < whole; k += 2 * LANES) {
      FloatVector p = FloatVector.fromArray(F, x, xAt + k);
      FloatVector q = FloatVector.fromArray(F, x, xAt + k + LANES);
      int row = at + k;
      p0 =
          ByteVector.fromArray(B, rows, row)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(p, p0);
      q0 =
          ByteVector.fromArray(B, rows, row + LANES)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(q, q0);
      row += stride;
      p1 =
          ByteVector.fromArray(B, rows, row)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(p, p1);
      q1 =
          ByteVector.fromArray(B, rows, row + LANES)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(q, q1);
      row += stride;
      p2 =
          ByteVector.fromArray(B, rows, row)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(p, p2);
      q2 =
          ByteVector.fromArray(B, rows, row + LANES)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(q, q2);
      row += stride;
      p3 =
          ByteVector.fromArray(B, rows, row)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(p, p3);
      q3 =
          ByteVector.fromArray(B, rows, row + LANES)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(q, q3);
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

  /** Adds in the same order as {@link #dots4}. */
  private static float dot(int depth, byte[] row, int at, float[] x, int xAt) {
    FloatVector p = FloatVector.zero(F);
    FloatVector q = FloatVector.zero(F);
    int whole = NativeImage.end(depth - depth % (2 * LANES));
    int k = 0;
    for (; k < whole; k += 2 * LANES) {
      p =
          ByteVector.fromArray(B, row, at + k)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(F, x, xAt + k), p);
      q =
          ByteVector.fromArray(B, row, at + k + LANES)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(F, x, xAt + k + LANES), q);
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

  @Override
  public void combine(
      int count,
      int depth,
      Object rows,
      int rowsAt,
      int stride,
      float[] x,
      int xAt,
      float[] y,
      int yAt) {
    byte[] in = (byte[]) rows;
    int j = 0;
    for (; j <= count - 4 * LANES; j += 4 * LANES) {
      combine4(depth, in, rowsAt + j, stride, x, xAt, y, yAt + j);
    }
    for (; j <= count - LANES; j += LANES) {
      FloatVector sum = FloatVector.zero(F);
      for (int k = 0; k < depth; k++) {
        sum =
            ByteVector.fromArray(B, in, rowsAt + k * stride + j)
                .convertShape(VectorOperators.B2F, F, 0)
                .reinterpretAsFloats()
                .fma(FloatVector.broadcast(F, x[xAt + k]), sum);
      }
      sum.intoArray(y, yAt + j);
    }
    for (; j < count; j++) {
      float sum = 0;
      for (int k = 0; k < depth; k++) {
        sum = Math.fma(in[rowsAt + k * stride + j], x[xAt + k], sum);
      }
      y[yAt + j] = sum;
    }
  }

  private static void combine4(
      int depth, byte[] rows, int at, int stride, float[] x, int xAt, float[] y, int yAt) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    for (int k = 0; k < depth; k++) {
      int row = at + k * stride;
      FloatVector value = FloatVector.broadcast(F, x[xAt + k]);
      s0 =
          ByteVector.fromArray(B, rows, row)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(value, s0);
      s1 =
          ByteVector.fromArray(B, rows, row + LANES)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(value, s1);
      s2 =
          ByteVector.fromArray(B, rows, row + 2 * LANES)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(value, s2);
      s3 =
          ByteVector.fromArray(B, rows, row + 3 * LANES)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(value, s3);
    }
    s0.intoArray(y, yAt);
    s1.intoArray(y, yAt + LANES);
    s2.intoArray(y, yAt + 2 * LANES);
    s3.intoArray(y, yAt + 3 * LANES);
  }

  @Override
  public void widen(Object from, int fromAt, int count, float[] to, int toAt) {
    byte[] in = (byte[]) from;
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      ByteVector.fromArray(B, in, fromAt + i)
          .convertShape(VectorOperators.B2F, F, 0)
          .reinterpretAsFloats()
          .intoArray(to, toAt + i);
    }
    for (; i < count; i++) {
      to[toAt + i] = in[fromAt + i];
    }
  }
}
