package dev.fathom.backend.java.arithmetic;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of a matrix product whose right operand is read through a table of row offsets.
 *
 * <p>One of twins, as {@link DoubleVectors} says.
 */
final class DoubleTiles {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private DoubleTiles() {}

  /**
   * 12 x 2 vectors. A loop over rows would keep the accumulators in memory, so they are spelt out.
   */
  static void multiply12(
      int depth,
      double[] a,
      int aAt,
      int aStep,
      double[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      double[] c,
      int cAt,
      int pitch,
      boolean add) {
    DoubleVector p0 = DoubleVector.zero(SPECIES);
    DoubleVector q0 = DoubleVector.zero(SPECIES);
    DoubleVector p1 = DoubleVector.zero(SPECIES);
    DoubleVector q1 = DoubleVector.zero(SPECIES);
    DoubleVector p2 = DoubleVector.zero(SPECIES);
    DoubleVector q2 = DoubleVector.zero(SPECIES);
    DoubleVector p3 = DoubleVector.zero(SPECIES);
    DoubleVector q3 = DoubleVector.zero(SPECIES);
    DoubleVector p4 = DoubleVector.zero(SPECIES);
    DoubleVector q4 = DoubleVector.zero(SPECIES);
    DoubleVector p5 = DoubleVector.zero(SPECIES);
    DoubleVector q5 = DoubleVector.zero(SPECIES);
    DoubleVector p6 = DoubleVector.zero(SPECIES);
    DoubleVector q6 = DoubleVector.zero(SPECIES);
    DoubleVector p7 = DoubleVector.zero(SPECIES);
    DoubleVector q7 = DoubleVector.zero(SPECIES);
    DoubleVector p8 = DoubleVector.zero(SPECIES);
    DoubleVector q8 = DoubleVector.zero(SPECIES);
    DoubleVector p9 = DoubleVector.zero(SPECIES);
    DoubleVector q9 = DoubleVector.zero(SPECIES);
    DoubleVector p10 = DoubleVector.zero(SPECIES);
    DoubleVector q10 = DoubleVector.zero(SPECIES);
    DoubleVector p11 = DoubleVector.zero(SPECIES);
    DoubleVector q11 = DoubleVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int row = bAt + offsets[offsetsAt + k];
      DoubleVector p = DoubleVector.fromArray(SPECIES, b, row);
      DoubleVector q = DoubleVector.fromArray(SPECIES, b, row + LANES);
      int at = aAt + k * aStep;
      DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[at + 3]);
      p3 = a3.fma(p, p3);
      q3 = a3.fma(q, q3);
      DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[at + 4]);
      p4 = a4.fma(p, p4);
      q4 = a4.fma(q, q4);
      DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[at + 5]);
      p5 = a5.fma(p, p5);
      q5 = a5.fma(q, q5);
      DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[at + 6]);
      p6 = a6.fma(p, p6);
      q6 = a6.fma(q, q6);
      DoubleVector a7 = DoubleVector.broadcast(SPECIES, a[at + 7]);
      p7 = a7.fma(p, p7);
      q7 = a7.fma(q, q7);
      DoubleVector a8 = DoubleVector.broadcast(SPECIES, a[at + 8]);
      p8 = a8.fma(p, p8);
      q8 = a8.fma(q, q8);
      DoubleVector a9 = DoubleVector.broadcast(SPECIES, a[at + 9]);
      p9 = a9.fma(p, p9);
      q9 = a9.fma(q, q9);
      DoubleVector a10 = DoubleVector.broadcast(SPECIES, a[at + 10]);
      p10 = a10.fma(p, p10);
      q10 = a10.fma(q, q10);
      DoubleVector a11 = DoubleVector.broadcast(SPECIES, a[at + 11]);
      p11 = a11.fma(p, p11);
      q11 = a11.fma(q, q11);
    }
    if (add) {
      p0 = p0.add(DoubleVector.fromArray(SPECIES, c, cAt));
      q0 = q0.add(DoubleVector.fromArray(SPECIES, c, cAt + LANES));
      p1 = p1.add(DoubleVector.fromArray(SPECIES, c, cAt + pitch));
      q1 = q1.add(DoubleVector.fromArray(SPECIES, c, cAt + pitch + LANES));
      p2 = p2.add(DoubleVector.fromArray(SPECIES, c, cAt + 2 * pitch));
      q2 = q2.add(DoubleVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES));
      p3 = p3.add(DoubleVector.fromArray(SPECIES, c, cAt + 3 * pitch));
      q3 = q3.add(DoubleVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES));
      p4 = p4.add(DoubleVector.fromArray(SPECIES, c, cAt + 4 * pitch));
      q4 = q4.add(DoubleVector.fromArray(SPECIES, c, cAt + 4 * pitch + LANES));
      p5 = p5.add(DoubleVector.fromArray(SPECIES, c, cAt + 5 * pitch));
      q5 = q5.add(DoubleVector.fromArray(SPECIES, c, cAt + 5 * pitch + LANES));
      p6 = p6.add(DoubleVector.fromArray(SPECIES, c, cAt + 6 * pitch));
      q6 = q6.add(DoubleVector.fromArray(SPECIES, c, cAt + 6 * pitch + LANES));
      p7 = p7.add(DoubleVector.fromArray(SPECIES, c, cAt + 7 * pitch));
      q7 = q7.add(DoubleVector.fromArray(SPECIES, c, cAt + 7 * pitch + LANES));
      p8 = p8.add(DoubleVector.fromArray(SPECIES, c, cAt + 8 * pitch));
      q8 = q8.add(DoubleVector.fromArray(SPECIES, c, cAt + 8 * pitch + LANES));
      p9 = p9.add(DoubleVector.fromArray(SPECIES, c, cAt + 9 * pitch));
      q9 = q9.add(DoubleVector.fromArray(SPECIES, c, cAt + 9 * pitch + LANES));
      p10 = p10.add(DoubleVector.fromArray(SPECIES, c, cAt + 10 * pitch));
      q10 = q10.add(DoubleVector.fromArray(SPECIES, c, cAt + 10 * pitch + LANES));
      p11 = p11.add(DoubleVector.fromArray(SPECIES, c, cAt + 11 * pitch));
      q11 = q11.add(DoubleVector.fromArray(SPECIES, c, cAt + 11 * pitch + LANES));
    }
    p0.intoArray(c, cAt);
    q0.intoArray(c, cAt + LANES);
    p1.intoArray(c, cAt + pitch);
    q1.intoArray(c, cAt + pitch + LANES);
    p2.intoArray(c, cAt + 2 * pitch);
    q2.intoArray(c, cAt + 2 * pitch + LANES);
    p3.intoArray(c, cAt + 3 * pitch);
    q3.intoArray(c, cAt + 3 * pitch + LANES);
    p4.intoArray(c, cAt + 4 * pitch);
    q4.intoArray(c, cAt + 4 * pitch + LANES);
    p5.intoArray(c, cAt + 5 * pitch);
    q5.intoArray(c, cAt + 5 * pitch + LANES);
    p6.intoArray(c, cAt + 6 * pitch);
    q6.intoArray(c, cAt + 6 * pitch + LANES);
    p7.intoArray(c, cAt + 7 * pitch);
    q7.intoArray(c, cAt + 7 * pitch + LANES);
    p8.intoArray(c, cAt + 8 * pitch);
    q8.intoArray(c, cAt + 8 * pitch + LANES);
    p9.intoArray(c, cAt + 9 * pitch);
    q9.intoArray(c, cAt + 9 * pitch + LANES);
    p10.intoArray(c, cAt + 10 * pitch);
    q10.intoArray(c, cAt + 10 * pitch + LANES);
    p11.intoArray(c, cAt + 11 * pitch);
    q11.intoArray(c, cAt + 11 * pitch + LANES);
  }

  /** 12 x 1 vectors: the left half of a tile's columns. */
  static void multiply12Half(
      int depth,
      double[] a,
      int aAt,
      double[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      double[] c,
      int cAt,
      int pitch,
      boolean add) {
    DoubleVector p0 = DoubleVector.zero(SPECIES);
    DoubleVector p1 = DoubleVector.zero(SPECIES);
    DoubleVector p2 = DoubleVector.zero(SPECIES);
    DoubleVector p3 = DoubleVector.zero(SPECIES);
    DoubleVector p4 = DoubleVector.zero(SPECIES);
    DoubleVector p5 = DoubleVector.zero(SPECIES);
    DoubleVector p6 = DoubleVector.zero(SPECIES);
    DoubleVector p7 = DoubleVector.zero(SPECIES);
    DoubleVector p8 = DoubleVector.zero(SPECIES);
    DoubleVector p9 = DoubleVector.zero(SPECIES);
    DoubleVector p10 = DoubleVector.zero(SPECIES);
    DoubleVector p11 = DoubleVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      DoubleVector p = DoubleVector.fromArray(SPECIES, b, bAt + offsets[offsetsAt + k]);
      int at = aAt + k * DoubleVectors.ROWS;
      p0 = DoubleVector.broadcast(SPECIES, a[at]).fma(p, p0);
      p1 = DoubleVector.broadcast(SPECIES, a[at + 1]).fma(p, p1);
      p2 = DoubleVector.broadcast(SPECIES, a[at + 2]).fma(p, p2);
      p3 = DoubleVector.broadcast(SPECIES, a[at + 3]).fma(p, p3);
      p4 = DoubleVector.broadcast(SPECIES, a[at + 4]).fma(p, p4);
      p5 = DoubleVector.broadcast(SPECIES, a[at + 5]).fma(p, p5);
      p6 = DoubleVector.broadcast(SPECIES, a[at + 6]).fma(p, p6);
      p7 = DoubleVector.broadcast(SPECIES, a[at + 7]).fma(p, p7);
      p8 = DoubleVector.broadcast(SPECIES, a[at + 8]).fma(p, p8);
      p9 = DoubleVector.broadcast(SPECIES, a[at + 9]).fma(p, p9);
      p10 = DoubleVector.broadcast(SPECIES, a[at + 10]).fma(p, p10);
      p11 = DoubleVector.broadcast(SPECIES, a[at + 11]).fma(p, p11);
    }
    if (add) {
      p0 = p0.add(DoubleVector.fromArray(SPECIES, c, cAt));
      p1 = p1.add(DoubleVector.fromArray(SPECIES, c, cAt + pitch));
      p2 = p2.add(DoubleVector.fromArray(SPECIES, c, cAt + 2 * pitch));
      p3 = p3.add(DoubleVector.fromArray(SPECIES, c, cAt + 3 * pitch));
      p4 = p4.add(DoubleVector.fromArray(SPECIES, c, cAt + 4 * pitch));
      p5 = p5.add(DoubleVector.fromArray(SPECIES, c, cAt + 5 * pitch));
      p6 = p6.add(DoubleVector.fromArray(SPECIES, c, cAt + 6 * pitch));
      p7 = p7.add(DoubleVector.fromArray(SPECIES, c, cAt + 7 * pitch));
      p8 = p8.add(DoubleVector.fromArray(SPECIES, c, cAt + 8 * pitch));
      p9 = p9.add(DoubleVector.fromArray(SPECIES, c, cAt + 9 * pitch));
      p10 = p10.add(DoubleVector.fromArray(SPECIES, c, cAt + 10 * pitch));
      p11 = p11.add(DoubleVector.fromArray(SPECIES, c, cAt + 11 * pitch));
    }
    p0.intoArray(c, cAt);
    p1.intoArray(c, cAt + pitch);
    p2.intoArray(c, cAt + 2 * pitch);
    p3.intoArray(c, cAt + 3 * pitch);
    p4.intoArray(c, cAt + 4 * pitch);
    p5.intoArray(c, cAt + 5 * pitch);
    p6.intoArray(c, cAt + 6 * pitch);
    p7.intoArray(c, cAt + 7 * pitch);
    p8.intoArray(c, cAt + 8 * pitch);
    p9.intoArray(c, cAt + 9 * pitch);
    p10.intoArray(c, cAt + 10 * pitch);
    p11.intoArray(c, cAt + 11 * pitch);
  }

  /** 8 x 2 vectors. */
  static void multiply8(
      int depth,
      double[] a,
      int aAt,
      int aStep,
      double[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      double[] c,
      int cAt,
      int pitch,
      boolean add) {
    DoubleVector p0 = DoubleVector.zero(SPECIES);
    DoubleVector q0 = DoubleVector.zero(SPECIES);
    DoubleVector p1 = DoubleVector.zero(SPECIES);
    DoubleVector q1 = DoubleVector.zero(SPECIES);
    DoubleVector p2 = DoubleVector.zero(SPECIES);
    DoubleVector q2 = DoubleVector.zero(SPECIES);
    DoubleVector p3 = DoubleVector.zero(SPECIES);
    DoubleVector q3 = DoubleVector.zero(SPECIES);
    DoubleVector p4 = DoubleVector.zero(SPECIES);
    DoubleVector q4 = DoubleVector.zero(SPECIES);
    DoubleVector p5 = DoubleVector.zero(SPECIES);
    DoubleVector q5 = DoubleVector.zero(SPECIES);
    DoubleVector p6 = DoubleVector.zero(SPECIES);
    DoubleVector q6 = DoubleVector.zero(SPECIES);
    DoubleVector p7 = DoubleVector.zero(SPECIES);
    DoubleVector q7 = DoubleVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int row = bAt + offsets[offsetsAt + k];
      DoubleVector p = DoubleVector.fromArray(SPECIES, b, row);
      DoubleVector q = DoubleVector.fromArray(SPECIES, b, row + LANES);
      int at = aAt + k * aStep;
      DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[at + 3]);
      p3 = a3.fma(p, p3);
      q3 = a3.fma(q, q3);
      DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[at + 4]);
      p4 = a4.fma(p, p4);
      q4 = a4.fma(q, q4);
      DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[at + 5]);
      p5 = a5.fma(p, p5);
      q5 = a5.fma(q, q5);
      DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[at + 6]);
      p6 = a6.fma(p, p6);
      q6 = a6.fma(q, q6);
      DoubleVector a7 = DoubleVector.broadcast(SPECIES, a[at + 7]);
      p7 = a7.fma(p, p7);
      q7 = a7.fma(q, q7);
    }
    if (add) {
      p0 = p0.add(DoubleVector.fromArray(SPECIES, c, cAt));
      q0 = q0.add(DoubleVector.fromArray(SPECIES, c, cAt + LANES));
      p1 = p1.add(DoubleVector.fromArray(SPECIES, c, cAt + pitch));
      q1 = q1.add(DoubleVector.fromArray(SPECIES, c, cAt + pitch + LANES));
      p2 = p2.add(DoubleVector.fromArray(SPECIES, c, cAt + 2 * pitch));
      q2 = q2.add(DoubleVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES));
      p3 = p3.add(DoubleVector.fromArray(SPECIES, c, cAt + 3 * pitch));
      q3 = q3.add(DoubleVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES));
      p4 = p4.add(DoubleVector.fromArray(SPECIES, c, cAt + 4 * pitch));
      q4 = q4.add(DoubleVector.fromArray(SPECIES, c, cAt + 4 * pitch + LANES));
      p5 = p5.add(DoubleVector.fromArray(SPECIES, c, cAt + 5 * pitch));
      q5 = q5.add(DoubleVector.fromArray(SPECIES, c, cAt + 5 * pitch + LANES));
      p6 = p6.add(DoubleVector.fromArray(SPECIES, c, cAt + 6 * pitch));
      q6 = q6.add(DoubleVector.fromArray(SPECIES, c, cAt + 6 * pitch + LANES));
      p7 = p7.add(DoubleVector.fromArray(SPECIES, c, cAt + 7 * pitch));
      q7 = q7.add(DoubleVector.fromArray(SPECIES, c, cAt + 7 * pitch + LANES));
    }
    p0.intoArray(c, cAt);
    q0.intoArray(c, cAt + LANES);
    p1.intoArray(c, cAt + pitch);
    q1.intoArray(c, cAt + pitch + LANES);
    p2.intoArray(c, cAt + 2 * pitch);
    q2.intoArray(c, cAt + 2 * pitch + LANES);
    p3.intoArray(c, cAt + 3 * pitch);
    q3.intoArray(c, cAt + 3 * pitch + LANES);
    p4.intoArray(c, cAt + 4 * pitch);
    q4.intoArray(c, cAt + 4 * pitch + LANES);
    p5.intoArray(c, cAt + 5 * pitch);
    q5.intoArray(c, cAt + 5 * pitch + LANES);
    p6.intoArray(c, cAt + 6 * pitch);
    q6.intoArray(c, cAt + 6 * pitch + LANES);
    p7.intoArray(c, cAt + 7 * pitch);
    q7.intoArray(c, cAt + 7 * pitch + LANES);
  }

  /** 4 x 2 vectors. */
  static void multiply4(
      int depth,
      double[] a,
      int aAt,
      int aStep,
      double[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      double[] c,
      int cAt,
      int pitch,
      boolean add) {
    DoubleVector p0 = DoubleVector.zero(SPECIES);
    DoubleVector q0 = DoubleVector.zero(SPECIES);
    DoubleVector p1 = DoubleVector.zero(SPECIES);
    DoubleVector q1 = DoubleVector.zero(SPECIES);
    DoubleVector p2 = DoubleVector.zero(SPECIES);
    DoubleVector q2 = DoubleVector.zero(SPECIES);
    DoubleVector p3 = DoubleVector.zero(SPECIES);
    DoubleVector q3 = DoubleVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int row = bAt + offsets[offsetsAt + k];
      DoubleVector p = DoubleVector.fromArray(SPECIES, b, row);
      DoubleVector q = DoubleVector.fromArray(SPECIES, b, row + LANES);
      int at = aAt + k * aStep;
      DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[at + 3]);
      p3 = a3.fma(p, p3);
      q3 = a3.fma(q, q3);
    }
    if (add) {
      p0 = p0.add(DoubleVector.fromArray(SPECIES, c, cAt));
      q0 = q0.add(DoubleVector.fromArray(SPECIES, c, cAt + LANES));
      p1 = p1.add(DoubleVector.fromArray(SPECIES, c, cAt + pitch));
      q1 = q1.add(DoubleVector.fromArray(SPECIES, c, cAt + pitch + LANES));
      p2 = p2.add(DoubleVector.fromArray(SPECIES, c, cAt + 2 * pitch));
      q2 = q2.add(DoubleVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES));
      p3 = p3.add(DoubleVector.fromArray(SPECIES, c, cAt + 3 * pitch));
      q3 = q3.add(DoubleVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES));
    }
    p0.intoArray(c, cAt);
    q0.intoArray(c, cAt + LANES);
    p1.intoArray(c, cAt + pitch);
    q1.intoArray(c, cAt + pitch + LANES);
    p2.intoArray(c, cAt + 2 * pitch);
    q2.intoArray(c, cAt + 2 * pitch + LANES);
    p3.intoArray(c, cAt + 3 * pitch);
    q3.intoArray(c, cAt + 3 * pitch + LANES);
  }
}
