package dev.fathom.backend.java.arithmetic;

import dev.fathom.backend.java.platform.NativeImage;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of a matrix product whose two operands are packed panels.
 *
 * <p>One of twins, as {@link FloatVectors} says.
 */
final class FloatPanels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int COLUMNS = 2 * LANES;
  private static final int ROWS = FloatVectors.ROWS;

  /**
   * Products that a turn of the loop adds. The compiler of native images loads before it multiplies
   * and so runs out of registers: 12 rows of two products ran at 78 GFLOP/s, 8 of one at 115.
   */
  private static final int PRODUCTS = NativeImage.RUNNING ? 1 : 2;

  private FloatPanels() {}

  /**
   * 12 x 2 vectors, two products at a time. With a third loop body for the rest, HotSpot's first
   * compiler runs out of registers, and the method never reaches its second. Each of the two
   * indexes is a counter of its own: computed from a third number they cost HotSpot a tenth, 168
   * GFLOP/s rather than 184 on operands in a second-level cache.
   */
  static void panels12(
      int depth,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector p0 = zero;
    FloatVector q0 = zero;
    FloatVector p1 = zero;
    FloatVector q1 = zero;
    FloatVector p2 = zero;
    FloatVector q2 = zero;
    FloatVector p3 = zero;
    FloatVector q3 = zero;
    FloatVector p4 = zero;
    FloatVector q4 = zero;
    FloatVector p5 = zero;
    FloatVector q5 = zero;
    FloatVector p6 = zero;
    FloatVector q6 = zero;
    FloatVector p7 = zero;
    FloatVector q7 = zero;
    FloatVector p8 = zero;
    FloatVector q8 = zero;
    FloatVector p9 = zero;
    FloatVector q9 = zero;
    FloatVector p10 = zero;
    FloatVector q10 = zero;
    FloatVector p11 = zero;
    FloatVector q11 = zero;
    if (add) {
      p0 = FloatVector.fromArray(SPECIES, c, cAt);
      q0 = FloatVector.fromArray(SPECIES, c, cAt + LANES);
      p1 = FloatVector.fromArray(SPECIES, c, cAt + pitch);
      q1 = FloatVector.fromArray(SPECIES, c, cAt + pitch + LANES);
      p2 = FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch);
      q2 = FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES);
      p3 = FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch);
      q3 = FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES);
      p4 = FloatVector.fromArray(SPECIES, c, cAt + 4 * pitch);
      q4 = FloatVector.fromArray(SPECIES, c, cAt + 4 * pitch + LANES);
      p5 = FloatVector.fromArray(SPECIES, c, cAt + 5 * pitch);
      q5 = FloatVector.fromArray(SPECIES, c, cAt + 5 * pitch + LANES);
      p6 = FloatVector.fromArray(SPECIES, c, cAt + 6 * pitch);
      q6 = FloatVector.fromArray(SPECIES, c, cAt + 6 * pitch + LANES);
      p7 = FloatVector.fromArray(SPECIES, c, cAt + 7 * pitch);
      q7 = FloatVector.fromArray(SPECIES, c, cAt + 7 * pitch + LANES);
      p8 = FloatVector.fromArray(SPECIES, c, cAt + 8 * pitch);
      q8 = FloatVector.fromArray(SPECIES, c, cAt + 8 * pitch + LANES);
      p9 = FloatVector.fromArray(SPECIES, c, cAt + 9 * pitch);
      q9 = FloatVector.fromArray(SPECIES, c, cAt + 9 * pitch + LANES);
      p10 = FloatVector.fromArray(SPECIES, c, cAt + 10 * pitch);
      q10 = FloatVector.fromArray(SPECIES, c, cAt + 10 * pitch + LANES);
      p11 = FloatVector.fromArray(SPECIES, c, cAt + 11 * pitch);
      q11 = FloatVector.fromArray(SPECIES, c, cAt + 11 * pitch + LANES);
    }
    int end = NativeImage.end(bAt + depth * COLUMNS);
    for (int row = bAt, at = aAt; row < end; row += PRODUCTS * COLUMNS, at += PRODUCTS * ROWS) {
      FloatVector p = FloatVector.fromArray(SPECIES, b, row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, row + LANES);
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
      if (PRODUCTS == 2) {
        p = FloatVector.fromArray(SPECIES, b, row + COLUMNS);
        q = FloatVector.fromArray(SPECIES, b, row + COLUMNS + LANES);
        a0 = FloatVector.broadcast(SPECIES, a[at + ROWS]);
        p0 = a0.fma(p, p0);
        q0 = a0.fma(q, q0);
        a1 = FloatVector.broadcast(SPECIES, a[at + ROWS + 1]);
        p1 = a1.fma(p, p1);
        q1 = a1.fma(q, q1);
        a2 = FloatVector.broadcast(SPECIES, a[at + ROWS + 2]);
        p2 = a2.fma(p, p2);
        q2 = a2.fma(q, q2);
        a3 = FloatVector.broadcast(SPECIES, a[at + ROWS + 3]);
        p3 = a3.fma(p, p3);
        q3 = a3.fma(q, q3);
        a4 = FloatVector.broadcast(SPECIES, a[at + ROWS + 4]);
        p4 = a4.fma(p, p4);
        q4 = a4.fma(q, q4);
        a5 = FloatVector.broadcast(SPECIES, a[at + ROWS + 5]);
        p5 = a5.fma(p, p5);
        q5 = a5.fma(q, q5);
        a6 = FloatVector.broadcast(SPECIES, a[at + ROWS + 6]);
        p6 = a6.fma(p, p6);
        q6 = a6.fma(q, q6);
        a7 = FloatVector.broadcast(SPECIES, a[at + ROWS + 7]);
        p7 = a7.fma(p, p7);
        q7 = a7.fma(q, q7);
        a8 = FloatVector.broadcast(SPECIES, a[at + ROWS + 8]);
        p8 = a8.fma(p, p8);
        q8 = a8.fma(q, q8);
        a9 = FloatVector.broadcast(SPECIES, a[at + ROWS + 9]);
        p9 = a9.fma(p, p9);
        q9 = a9.fma(q, q9);
        a10 = FloatVector.broadcast(SPECIES, a[at + ROWS + 10]);
        p10 = a10.fma(p, p10);
        q10 = a10.fma(q, q10);
        a11 = FloatVector.broadcast(SPECIES, a[at + ROWS + 11]);
        p11 = a11.fma(p, p11);
        q11 = a11.fma(q, q11);
      }
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

  /** 8 x 2 vectors. */
  static void panels8(
      int depth,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector p0 = zero;
    FloatVector q0 = zero;
    FloatVector p1 = zero;
    FloatVector q1 = zero;
    FloatVector p2 = zero;
    FloatVector q2 = zero;
    FloatVector p3 = zero;
    FloatVector q3 = zero;
    FloatVector p4 = zero;
    FloatVector q4 = zero;
    FloatVector p5 = zero;
    FloatVector q5 = zero;
    FloatVector p6 = zero;
    FloatVector q6 = zero;
    FloatVector p7 = zero;
    FloatVector q7 = zero;
    if (add) {
      p0 = FloatVector.fromArray(SPECIES, c, cAt);
      q0 = FloatVector.fromArray(SPECIES, c, cAt + LANES);
      p1 = FloatVector.fromArray(SPECIES, c, cAt + pitch);
      q1 = FloatVector.fromArray(SPECIES, c, cAt + pitch + LANES);
      p2 = FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch);
      q2 = FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES);
      p3 = FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch);
      q3 = FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES);
      p4 = FloatVector.fromArray(SPECIES, c, cAt + 4 * pitch);
      q4 = FloatVector.fromArray(SPECIES, c, cAt + 4 * pitch + LANES);
      p5 = FloatVector.fromArray(SPECIES, c, cAt + 5 * pitch);
      q5 = FloatVector.fromArray(SPECIES, c, cAt + 5 * pitch + LANES);
      p6 = FloatVector.fromArray(SPECIES, c, cAt + 6 * pitch);
      q6 = FloatVector.fromArray(SPECIES, c, cAt + 6 * pitch + LANES);
      p7 = FloatVector.fromArray(SPECIES, c, cAt + 7 * pitch);
      q7 = FloatVector.fromArray(SPECIES, c, cAt + 7 * pitch + LANES);
    }
    int end = NativeImage.end(bAt + depth * COLUMNS);
    for (int row = bAt, at = aAt; row < end; row += PRODUCTS * COLUMNS, at += PRODUCTS * ROWS) {
      FloatVector p = FloatVector.fromArray(SPECIES, b, row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, row + LANES);
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
      if (PRODUCTS == 2) {
        p = FloatVector.fromArray(SPECIES, b, row + COLUMNS);
        q = FloatVector.fromArray(SPECIES, b, row + COLUMNS + LANES);
        a0 = FloatVector.broadcast(SPECIES, a[at + ROWS]);
        p0 = a0.fma(p, p0);
        q0 = a0.fma(q, q0);
        a1 = FloatVector.broadcast(SPECIES, a[at + ROWS + 1]);
        p1 = a1.fma(p, p1);
        q1 = a1.fma(q, q1);
        a2 = FloatVector.broadcast(SPECIES, a[at + ROWS + 2]);
        p2 = a2.fma(p, p2);
        q2 = a2.fma(q, q2);
        a3 = FloatVector.broadcast(SPECIES, a[at + ROWS + 3]);
        p3 = a3.fma(p, p3);
        q3 = a3.fma(q, q3);
        a4 = FloatVector.broadcast(SPECIES, a[at + ROWS + 4]);
        p4 = a4.fma(p, p4);
        q4 = a4.fma(q, q4);
        a5 = FloatVector.broadcast(SPECIES, a[at + ROWS + 5]);
        p5 = a5.fma(p, p5);
        q5 = a5.fma(q, q5);
        a6 = FloatVector.broadcast(SPECIES, a[at + ROWS + 6]);
        p6 = a6.fma(p, p6);
        q6 = a6.fma(q, q6);
        a7 = FloatVector.broadcast(SPECIES, a[at + ROWS + 7]);
        p7 = a7.fma(p, p7);
        q7 = a7.fma(q, q7);
      }
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
  static void panels4(
      int depth,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector p0 = zero;
    FloatVector q0 = zero;
    FloatVector p1 = zero;
    FloatVector q1 = zero;
    FloatVector p2 = zero;
    FloatVector q2 = zero;
    FloatVector p3 = zero;
    FloatVector q3 = zero;
    if (add) {
      p0 = FloatVector.fromArray(SPECIES, c, cAt);
      q0 = FloatVector.fromArray(SPECIES, c, cAt + LANES);
      p1 = FloatVector.fromArray(SPECIES, c, cAt + pitch);
      q1 = FloatVector.fromArray(SPECIES, c, cAt + pitch + LANES);
      p2 = FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch);
      q2 = FloatVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES);
      p3 = FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch);
      q3 = FloatVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES);
    }
    int end = NativeImage.end(bAt + depth * COLUMNS);
    for (int row = bAt, at = aAt; row < end; row += PRODUCTS * COLUMNS, at += PRODUCTS * ROWS) {
      FloatVector p = FloatVector.fromArray(SPECIES, b, row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, row + LANES);
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
      if (PRODUCTS == 2) {
        p = FloatVector.fromArray(SPECIES, b, row + COLUMNS);
        q = FloatVector.fromArray(SPECIES, b, row + COLUMNS + LANES);
        a0 = FloatVector.broadcast(SPECIES, a[at + ROWS]);
        p0 = a0.fma(p, p0);
        q0 = a0.fma(q, q0);
        a1 = FloatVector.broadcast(SPECIES, a[at + ROWS + 1]);
        p1 = a1.fma(p, p1);
        q1 = a1.fma(q, q1);
        a2 = FloatVector.broadcast(SPECIES, a[at + ROWS + 2]);
        p2 = a2.fma(p, p2);
        q2 = a2.fma(q, q2);
        a3 = FloatVector.broadcast(SPECIES, a[at + ROWS + 3]);
        p3 = a3.fma(p, p3);
        q3 = a3.fma(q, q3);
      }
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
