package dev.fathom.backend.java.arithmetic;

import dev.fathom.backend.java.platform.NativeImage;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatTiles} of several tiles side by side at once, for native images.
 *
 * <p>One of twins, as {@link FloatVectors} says.
 */
final class FloatTilesAtOnce {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** Greatest index that these kernels read or write at, as a mask. */
  private static final long INDEX = NativeImage.INDEX;

  private FloatTilesAtOnce() {}

  /** 4 x 4 vectors of two tiles. */
  static void multiplyPair4(
      int depth,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      int bStep,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector p2 = FloatVector.zero(SPECIES);
    FloatVector q2 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    FloatVector p3 = FloatVector.zero(SPECIES);
    FloatVector q3 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    FloatVector t3 = FloatVector.zero(SPECIES);
    int at = aAt;
    for (int k = 0; k < depth; k++) {
      int first = bAt + offsets[offsetsAt + k];
      long row = first & INDEX;
      long next = (first + bStep) & INDEX;
      FloatVector p = FloatVector.fromArray(SPECIES, b, (int) row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, (int) (row + LANES));
      FloatVector s = FloatVector.fromArray(SPECIES, b, (int) next);
      FloatVector t = FloatVector.fromArray(SPECIES, b, (int) (next + LANES));
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      s0 = a0.fma(s, s0);
      t0 = a0.fma(t, t0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      s1 = a1.fma(s, s1);
      t1 = a1.fma(t, t1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2]);
      p2 = a2.fma(p, p2);
      q2 = a2.fma(q, q2);
      s2 = a2.fma(s, s2);
      t2 = a2.fma(t, t2);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3]);
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
      p0 = p0.add(FloatVector.fromArray(SPECIES, c, (int) c0));
      q0 = q0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + LANES)));
      s0 = s0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + 2 * LANES)));
      t0 = t0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + 3 * LANES)));
      p1 = p1.add(FloatVector.fromArray(SPECIES, c, (int) c1));
      q1 = q1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + LANES)));
      s1 = s1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + 2 * LANES)));
      t1 = t1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + 3 * LANES)));
      p2 = p2.add(FloatVector.fromArray(SPECIES, c, (int) c2));
      q2 = q2.add(FloatVector.fromArray(SPECIES, c, (int) (c2 + LANES)));
      s2 = s2.add(FloatVector.fromArray(SPECIES, c, (int) (c2 + 2 * LANES)));
      t2 = t2.add(FloatVector.fromArray(SPECIES, c, (int) (c2 + 3 * LANES)));
      p3 = p3.add(FloatVector.fromArray(SPECIES, c, (int) c3));
      q3 = q3.add(FloatVector.fromArray(SPECIES, c, (int) (c3 + LANES)));
      s3 = s3.add(FloatVector.fromArray(SPECIES, c, (int) (c3 + 2 * LANES)));
      t3 = t3.add(FloatVector.fromArray(SPECIES, c, (int) (c3 + 3 * LANES)));
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
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      int bStep,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    int at = aAt;
    for (int k = 0; k < depth; k++) {
      int first = bAt + offsets[offsetsAt + k];
      long row = first & INDEX;
      long next = (first + bStep) & INDEX;
      FloatVector p = FloatVector.fromArray(SPECIES, b, (int) row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, (int) (row + LANES));
      FloatVector s = FloatVector.fromArray(SPECIES, b, (int) next);
      FloatVector t = FloatVector.fromArray(SPECIES, b, (int) (next + LANES));
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      s0 = a0.fma(s, s0);
      t0 = a0.fma(t, t0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      s1 = a1.fma(s, s1);
      t1 = a1.fma(t, t1);
      at += aStep;
    }
    long c0 = cAt & INDEX;
    long c1 = (cAt + pitch) & INDEX;
    if (add) {
      p0 = p0.add(FloatVector.fromArray(SPECIES, c, (int) c0));
      q0 = q0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + LANES)));
      s0 = s0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + 2 * LANES)));
      t0 = t0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + 3 * LANES)));
      p1 = p1.add(FloatVector.fromArray(SPECIES, c, (int) c1));
      q1 = q1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + LANES)));
      s1 = s1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + 2 * LANES)));
      t1 = t1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + 3 * LANES)));
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
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int[] offsets,
      int offsetsAt,
      int bStep,
      float[] c,
      int cAt,
      int pitch,
      boolean add) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector u0 = FloatVector.zero(SPECIES);
    FloatVector v0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector u1 = FloatVector.zero(SPECIES);
    FloatVector v1 = FloatVector.zero(SPECIES);
    FloatVector p2 = FloatVector.zero(SPECIES);
    FloatVector q2 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    FloatVector u2 = FloatVector.zero(SPECIES);
    FloatVector v2 = FloatVector.zero(SPECIES);
    int at = aAt;
    for (int k = 0; k < depth; k++) {
      int first = bAt + offsets[offsetsAt + k];
      long row = first & INDEX;
      long next = (first + bStep) & INDEX;
      long last = (first + 2 * bStep) & INDEX;
      FloatVector p = FloatVector.fromArray(SPECIES, b, (int) row);
      FloatVector q = FloatVector.fromArray(SPECIES, b, (int) (row + LANES));
      FloatVector s = FloatVector.fromArray(SPECIES, b, (int) next);
      FloatVector t = FloatVector.fromArray(SPECIES, b, (int) (next + LANES));
      FloatVector u = FloatVector.fromArray(SPECIES, b, (int) last);
      FloatVector v = FloatVector.fromArray(SPECIES, b, (int) (last + LANES));
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      p0 = a0.fma(p, p0);
      q0 = a0.fma(q, q0);
      s0 = a0.fma(s, s0);
      t0 = a0.fma(t, t0);
      u0 = a0.fma(u, u0);
      v0 = a0.fma(v, v0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      p1 = a1.fma(p, p1);
      q1 = a1.fma(q, q1);
      s1 = a1.fma(s, s1);
      t1 = a1.fma(t, t1);
      u1 = a1.fma(u, u1);
      v1 = a1.fma(v, v1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2]);
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
      p0 = p0.add(FloatVector.fromArray(SPECIES, c, (int) c0));
      q0 = q0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + LANES)));
      s0 = s0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + 2 * LANES)));
      t0 = t0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + 3 * LANES)));
      u0 = u0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + 4 * LANES)));
      v0 = v0.add(FloatVector.fromArray(SPECIES, c, (int) (c0 + 5 * LANES)));
      p1 = p1.add(FloatVector.fromArray(SPECIES, c, (int) c1));
      q1 = q1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + LANES)));
      s1 = s1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + 2 * LANES)));
      t1 = t1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + 3 * LANES)));
      u1 = u1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + 4 * LANES)));
      v1 = v1.add(FloatVector.fromArray(SPECIES, c, (int) (c1 + 5 * LANES)));
      p2 = p2.add(FloatVector.fromArray(SPECIES, c, (int) c2));
      q2 = q2.add(FloatVector.fromArray(SPECIES, c, (int) (c2 + LANES)));
      s2 = s2.add(FloatVector.fromArray(SPECIES, c, (int) (c2 + 2 * LANES)));
      t2 = t2.add(FloatVector.fromArray(SPECIES, c, (int) (c2 + 3 * LANES)));
      u2 = u2.add(FloatVector.fromArray(SPECIES, c, (int) (c2 + 4 * LANES)));
      v2 = v2.add(FloatVector.fromArray(SPECIES, c, (int) (c2 + 5 * LANES)));
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
