package dev.fathom.backend.java.arithmetic;

import dev.fathom.backend.java.platform.NativeImage;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link DoubleTiles} of several tiles side by side at once, for native images.
 *
 * <p>One of twins, as {@link DoubleVectors} says.
 */
final class DoubleTilesAtOnce {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** Greatest index that these kernels read or write at, as a mask. */
  private static final long INDEX = NativeImage.INDEX;

  private DoubleTilesAtOnce() {}

  /** 4 x 4 vectors of two tiles. */
  static void multiplyPair4(
      int depth,
      double[] a,
      int aAt,
      int aStep,
      double[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      int bStep,
      double[] c,
      int cAt,
      int pitch,
      boolean add) {
    DoubleVector p0 = DoubleVector.zero(SPECIES);
    DoubleVector q0 = DoubleVector.zero(SPECIES);
    DoubleVector s0 = DoubleVector.zero(SPECIES);
    DoubleVector t0 = DoubleVector.zero(SPECIES);
    DoubleVector p1 = DoubleVector.zero(SPECIES);
    DoubleVector q1 = DoubleVector.zero(SPECIES);
    DoubleVector s1 = DoubleVector.zero(SPECIES);
    DoubleVector t1 = DoubleVector.zero(SPECIES);
    DoubleVector p2 = DoubleVector.zero(SPECIES);
    DoubleVector q2 = DoubleVector.zero(SPECIES);
    DoubleVector s2 = DoubleVector.zero(SPECIES);
    DoubleVector t2 = DoubleVector.zero(SPECIES);
    DoubleVector p3 = DoubleVector.zero(SPECIES);
    DoubleVector q3 = DoubleVector.zero(SPECIES);
    DoubleVector s3 = DoubleVector.zero(SPECIES);
    DoubleVector t3 = DoubleVector.zero(SPECIES);
    int at = aAt;
    for (int k = 0; k < depth; k++) {
      int first = bAt + offsets[offsetsAt + k];
      long row = first & INDEX;
      long next = (first + bStep) & INDEX;
      DoubleVector p = DoubleVector.fromArray(SPECIES, b, (int) row);
      DoubleVector q = DoubleVector.fromArray(SPECIES, b, (int) (row + LANES));
      DoubleVector s = DoubleVector.fromArray(SPECIES, b, (int) next);
      DoubleVector t = DoubleVector.fromArray(SPECIES, b, (int) (next + LANES));
      DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      s0 = a0.fma(s, s0);
      t0 = a0.fma(t, t0);
      DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      s1 = a1.fma(s, s1);
      t1 = a1.fma(t, t1);
      DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      s2 = a2.fma(s, s2);
      t2 = a2.fma(t, t2);
      DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[at + 3]);
      p3 = a3.fma(p, p3);
      q3 = a3.fma(q, q3);
      s3 = a3.fma(s, s3);
      t3 = a3.fma(t, t3);
      at += aStep;
    }
    long c0 = cAt & INDEX;
    long c1 = (cAt + pitch) & INDEX;
    long c2 = (cAt + 2 * pitch) & INDEX;
    long c3 = (cAt + 3 * pitch) & INDEX;
    if (add) {
      p0 = p0.add(DoubleVector.fromArray(SPECIES, c, (int) c0));
      q0 = q0.add(DoubleVector.fromArray(SPECIES, c, (int) (c0 + LANES)));
      s0 = s0.add(DoubleVector.fromArray(SPECIES, c, (int) (c0 + 2 * LANES)));
      t0 = t0.add(DoubleVector.fromArray(SPECIES, c, (int) (c0 + 3 * LANES)));
      p1 = p1.add(DoubleVector.fromArray(SPECIES, c, (int) c1));
      q1 = q1.add(DoubleVector.fromArray(SPECIES, c, (int) (c1 + LANES)));
      s1 = s1.add(DoubleVector.fromArray(SPECIES, c, (int) (c1 + 2 * LANES)));
      t1 = t1.add(DoubleVector.fromArray(SPECIES, c, (int) (c1 + 3 * LANES)));
      p2 = p2.add(DoubleVector.fromArray(SPECIES, c, (int) c2));
      q2 = q2.add(DoubleVector.fromArray(SPECIES, c, (int) (c2 + LANES)));
      s2 = s2.add(DoubleVector.fromArray(SPECIES, c, (int) (c2 + 2 * LANES)));
      t2 = t2.add(DoubleVector.fromArray(SPECIES, c, (int) (c2 + 3 * LANES)));
      p3 = p3.add(DoubleVector.fromArray(SPECIES, c, (int) c3));
      q3 = q3.add(DoubleVector.fromArray(SPECIES, c, (int) (c3 + LANES)));
      s3 = s3.add(DoubleVector.fromArray(SPECIES, c, (int) (c3 + 2 * LANES)));
      t3 = t3.add(DoubleVector.fromArray(SPECIES, c, (int) (c3 + 3 * LANES)));
    }
    p0.intoArray(c, (int) c0);
    q0.intoArray(c, (int) (c0 + LANES));
    s0.intoArray(c, (int) (c0 + 2 * LANES));
    t0.intoArray(c, (int) (c0 + 3 * LANES));
    p1.intoArray(c, (int) c1);
    q1.intoArray(c, (int) (c1 + LANES));
    s1.intoArray(c, (int) (c1 + 2 * LANES));
    t1.intoArray(c, (int) (c1 + 3 * LANES));
    p2.intoArray(c, (int) c2);
    q2.intoArray(c, (int) (c2 + LANES));
    s2.intoArray(c, (int) (c2 + 2 * LANES));
    t2.intoArray(c, (int) (c2 + 3 * LANES));
    p3.intoArray(c, (int) c3);
    q3.intoArray(c, (int) (c3 + LANES));
    s3.intoArray(c, (int) (c3 + 2 * LANES));
    t3.intoArray(c, (int) (c3 + 3 * LANES));
  }

