package dev.fathom.backend.java.arithmetic;

import dev.fathom.backend.java.platform.NativeImage;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Outer} with the Vector API, in blocks of four rows by four. The sums of a block are
 * vectors until they are added up.
 *
 * <p>One of twins, as {@link DoubleVectors} says.
 */
final class DoubleOuter implements Outer {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** Elements of a block's sums. */
  private static final int BLOCK = ROWS * ROWS * LANES;

  private static final VectorShuffle<Double> SWAP_8 = DoubleVectors.swap(8);
  private static final VectorShuffle<Double> SWAP_4 = DoubleVectors.swap(4);
  private static final VectorShuffle<Double> SWAP_2 = DoubleVectors.swap(2);
  private static final VectorShuffle<Double> SWAP_1 = DoubleVectors.swap(1);

  @Override
  public int elements(int rows, int columns) {
    return Math.multiplyExact(Math.ceilDiv(rows, ROWS) * Math.ceilDiv(columns, ROWS), BLOCK);
  }

  @Override
  public void multiply(
      int rows,
      int columns,
      int depth,
      Object a,
      int aAt,
      int aPitch,
      Object b,
      int bAt,
      int bPitch,
      Object sums,
      int sumsAt,
      boolean add) {
    double[] left = (double[]) a;
    double[] right = (double[]) b;
    double[] to = (double[]) sums;
    int at = sumsAt;
    for (int i = 0; i < rows; i += ROWS) {
      for (int j = 0; j < columns; j += ROWS) {
        int row = aAt + i * aPitch;
        block(depth, left, row, aPitch, right, bAt + j * bPitch, bPitch, to, at, add);
        at += BLOCK;
      }
    }
  }

  /** 4 x 4 rows. A loop over them would keep the sums in memory, so they are spelt out. */
  private static void block(
      int depth,
      double[] a,
      int aAt,
      int aPitch,
      double[] b,
      int bAt,
      int bPitch,
      double[] sums,
      int to,
      boolean add) {
    DoubleVector s00 = DoubleVector.zero(SPECIES);
    DoubleVector s01 = DoubleVector.zero(SPECIES);
    DoubleVector s02 = DoubleVector.zero(SPECIES);
    DoubleVector s03 = DoubleVector.zero(SPECIES);
    DoubleVector s10 = DoubleVector.zero(SPECIES);
    DoubleVector s11 = DoubleVector.zero(SPECIES);
    DoubleVector s12 = DoubleVector.zero(SPECIES);
    DoubleVector s13 = DoubleVector.zero(SPECIES);
    DoubleVector s20 = DoubleVector.zero(SPECIES);
    DoubleVector s21 = DoubleVector.zero(SPECIES);
    DoubleVector s22 = DoubleVector.zero(SPECIES);
    DoubleVector s23 = DoubleVector.zero(SPECIES);
    DoubleVector s30 = DoubleVector.zero(SPECIES);
    DoubleVector s31 = DoubleVector.zero(SPECIES);
    DoubleVector s32 = DoubleVector.zero(SPECIES);
    DoubleVector s33 = DoubleVector.zero(SPECIES);
    for (int k = 0; k < NativeImage.end(depth); k += LANES) {
      int row = aAt + k;
      int column = bAt + k;
      DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, column);
      DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, column + bPitch);
      DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, column + 2 * bPitch);
      DoubleVector b3 = DoubleVector.fromArray(SPECIES, b, column + 3 * bPitch);
      DoubleVector a0 = DoubleVector.fromArray(SPECIES, a, row);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      s02 = a0.fma(b2, s02);
      s03 = a0.fma(b3, s03);
      DoubleVector a1 = DoubleVector.fromArray(SPECIES, a, row + aPitch);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      s12 = a1.fma(b2, s12);
      s13 = a1.fma(b3, s13);
      DoubleVector a2 = DoubleVector.fromArray(SPECIES, a, row + 2 * aPitch);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      s22 = a2.fma(b2, s22);
      s23 = a2.fma(b3, s23);
      DoubleVector a3 = DoubleVector.fromArray(SPECIES, a, row + 3 * aPitch);
      s30 = a3.fma(b0, s30);
      s31 = a3.fma(b1, s31);
      s32 = a3.fma(b2, s32);
      s33 = a3.fma(b3, s33);
    }
    if (add) {
      s00 = s00.add(DoubleVector.fromArray(SPECIES, sums, to));
      s01 = s01.add(DoubleVector.fromArray(SPECIES, sums, to + LANES));
      s02 = s02.add(DoubleVector.fromArray(SPECIES, sums, to + 2 * LANES));
      s03 = s03.add(DoubleVector.fromArray(SPECIES, sums, to + 3 * LANES));
      s10 = s10.add(DoubleVector.fromArray(SPECIES, sums, to + 4 * LANES));
      s11 = s11.add(DoubleVector.fromArray(SPECIES, sums, to + 5 * LANES));
      s12 = s12.add(DoubleVector.fromArray(SPECIES, sums, to + 6 * LANES));
      s13 = s13.add(DoubleVector.fromArray(SPECIES, sums, to + 7 * LANES));
      s20 = s20.add(DoubleVector.fromArray(SPECIES, sums, to + 8 * LANES));
      s21 = s21.add(DoubleVector.fromArray(SPECIES, sums, to + 9 * LANES));
      s22 = s22.add(DoubleVector.fromArray(SPECIES, sums, to + 10 * LANES));
      s23 = s23.add(DoubleVector.fromArray(SPECIES, sums, to + 11 * LANES));
      s30 = s30.add(DoubleVector.fromArray(SPECIES, sums, to + 12 * LANES));
      s31 = s31.add(DoubleVector.fromArray(SPECIES, sums, to + 13 * LANES));
      s32 = s32.add(DoubleVector.fromArray(SPECIES, sums, to + 14 * LANES));
      s33 = s33.add(DoubleVector.fromArray(SPECIES, sums, to + 15 * LANES));
    }
    s00.intoArray(sums, to);
    s01.intoArray(sums, to + LANES);
    s02.intoArray(sums, to + 2 * LANES);
    s03.intoArray(sums, to + 3 * LANES);
    s10.intoArray(sums, to + 4 * LANES);
    s11.intoArray(sums, to + 5 * LANES);
    s12.intoArray(sums, to + 6 * LANES);
    s13.intoArray(sums, to + 7 * LANES);
    s20.intoArray(sums, to + 8 * LANES);
    s21.intoArray(sums, to + 9 * LANES);
    s22.intoArray(sums, to + 10 * LANES);
    s23.intoArray(sums, to + 11 * LANES);
    s30.intoArray(sums, to + 12 * LANES);
    s31.intoArray(sums, to + 13 * LANES);
    s32.intoArray(sums, to + 14 * LANES);
    s33.intoArray(sums, to + 15 * LANES);
  }

  @Override
  public void totals(
      int rows, int columns, Object sums, int sumsAt, Object to, int toAt, int toPitch) {
    double[] from = (double[]) sums;
    double[] out = (double[]) to;
    int blocks = Math.ceilDiv(columns, ROWS);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int block = sumsAt + (i / ROWS * blocks + j / ROWS) * BLOCK;
        out[toAt + i * toPitch + j] = total(from, block + (i % ROWS * ROWS + j % ROWS) * LANES);
      }
    }
  }

  private static double total(double[] sums, int at) {
    DoubleVector p = DoubleVector.fromArray(SPECIES, sums, at);
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
    return p.lane(0);
  }
}
