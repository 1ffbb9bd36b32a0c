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
    byte[] in = (byte[]) rows;
    // One row after the other: of several at once memory gave half as much, see RowContract.
    for (int i = 0; i < count; i++) {
      y[yAt + i] = dot(depth, in, rowsAt + i * stride, x, xAt);
    }
  }

  @Override
  public boolean inTurn() {
    return true;
  }

  private static float dot(int depth, byte[] row, int at, float[] x, int xAt) {
    FloatVector p = FloatVector.zero(F);
    FloatVector q = FloatVector.zero(F);
    FloatVector r = FloatVector.zero(F);
    FloatVector s = FloatVector.zero(F);
    int whole = NativeImage.end(depth - depth % (4 * LANES));
    int k = 0;
    for (; k < whole; k += 4 * LANES) {
      int from = at + k;
      int by = xAt + k;
      p =
          ByteVector.fromArray(B, row, from)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(F, x, by), p);
      q =
          ByteVector.fromArray(B, row, from + LANES)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(F, x, by + LANES), q);
      r =
          ByteVector.fromArray(B, row, from + 2 * LANES)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(F, x, by + 2 * LANES), r);
      s =
          ByteVector.fromArray(B, row, from + 3 * LANES)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(F, x, by + 3 * LANES), s);
    }
    FloatVector rest = FloatVector.zero(F);
    int vectors = NativeImage.end(depth - depth % LANES);
    for (; k < vectors; k += LANES) {
      rest =
          ByteVector.fromArray(B, row, at + k)
              .convertShape(VectorOperators.B2F, F, 0)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(F, x, xAt + k), rest);
    }
    float tail = 0;
    for (; k < depth; k++) {
      tail = Math.fma(row[at + k], x[xAt + k], tail);
    }
    p = p.add(q).add(r.add(s)).add(rest);
    if (LANES > 8) {
      p = p.add(p.rearrange(SWAP_8));
    }
    p = p.add(p.rearrange(SWAP_4));
    p = p.add(p.rearrange(SWAP_2));
    p = p.add(p.rearrange(SWAP_1));
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