  /** 2 x 4 vectors of two tiles. */
  static void multiplyPair2(
      int depth,
      double[] a,
      int aAt,
      int aStep,
      double[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      int bStep,
      double[] c,
      int cAt,
      int pitch,
      boolean add) {
    DoubleVector p0 = DoubleVector.zero(SPECIES);
    DoubleVector q0 = DoubleVector.zero(SPECIES);
    DoubleVector s0 = DoubleVector.zero(SPECIES);
    DoubleVector t0 = DoubleVector.zero(SPECIES);
    DoubleVector p1 = DoubleVector.zero(SPECIES);
    DoubleVector q1 = DoubleVector.zero(SPECIES);
    DoubleVector s1 = DoubleVector.zero(SPECIES);
    DoubleVector t1 = DoubleVector.zero(SPECIES);
    int at = aAt;
    for (int k = 0; k < depth; k++) {
      int first = bAt + offsets[offsetsAt + k];
      long row = first & INDEX;
      long next = (first + bStep) & INDEX;
      DoubleVector p = DoubleVector.fromArray(SPECIES, b, (int) row);
      DoubleVector q = DoubleVector.fromArray(SPECIES, b, (int) (row + LANES));
      DoubleVector s = DoubleVector.fromArray(SPECIES, b, (int) next);
      DoubleVector t = DoubleVector.fromArray(SPECIES, b, (int) (next + LANES));
      DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      s0 = a0.fma(s, s0);
      t0 = a0.fma(t, t0);
      DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      s1 = a1.fma(s, s1);
      t1 = a1.fma(t, t1);
      at += aStep;
    }
    long c0 = cAt & INDEX;
    long c1 = (cAt + pitch) & INDEX;
    if (add) {
      p0 = p0.add(DoubleVector.fromArray(SPECIES, c, (int) c0));
      q0 = q0.add(DoubleVector.fromArray(SPECIES, c, (int) (c0 + LANES)));
      s0 = s0.add(DoubleVector.fromArray(SPECIES, c, (int) (c0 + 2 * LANES)));
      t0 = t0.add(DoubleVector.fromArray(SPECIES, c, (int) (c0 + 3 * LANES)));
      p1 = p1.add(DoubleVector.fromArray(SPECIES, c, (int) c1));
      q1 = q1.add(DoubleVector.fromArray(SPECIES, c, (int) (c1 + LANES)));
      s1 = s1.add(DoubleVector.fromArray(SPECIES, c, (int) (c1 + 2 * LANES)));
      t1 = t1.add(DoubleVector.fromArray(SPECIES, c, (int) (c1 + 3 * LANES)));
    }
    p0.intoArray(c, (int) c0);
    q0.intoArray(c, (int) (c0 + LANES));
    s0.intoArray(c, (int) (c0 + 2 * LANES));
    t0.intoArray(c, (int) (c0 + 3 * LANES));
    p1.intoArray(c, (int) c1);
    q1.intoArray(c, (int) (c1 + LANES));
    s1.intoArray(c, (int) (c1 + 2 * LANES));
    t1.intoArray(c, (int) (c1 + 3 * LANES));
  }

  /** 3 x 6 vectors of three tiles. */
  static void multiplyTriple(
      int depth,
      double[] a,
      int aAt,
      int aStep,
      double[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      int bStep,
      double[] c,
      int cAt,
      int pitch,
      boolean add) {
    DoubleVector p0 = DoubleVector.zero(SPECIES);
    DoubleVector q0 = DoubleVector.zero(SPECIES);
    DoubleVector s0 = DoubleVector.zero(SPECIES);
    DoubleVector t0 = DoubleVector.zero(SPECIES);
    DoubleVector u0 = DoubleVector.zero(SPECIES);
    DoubleVector v0 = DoubleVector.zero(SPECIES);
    DoubleVector p1 = DoubleVector.zero(SPECIES);
    DoubleVector q1 = DoubleVector.zero(SPECIES);
    DoubleVector s1 = DoubleVector.zero(SPECIES);
    DoubleVector t1 = DoubleVector.zero(SPECIES);
    DoubleVector u1 = DoubleVector.zero(SPECIES);
    DoubleVector v1 = DoubleVector.zero(SPECIES);
    DoubleVector p2 = DoubleVector.zero(SPECIES);
    DoubleVector q2 = DoubleVector.zero(SPECIES);
    DoubleVector s2 = DoubleVector.zero(SPECIES);
    DoubleVector t2 = DoubleVector.zero(SPECIES);
    DoubleVector u2 = DoubleVector.zero(SPECIES);
    DoubleVector v2 = DoubleVector.zero(SPECIES);
    int at = aAt;
    for (int k = 0; k < depth; k++) {
      int first = bAt + offsets[offsetsAt + k];
      long row = first & INDEX;
      long next = (first + bStep) & INDEX;
      long last = (first + 2 * bStep) & INDEX;
      DoubleVector p = DoubleVector.fromArray(SPECIES, b, (int) row);
      DoubleVector q = DoubleVector.fromArray(SPECIES, b, (int) (row + LANES));
      DoubleVector s = DoubleVector.fromArray(SPECIES, b, (int) next);
      DoubleVector t = DoubleVector.fromArray(SPECIES, b, (int) (next + LANES));
      DoubleVector u = DoubleVector.fromArray(SPECIES, b, (int) last);
      DoubleVector v = DoubleVector.fromArray(SPECIES, b, (int) (last + LANES));
      DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      s0 = a0.fma(s, s0);
      t0 = a0.fma(t, t0);
      u0 = a0.fma(u, u0);
      v0 = a0.fma(v, v0);
      DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      s1 = a1.fma(s, s1);
      t1 = a1.fma(t, t1);
      u1 = a1.fma(u, u1);
      v1 = a1.fma(v, v1);
      DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      s2 = a2.fma(s, s2);
      t2 = a2.fma(t, t2);
      u2 = a2.fma(u, u2);
      v2 = a2.fma(v, v2);
      at += aStep;
    }
    long c0 = cAt & INDEX;
    long c1 = (cAt + pitch) & INDEX;
    long c2 = (cAt + 2 * pitch) & INDEX;
    if (add) {
      p0 = p0.add(DoubleVector.fromArray(SPECIES, c, (int) c0));
      q0 = q0.add(DoubleVector.fromArray(SPECIES, c, (int) (c0 + LANES)));
      s0 = s0.add(DoubleVector.fromArray(SPECIES, c, (int) (c0 + 2 * LANES)));
      t0 = t0.add(DoubleVector.fromArray(SPECIES, c, (int) (c0 + 3 * LANES)));
      u0 = u0.add(DoubleVector.fromArray(SPECIES, c, (int) (c0 + 4 * LANES)));
      v0 = v0.add(DoubleVector.fromArray(SPECIES, c, (int) (c0 + 5 * LANES)));
      p1 = p1.add(DoubleVector.fromArray(SPECIES, c, (int) c1));
      q1 = q1.add(DoubleVector.fromArray(SPECIES, c, (int) (c1 + LANES)));
      s1 = s1.add(DoubleVector.fromArray(SPECIES, c, (int) (c1 + 2 * LANES)));
      t1 = t1.add(DoubleVector.fromArray(SPECIES, c, (int) (c1 + 3 * LANES)));
      u1 = u1.add(DoubleVector.fromArray(SPECIES, c, (int) (c1 + 4 * LANES)));
      v1 = v1.add(DoubleVector.fromArray(SPECIES, c, (int) (c1 + 5 * LANES)));
      p2 = p2.add(DoubleVector.fromArray(SPECIES, c, (int) c2));
      q2 = q2.add(DoubleVector.fromArray(SPECIES, c, (int) (c2 + LANES)));
      s2 = s2.add(DoubleVector.fromArray(SPECIES, c, (int) (c2 + 2 * LANES)));
      t2 = t2.add(DoubleVector.fromArray(SPECIES, c, (int) (c2 + 3 * LANES)));
      u2 = u2.add(DoubleVector.fromArray(SPECIES, c, (int) (c2 + 4 * LANES)));
      v2 = v2.add(DoubleVector.fromArray(SPECIES, c, (int) (c2 + 5 * LANES)));
    }
    p0.intoArray(c, (int) c0);
    q0.intoArray(c, (int) (c0 + LANES));
    s0.intoArray(c, (int) (c0 + 2 * LANES));
    t0.intoArray(c, (int) (c0 + 3 * LANES));
    u0.intoArray(c, (int) (c0 + 4 * LANES));
    v0.intoArray(c, (int) (c0 + 5 * LANES));
    p1.intoArray(c, (int) c1);
    q1.intoArray(c, (int) (c1 + LANES));
    s1.intoArray(c, (int) (c1 + 2 * LANES));
    t1.intoArray(c, (int) (c1 + 3 * LANES));
    u1.intoArray(c, (int) (c1 + 4 * LANES));
    v1.intoArray(c, (int) (c1 + 5 * LANES));
    p2.intoArray(c, (int) c2);
    q2.intoArray(c, (int) (c2 + LANES));
    s2.intoArray(c, (int) (c2 + 2 * LANES));
    t2.intoArray(c, (int) (c2 + 3 * LANES));
    u2.intoArray(c, (int) (c2 + 4 * LANES));
    v2.intoArray(c, (int) (c2 + 5 * LANES));
  }
}
