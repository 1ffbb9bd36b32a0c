package dev.fathom.backend.java.arithmetic;

import dev.fathom.backend.java.platform.NativeImage;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of a matrix product whose two operands are packed panels.
 *
 * <p>One of twins, as {@link DoubleVectors} says.
 */
final class DoublePanels {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int COLUMNS = 2 * LANES;
  private static final int ROWS = DoubleVectors.ROWS;

  /**
   * Products that a turn of the loop adds. The compiler of native images loads before it multiplies
   * and so runs out of registers: 12 rows of two products ran at 78 GFLOP/s, 8 of one at 115.
   */
  private static final int PRODUCTS = NativeImage.RUNNING ? 1 : 2;

  private DoublePanels() {}

  /**
   * 12 x 2 vectors, two products at a time. With a third loop body for the rest, HotSpot's first
   * compiler runs out of registers, and the method never reaches its second. Each of the two
   * indexes is a counter of its own: computed from a third number they cost HotSpot a tenth, 168
   * GFLOP/s rather than 184 on operands in a second-level cache.
   */
  static void panels12(
      int depth,
      double[] a,
      int aAt,
      double[] b,
      int bAt,
      double[] c,
      int cAt,
      int pitch,
      boolean add) {
    DoubleVector zero = DoubleVector.zero(SPECIES);
    DoubleVector p0 = zero;
    DoubleVector q0 = zero;
    DoubleVector p1 = zero;
    DoubleVector q1 = zero;
    DoubleVector p2 = zero;
    DoubleVector q2 = zero;
    DoubleVector p3 = zero;
    DoubleVector q3 = zero;
    DoubleVector p4 = zero;
    DoubleVector q4 = zero;
    DoubleVector p5 = zero;
    DoubleVector q5 = zero;
    DoubleVector p6 = zero;
    DoubleVector q6 = zero;
    DoubleVector p7 = zero;
    DoubleVector q7 = zero;
    DoubleVector p8 = zero;
    DoubleVector q8 = zero;
    DoubleVector p9 = zero;
    DoubleVector q9 = zero;
    DoubleVector p10 = zero;
    DoubleVector q10 = zero;
    DoubleVector p11 = zero;
    DoubleVector q11 = zero;
    if (add) {
      p0 = DoubleVector.fromArray(SPECIES, c, cAt);
      q0 = DoubleVector.fromArray(SPECIES, c, cAt + LANES);
      p1 = DoubleVector.fromArray(SPECIES, c, cAt + pitch);
      q1 = DoubleVector.fromArray(SPECIES, c, cAt + pitch + LANES);
      p2 = DoubleVector.fromArray(SPECIES, c, cAt + 2 * pitch);
      q2 = DoubleVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES);
      p3 = DoubleVector.fromArray(SPECIES, c, cAt + 3 * pitch);
      q3 = DoubleVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES);
      p4 = DoubleVector.fromArray(SPECIES, c, cAt + 4 * pitch);
      q4 = DoubleVector.fromArray(SPECIES, c, cAt + 4 * pitch + LANES);
      p5 = DoubleVector.fromArray(SPECIES, c, cAt + 5 * pitch);
      q5 = DoubleVector.fromArray(SPECIES, c, cAt + 5 * pitch + LANES);
      p6 = DoubleVector.fromArray(SPECIES, c, cAt + 6 * pitch);
      q6 = DoubleVector.fromArray(SPECIES, c, cAt + 6 * pitch + LANES);
      p7 = DoubleVector.fromArray(SPECIES, c, cAt + 7 * pitch);
      q7 = DoubleVector.fromArray(SPECIES, c, cAt + 7 * pitch + LANES);
      p8 = DoubleVector.fromArray(SPECIES, c, cAt + 8 * pitch);
      q8 = DoubleVector.fromArray(SPECIES, c, cAt + 8 * pitch + LANES);
      p9 = DoubleVector.fromArray(SPECIES, c, cAt + 9 * pitch);
      q9 = DoubleVector.fromArray(SPECIES, c, cAt + 9 * pitch + LANES);
      p10 = DoubleVector.fromArray(SPECIES, c, cAt + 10 * pitch);
      q10 = DoubleVector.fromArray(SPECIES, c, cAt + 10 * pitch + LANES);
      p11 = DoubleVector.fromArray(SPECIES, c, cAt + 11 * pitch);
      q11 = DoubleVector.fromArray(SPECIES, c, cAt + 11 * pitch + LANES);
    }
    int end = NativeImage.end(bAt + depth * COLUMNS);
    for (int row = bAt, at = aAt; row < end; row += PRODUCTS * COLUMNS, at += PRODUCTS * ROWS) {
      DoubleVector p = DoubleVector.fromArray(SPECIES, b, row);
      DoubleVector q = DoubleVector.fromArray(SPECIES, b, row + LANES);
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
      if (PRODUCTS == 2) {
        p = DoubleVector.fromArray(SPECIES, b, row + COLUMNS);
        q = DoubleVector.fromArray(SPECIES, b, row + COLUMNS + LANES);
        a0 = DoubleVector.broadcast(SPECIES, a[at + ROWS]);
        p0 = a0.fma(p, p0);
        q0 = a0.fma(q, q0);
        a1 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 1]);
        p1 = a1.fma(p, p1);
        q1 = a1.fma(q, q1);
        a2 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 2]);
        p2 = a2.fma(p, p2);
        q2 = a2.fma(q, q2);
        a3 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 3]);
        p3 = a3.fma(p, p3);
        q3 = a3.fma(q, q3);
        a4 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 4]);
        p4 = a4.fma(p, p4);
        q4 = a4.fma(q, q4);
        a5 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 5]);
        p5 = a5.fma(p, p5);
        q5 = a5.fma(q, q5);
        a6 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 6]);
        p6 = a6.fma(p, p6);
        q6 = a6.fma(q, q6);
        a7 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 7]);
        p7 = a7.fma(p, p7);
        q7 = a7.fma(q, q7);
        a8 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 8]);
        p8 = a8.fma(p, p8);
        q8 = a8.fma(q, q8);
        a9 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 9]);
        p9 = a9.fma(p, p9);
        q9 = a9.fma(q, q9);
        a10 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 10]);
        p10 = a10.fma(p, p10);
        q10 = a10.fma(q, q10);
        a11 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 11]);
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
      double[] a,
      int aAt,
      double[] b,
      int bAt,
      double[] c,
      int cAt,
      int pitch,
      boolean add) {
    DoubleVector zero = DoubleVector.zero(SPECIES);
    DoubleVector p0 = zero;
    DoubleVector q0 = zero;
    DoubleVector p1 = zero;
    DoubleVector q1 = zero;
    DoubleVector p2 = zero;
    DoubleVector q2 = zero;
    DoubleVector p3 = zero;
    DoubleVector q3 = zero;
    DoubleVector p4 = zero;
    DoubleVector q4 = zero;
    DoubleVector p5 = zero;
    DoubleVector q5 = zero;
    DoubleVector p6 = zero;
    DoubleVector q6 = zero;
    DoubleVector p7 = zero;
    DoubleVector q7 = zero;
    if (add) {
      p0 = DoubleVector.fromArray(SPECIES, c, cAt);
      q0 = DoubleVector.fromArray(SPECIES, c, cAt + LANES);
      p1 = DoubleVector.fromArray(SPECIES, c, cAt + pitch);
      q1 = DoubleVector.fromArray(SPECIES, c, cAt + pitch + LANES);
      p2 = DoubleVector.fromArray(SPECIES, c, cAt + 2 * pitch);
      q2 = DoubleVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES);
      p3 = DoubleVector.fromArray(SPECIES, c, cAt + 3 * pitch);
      q3 = DoubleVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES);
      p4 = DoubleVector.fromArray(SPECIES, c, cAt + 4 * pitch);
      q4 = DoubleVector.fromArray(SPECIES, c, cAt + 4 * pitch + LANES);
      p5 = DoubleVector.fromArray(SPECIES, c, cAt + 5 * pitch);
      q5 = DoubleVector.fromArray(SPECIES, c, cAt + 5 * pitch + LANES);
      p6 = DoubleVector.fromArray(SPECIES, c, cAt + 6 * pitch);
      q6 = DoubleVector.fromArray(SPECIES, c, cAt + 6 * pitch + LANES);
      p7 = DoubleVector.fromArray(SPECIES, c, cAt + 7 * pitch);
      q7 = DoubleVector.fromArray(SPECIES, c, cAt + 7 * pitch + LANES);
    }
    int end = NativeImage.end(bAt + depth * COLUMNS);
    for (int row = bAt, at = aAt; row < end; row += PRODUCTS * COLUMNS, at += PRODUCTS * ROWS) {
      DoubleVector p = DoubleVector.fromArray(SPECIES, b, row);
      DoubleVector q = DoubleVector.fromArray(SPECIES, b, row + LANES);
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
      if (PRODUCTS == 2) {
        p = DoubleVector.fromArray(SPECIES, b, row + COLUMNS);
        q = DoubleVector.fromArray(SPECIES, b, row + COLUMNS + LANES);
        a0 = DoubleVector.broadcast(SPECIES, a[at + ROWS]);
        p0 = a0.fma(p, p0);
        q0 = a0.fma(q, q0);
        a1 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 1]);
        p1 = a1.fma(p, p1);
        q1 = a1.fma(q, q1);
        a2 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 2]);
        p2 = a2.fma(p, p2);
        q2 = a2.fma(q, q2);
        a3 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 3]);
        p3 = a3.fma(p, p3);
        q3 = a3.fma(q, q3);
        a4 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 4]);
        p4 = a4.fma(p, p4);
        q4 = a4.fma(q, q4);
        a5 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 5]);
        p5 = a5.fma(p, p5);
        q5 = a5.fma(q, q5);
        a6 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 6]);
        p6 = a6.fma(p, p6);
        q6 = a6.fma(q, q6);
        a7 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 7]);
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
      double[] a,
      int aAt,
      double[] b,
      int bAt,
      double[] c,
      int cAt,
      int pitch,
      boolean add) {
    DoubleVector zero = DoubleVector.zero(SPECIES);
    DoubleVector p0 = zero;
    DoubleVector q0 = zero;
    DoubleVector p1 = zero;
    DoubleVector q1 = zero;
    DoubleVector p2 = zero;
    DoubleVector q2 = zero;
    DoubleVector p3 = zero;
    DoubleVector q3 = zero;
    if (add) {
      p0 = DoubleVector.fromArray(SPECIES, c, cAt);
      q0 = DoubleVector.fromArray(SPECIES, c, cAt + LANES);
      p1 = DoubleVector.fromArray(SPECIES, c, cAt + pitch);
      q1 = DoubleVector.fromArray(SPECIES, c, cAt + pitch + LANES);
      p2 = DoubleVector.fromArray(SPECIES, c, cAt + 2 * pitch);
      q2 = DoubleVector.fromArray(SPECIES, c, cAt + 2 * pitch + LANES);
      p3 = DoubleVector.fromArray(SPECIES, c, cAt + 3 * pitch);
      q3 = DoubleVector.fromArray(SPECIES, c, cAt + 3 * pitch + LANES);
    }
    int end = NativeImage.end(bAt + depth * COLUMNS);
    for (int row = bAt, at = aAt; row < end; row += PRODUCTS * COLUMNS, at += PRODUCTS * ROWS) {
      DoubleVector p = DoubleVector.fromArray(SPECIES, b, row);
      DoubleVector q = DoubleVector.fromArray(SPECIES, b, row + LANES);
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
      if (PRODUCTS == 2) {
        p = DoubleVector.fromArray(SPECIES, b, row + COLUMNS);
        q = DoubleVector.fromArray(SPECIES, b, row + COLUMNS + LANES);
        a0 = DoubleVector.broadcast(SPECIES, a[at + ROWS]);
        p0 = a0.fma(p, p0);
        q0 = a0.fma(q, q0);
        a1 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 1]);
        p1 = a1.fma(p, p1);
        q1 = a1.fma(q, q1);
        a2 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 2]);
        p2 = a2.fma(p, p2);
        q2 = a2.fma(q, q2);
        a3 = DoubleVector.broadcast(SPECIES, a[at + ROWS + 3]);
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
