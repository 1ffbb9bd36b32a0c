package dev.fathom.backend.java.arithmetic;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of a matrix product whose right operand is read through a table of row offsets.
 *
 * <p>One of twins, as {@link FloatVectors} says.
 */
final class FloatTiles {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private FloatTiles() {}

  /**
   * 12 x 2 vectors. A loop over rows would keep the accumulators in memory, so they are spelt out.
   */
  static void multiply12(
      int depth,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector p2 = FloatVector.zero(SPECIES);
    FloatVector q2 = FloatVector.zero(SPECIES);
    FloatVector p3 = FloatVector.zero(SPECIES);
    FloatVector q3 = FloatVector.zero(SPECIES);
    FloatVector p4 = FloatVector.zero(SPECIES);
    FloatVector q4 = FloatVector.zero(SPECIES);
    FloatVector p5 = FloatVector.zero(SPECIES);
    FloatVector q5 = FloatVector.zero(SPECIES);
    FloatVector p6 = FloatVector.zero(SPECIES);
    FloatVector q6 = FloatVector.zero(SPECIES);
    FloatVector p7 = FloatVector.zero(SPECIES);
    FloatVector q7 = FloatVector.zero(SPECIES);
    FloatVector p8 = FloatVector.zero(SPECIES);
    FloatVector q8 = FloatVector.zero(SPECIES);
    FloatVector p9 = FloatVector.zero(SPECIES);
    FloatVector q9 = FloatVector.zero(SPECIES);
    FloatVector p10 = FloatVector.zero(SPECIES);
    FloatVector q10 = FloatVector.zero(SPECIES);
    FloatVector p11 = FloatVector.zero(SPECIES);
    FloatVector q11 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int row = bAt + offsets[offsetsAt + k];
      FloatVector p = FloatVector.fromArray(SPECIES, b, row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, row + LANES);
      int at = aAt + k * aStep;
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3]);
      p3 = a3.fma(p, p3);
      q3 = a3.fma(q, q3);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + 4]);
      p4 = a4.fma(p, p4);
      q4 = a4.fma(q, q4);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + 5]);
      p5 = a5.fma(p, p5);
      q5 = a5.fma(q, q5);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + 6]);
      p6 = a6.fma(p, p6);
      q6 = a6.fma(q, q6);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + 7]);
      p7 = a7.fma(p, p7);
      q7 = a7.fma(q, q7);
      FloatVector a8 = FloatVector.broadcast(SPECIES, a[at + 8]);
      p8 = a8.fma(p, p8);
      q8 = a8.fma(q, q8);
      FloatVector a9 = FloatVector.broadcast(SPECIES, a[at + 9]);
      p9 = a9.fma(p, p9);
      q9 = a9.fma(q, q9);
      FloatVector a10 = FloatVector.broadcast(SPECIES, a[at + 10]);
      p10 = a10.fma(p, p10);
      q10 = a10.fma(q, q10);
      FloatVector a11 = FloatVector.broadcast(SPECIES, a[at + 11]);
      p11 = a11.fma(p, p11);
      q11 = a11.fma(q, q11);
    }
    if (add) {
      p0 = p0.add(FloatVector.fromArray(SPECIES, c, cAt));
      q0 = q0.add(FloatVector.fromArray(SPECIES, c, cAt + LANES));
      p1 = p1.add(FloatVector.fromArray(SPECIES, c, cAt + pitch));
      q1 = q1.add(FloatVector.fromArray(SPECIES, c, cAt + pitch + LANES));
      p2 = p2.add(FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch));
      q2 = q2.add(FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES));
      p3 = p3.add(FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch));
      q3 = q3.add(FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES));
      p4 = p4.add(FloatVector.fromArray(SPECIES, c, cAt + 4 * pitch));
      q4 = q4.add(FloatVector.fromArray(SPECIES, c, cAt + 4 * pitch + LANES));
      p5 = p5.add(FloatVector.fromArray(SPECIES, c, cAt + 5 * pitch));
      q5 = q5.add(FloatVector.fromArray(SPECIES, c, cAt + 5 * pitch + LANES));
      p6 = p6.add(FloatVector.fromArray(SPECIES, c, cAt + 6 * pitch));
      q6 = q6.add(FloatVector.fromArray(SPECIES, c, cAt + 6 * pitch + LANES));
      p7 = p7.add(FloatVector.fromArray(SPECIES, c, cAt + 7 * pitch));
      q7 = q7.add(FloatVector.fromArray(SPECIES, c, cAt + 7 * pitch + LANES));
      p8 = p8.add(FloatVector.fromArray(SPECIES, c, cAt + 8 * pitch));
      q8 = q8.add(FloatVector.fromArray(SPECIES, c, cAt + 8 * pitch + LANES));
      p9 = p9.add(FloatVector.fromArray(SPECIES, c, cAt + 9 * pitch));
      q9 = q9.add(FloatVector.fromArray(SPECIES, c, cAt + 9 * pitch + LANES));
      p10 = p10.add(FloatVector.fromArray(SPECIES, c, cAt + 10 * pitch));
      q10 = q10.add(FloatVector.fromArray(SPECIES, c, cAt + 10 * pitch + LANES));
      p11 = p11.add(FloatVector.fromArray(SPECIES, c, cAt + 11 * pitch));
      q11 = q11.add(FloatVector.fromArray(SPECIES, c, cAt + 11 * pitch + LANES));
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
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector p2 = FloatVector.zero(SPECIES);
    FloatVector p3 = FloatVector.zero(SPECIES);
    FloatVector p4 = FloatVector.zero(SPECIES);
    FloatVector p5 = FloatVector.zero(SPECIES);
    FloatVector p6 = FloatVector.zero(SPECIES);
    FloatVector p7 = FloatVector.zero(SPECIES);
    FloatVector p8 = FloatVector.zero(SPECIES);
    FloatVector p9 = FloatVector.zero(SPECIES);
    FloatVector p10 = FloatVector.zero(SPECIES);
    FloatVector p11 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      FloatVector p = FloatVector.fromArray(SPECIES, b, bAt + offsets[offsetsAt + k]);
      int at = aAt + k * FloatVectors.ROWS;
      p0 = FloatVector.broadcast(SPECIES, a[at]).fma(p, p0);
      p1 = FloatVector.broadcast(SPECIES, a[at + 1]).fma(p, p1);
      p2 = FloatVector.broadcast(SPECIES, a[at + 2]).fma(p, p2);
      p3 = FloatVector.broadcast(SPECIES, a[at + 3]).fma(p, p3);
      p4 = FloatVector.broadcast(SPECIES, a[at + 4]).fma(p, p4);
      p5 = FloatVector.broadcast(SPECIES, a[at + 5]).fma(p, p5);
      p6 = FloatVector.broadcast(SPECIES, a[at + 6]).fma(p, p6);
      p7 = FloatVector.broadcast(SPECIES, a[at + 7]).fma(p, p7);
      p8 = FloatVector.broadcast(SPECIES, a[at + 8]).fma(p, p8);
      p9 = FloatVector.broadcast(SPECIES, a[at + 9]).fma(p, p9);
      p10 = FloatVector.broadcast(SPECIES, a[at + 10]).fma(p, p10);
      p11 = FloatVector.broadcast(SPECIES, a[at + 11]).fma(p, p11);
    }
    if (add) {
      p0 = p0.add(FloatVector.fromArray(SPECIES, c, cAt));
      p1 = p1.add(FloatVector.fromArray(SPECIES, c, cAt + pitch));
      p2 = p2.add(FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch));
      p3 = p3.add(FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch));
      p4 = p4.add(FloatVector.fromArray(SPECIES, c, cAt + 4 * pitch));
      p5 = p5.add(FloatVector.fromArray(SPECIES, c, cAt + 5 * pitch));
      p6 = p6.add(FloatVector.fromArray(SPECIES, c, cAt + 6 * pitch));
      p7 = p7.add(FloatVector.fromArray(SPECIES, c, cAt + 7 * pitch));
      p8 = p8.add(FloatVector.fromArray(SPECIES, c, cAt + 8 * pitch));
      p9 = p9.add(FloatVector.fromArray(SPECIES, c, cAt + 9 * pitch));
      p10 = p10.add(FloatVector.fromArray(SPECIES, c, cAt + 10 * pitch));
      p11 = p11.add(FloatVector.fromArray(SPECIES, c, cAt + 11 * pitch));
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
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector p2 = FloatVector.zero(SPECIES);
    FloatVector q2 = FloatVector.zero(SPECIES);
    FloatVector p3 = FloatVector.zero(SPECIES);
    FloatVector q3 = FloatVector.zero(SPECIES);
    FloatVector p4 = FloatVector.zero(SPECIES);
    FloatVector q4 = FloatVector.zero(SPECIES);
    FloatVector p5 = FloatVector.zero(SPECIES);
    FloatVector q5 = FloatVector.zero(SPECIES);
    FloatVector p6 = FloatVector.zero(SPECIES);
    FloatVector q6 = FloatVector.zero(SPECIES);
    FloatVector p7 = FloatVector.zero(SPECIES);
    FloatVector q7 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int row = bAt + offsets[offsetsAt + k];
      FloatVector p = FloatVector.fromArray(SPECIES, b, row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, row + LANES);
      int at = aAt + k * aStep;
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3]);
      p3 = a3.fma(p, p3);
      q3 = a3.fma(q, q3);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + 4]);
      p4 = a4.fma(p, p4);
      q4 = a4.fma(q, q4);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + 5]);
      p5 = a5.fma(p, p5);
      q5 = a5.fma(q, q5);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + 6]);
      p6 = a6.fma(p, p6);
      q6 = a6.fma(q, q6);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + 7]);
      p7 = a7.fma(p, p7);
      q7 = a7.fma(q, q7);
    }
    if (add) {
      p0 = p0.add(FloatVector.fromArray(SPECIES, c, cAt));
      q0 = q0.add(FloatVector.fromArray(SPECIES, c, cAt + LANES));
      p1 = p1.add(FloatVector.fromArray(SPECIES, c, cAt + pitch));
      q1 = q1.add(FloatVector.fromArray(SPECIES, c, cAt + pitch + LANES));
      p2 = p2.add(FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch));
      q2 = q2.add(FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES));
      p3 = p3.add(FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch));
      q3 = q3.add(FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES));
      p4 = p4.add(FloatVector.fromArray(SPECIES, c, cAt + 4 * pitch));
      q4 = q4.add(FloatVector.fromArray(SPECIES, c, cAt + 4 * pitch + LANES));
      p5 = p5.add(FloatVector.fromArray(SPECIES, c, cAt + 5 * pitch));
      q5 = q5.add(FloatVector.fromArray(SPECIES, c, cAt + 5 * pitch + LANES));
      p6 = p6.add(FloatVector.fromArray(SPECIES, c, cAt + 6 * pitch));
      q6 = q6.add(FloatVector.fromArray(SPECIES, c, cAt + 6 * pitch + LANES));
      p7 = p7.add(FloatVector.fromArray(SPECIES, c, cAt + 7 * pitch));
      q7 = q7.add(FloatVector.fromArray(SPECIES, c, cAt + 7 * pitch + LANES));
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
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector p2 = FloatVector.zero(SPECIES);
    FloatVector q2 = FloatVector.zero(SPECIES);
    FloatVector p3 = FloatVector.zero(SPECIES);
    FloatVector q3 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int row = bAt + offsets[offsetsAt + k];
      FloatVector p = FloatVector.fromArray(SPECIES, b, row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, row + LANES);
      int at = aAt + k * aStep;
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3]);
      p3 = a3.fma(p, p3);
      q3 = a3.fma(q, q3);
    }
    if (add) {
      p0 = p0.add(FloatVector.fromArray(SPECIES, c, cAt));
      q0 = q0.add(FloatVector.fromArray(SPECIES, c, cAt + LANES));
      p1 = p1.add(FloatVector.fromArray(SPECIES, c, cAt + pitch));
      q1 = q1.add(FloatVector.fromArray(SPECIES, c, cAt + pitch + LANES));
      p2 = p2.add(FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch));
      q2 = q2.add(FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES));
      p3 = p3.add(FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch));
      q3 = q3.add(FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES));
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
