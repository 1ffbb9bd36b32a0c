package dev.fathom.backend.java.arithmetic;

import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.platform.NativeImage;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** {@link Narrow} of bf16 with the Vector API: a bf16 is the upper half of an f32. */
final class Bf16Vectors implements Narrow {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int LANES = F.length();

  /**
   * The species of as many lanes as f32 has. A switch over constants, so that it is known when a
   * native image is built.
   */
  private static final VectorSpecies<Short> S =
      switch (LANES) {
        case 16 -> ShortVector.SPECIES_256;
        case 8 -> ShortVector.SPECIES_128;
        default -> ShortVector.SPECIES_64;
      };

  /**
   * Shuffles for fixed trees of lane sums. Those wider than the vector are the identity and not
   * used.
   */
  private static final VectorShuffle<Float> SWAP_8 = FloatVectors.swap(8);

  private static final VectorShuffle<Float> SWAP_4 = FloatVectors.swap(4);
  private static final VectorShuffle<Float> SWAP_2 = FloatVectors.swap(2);
  private static final VectorShuffle<Float> SWAP_1 = FloatVectors.swap(1);

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
    short[] in = (short[]) rows;
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      dots4(depth, in, rowsAt + i * stride, stride, x, xAt, y, yAt + i);
    }
    for (; i < count; i++) {
      y[yAt + i] = dot(depth, in, rowsAt + i * stride, x, xAt);
    }
  }

  private static void dots4(
      int depth, short[] rows, int at, int stride, float[] x, int xAt, float[] y, int yAt) {
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
          ShortVector.fromArray(S, rows, row)
              .convertShape(VectorOperators.S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(p, p0);
      q0 =
          ShortVector.fromArray(S, rows, row + LANES)
              .convertShape(VectorOperators.S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(q, q0);
      row += stride;
      p1 =
          ShortVector.fromArray(S, rows, row)
              .convertShape(VectorOperators.S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(p, p1);
      q1 =
          ShortVector.fromArray(S, rows, row + LANES)
              .convertShape(VectorOperators.S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(q, q1);
      row += stride;
      p2 =
          ShortVector.fromArray(S, rows, row)
              .convertShape(VectorOperators.S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(p, p2);
      q2 =
          ShortVector.fromArray(S, rows, row + LANES)
              .convertShape(VectorOperators.S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(q, q2);
      row += stride;
      p3 =
          ShortVector.fromArray(S, rows, row)
              .convertShape(VectorOperators.S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(p, p3);
      q3 =
          ShortVector.fromArray(S, rows, row + LANES)
              .convertShape(VectorOperators.S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(q, q3);
    }
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (; k < depth; k++) {
      float value = x[xAt + k];
      s0 = Math.fma(Elements.fromBf16(rows[at + k]), value, s0);
      s1 = Math.fma(Elements.fromBf16(rows[at + stride + k]), value, s1);
      s2 = Math.fma(Elements.fromBf16(rows[at + 2 * stride + k]), value, s2);
      s3 = Math.fma(Elements.fromBf16(rows[at + 3 * stride + k]), value, s3);
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
  private static float dot(int depth, short[] row, int at, float[] x, int xAt) {
    FloatVector p = FloatVector.zero(F);
    FloatVector q = FloatVector.zero(F);
    int whole = NativeImage.end(depth - depth % (2 * LANES));
    int k = 0;
    for (; k < whole; k += 2 * LANES) {
      p =
          ShortVector.fromArray(S, row, at + k)
              .convertShape(VectorOperators.S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(F, x, xAt + k), p);
      q =
          ShortVector.fromArray(S, row, at + k + LANES)
              .convertShape(VectorOperators.S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(F, x, xAt + k + LANES), q);
    }
    float tail = 0;
    for (; k < depth; k++) {
      tail = Math.fma(Elements.fromBf16(row[at + k]), x[xAt + k], tail);
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
    short[] in = (short[]) rows;
    int j = 0;
    for (; j <= count - 4 * LANES; j += 4 * LANES) {
      combine4(depth, in, rowsAt + j, stride, x, xAt, y, yAt + j);
    }
    for (; j <= count - LANES; j += LANES) {
      FloatVector sum = FloatVector.zero(F);
      for (int k = 0; k < depth; k++) {
        sum =
            ShortVector.fromArray(S, in, rowsAt + k * stride + j)
                .convertShape(VectorOperators.S2I, I, 0)
                .reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .fma(FloatVector.broadcast(F, x[xAt + k]), sum);
      }
      sum.intoArray(y, yAt + j);
    }
    for (; j < count; j++) {
      float sum = 0;
      for (int k = 0; k < depth; k++) {
        sum = Math.fma(Elements.fromBf16(in[rowsAt + k * stride + j]), x[xAt + k], sum);
      }
      y[yAt + j] = sum;
    }
  }

  private static void combine4(
      int depth, short[] rows, int at, int stride, float[] x, int xAt, float[] y, int yAt) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    for (int k = 0; k < depth; k++) {
      int row = at + k * stride;
      FloatVector value = FloatVector.broadcast(F, x[xAt + k]);
      s0 =
          ShortVector.fromArray(S, rows, row)
              .convertShape(VectorOperators.S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(value, s0);
      s1 =
          ShortVector.fromArray(S, rows, row + LANES)
              .convertShape(VectorOperators.S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(value, s1);
      s2 =
          ShortVector.fromArray(S, rows, row + 2 * LANES)
              .convertShape(VectorOperators.S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(value, s2);
      s3 =
          ShortVector.fromArray(S, rows, row + 3 * LANES)
              .convertShape(VectorOperators.S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 16)
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
    short[] in = (short[]) from;
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      ShortVector.fromArray(S, in, fromAt + i)
          .convertShape(VectorOperators.S2I, I, 0)
          .reinterpretAsInts()
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(to, toAt + i);
    }
    for (; i < count; i++) {
      to[toAt + i] = Elements.fromBf16(in[fromAt + i]);
    }
  }
}
