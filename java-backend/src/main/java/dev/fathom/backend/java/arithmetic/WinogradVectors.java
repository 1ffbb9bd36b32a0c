package dev.fathom.backend.java.arithmetic;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** {@link Winograd} with the Vector API. */
final class WinogradVectors implements Winograd {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** The even lanes, twice; the odd ones. */
  private static final VectorShuffle<Float> EVEN = shuffle(2, 0);

  private static final VectorShuffle<Float> ODD = shuffle(2, 1);

  /** Each of the lower lanes twice; of the upper ones. */
  private static final VectorShuffle<Float> LOWER = twice(0);

  private static final VectorShuffle<Float> UPPER = twice(LANES / 2);

  /** Above zero in the upper half of the lanes; in odd lanes. */
  private static final float[] IN_UPPER = flags(LANES / 2);

  private static final float[] IN_ODD = flags(1);

  private static VectorShuffle<Float> shuffle(int step, int first) {
    int[] sources = new int[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      sources[lane] = (lane * step + first) & (LANES - 1);
    }
    return VectorShuffle.fromArray(SPECIES, sources, 0);
  }

  private static VectorShuffle<Float> twice(int first) {
    int[] sources = new int[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      sources[lane] = first + lane / 2;
    }
    return VectorShuffle.fromArray(SPECIES, sources, 0);
  }

  private static float[] flags(int bit) {
    float[] lanes = new float[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      lanes[lane] = lane & bit;
    }
    return lanes;
  }

  @Override
  public void input(
      int count, float[] from, int fromAt, int step, int next, float[] to, int toAt, int toStep) {
    for (int i = 0; i < count; i += LANES) {
      int at = fromAt + i;
      FloatVector d0 = FloatVector.fromArray(SPECIES, from, at);
      FloatVector d1 = FloatVector.fromArray(SPECIES, from, at + step);
      FloatVector d2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
      FloatVector d3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
      FloatVector d4 = FloatVector.fromArray(SPECIES, from, at + next);
      FloatVector d5 = FloatVector.fromArray(SPECIES, from, at + next + step);
      FloatVector squares = FloatVector.broadcast(SPECIES, -SQUARES);
      FloatVector evenA = FloatVector.broadcast(SPECIES, -B * B).fma(d2, d4);
      FloatVector oddA = FloatVector.broadcast(SPECIES, -B * B).fma(d1, d3).mul(A);
      FloatVector evenB = FloatVector.broadcast(SPECIES, -A * A).fma(d2, d4);
      FloatVector oddB = FloatVector.broadcast(SPECIES, -A * A).fma(d1, d3).mul(B);
      int out = toAt + i;
      squares.fma(d2, d4).add(d0).intoArray(to, out);
      evenA.add(oddA).intoArray(to, out + toStep);
      evenA.sub(oddA).intoArray(to, out + 2 * toStep);
      evenB.add(oddB).intoArray(to, out + 3 * toStep);
      evenB.sub(oddB).intoArray(to, out + 4 * toStep);
      squares.fma(d3, d5).add(d1).intoArray(to, out + 5 * toStep);
    }
  }

  @Override
  public void filter(
      int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      int at = fromAt + i;
      FloatVector g0 = FloatVector.fromArray(SPECIES, from, at);
      FloatVector g1 = FloatVector.fromArray(SPECIES, from, at + fromStep);
      FloatVector g2 = FloatVector.fromArray(SPECIES, from, at + 2 * fromStep);
      FloatVector evenA = g0.mul(1 / AT_A).add(g2.mul(A * A / AT_A));
      FloatVector oddA = g1.mul(A / AT_A);
      FloatVector evenB = g0.mul(1 / AT_B).add(g2.mul(B * B / AT_B));
      FloatVector oddB = g1.mul(B / AT_B);
      int out = toAt + i;
      g0.intoArray(to, out);
      evenA.add(oddA).intoArray(to, out + toStep);
      evenA.sub(oddA).intoArray(to, out + 2 * toStep);
      evenB.add(oddB).intoArray(to, out + 3 * toStep);
      evenB.sub(oddB).intoArray(to, out + 4 * toStep);
      g2.intoArray(to, out + 5 * toStep);
    }
    for (; i < count; i++) {
      WinogradScalars.filter(from, fromAt + i, fromStep, to, toAt + i, toStep);
    }
  }

  @Override
  public void output(
      int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep) {
    for (int i = 0; i < count; i += LANES) {
      int at = fromAt + i;
      FloatVector m0 = FloatVector.fromArray(SPECIES, from, at);
      FloatVector m1 = FloatVector.fromArray(SPECIES, from, at + fromStep);
      FloatVector m2 = FloatVector.fromArray(SPECIES, from, at + 2 * fromStep);
      FloatVector m3 = FloatVector.fromArray(SPECIES, from, at + 3 * fromStep);
      FloatVector m4 = FloatVector.fromArray(SPECIES, from, at + 4 * fromStep);
      FloatVector m5 = FloatVector.fromArray(SPECIES, from, at + 5 * fromStep);
      FloatVector p = m1.add(m2);
      FloatVector q = m1.sub(m2);
      FloatVector r = m3.add(m4);
      FloatVector s = m3.sub(m4);
      int out = toAt + i;
      m0.add(p).add(r).intoArray(to, out);
      FloatVector.broadcast(SPECIES, B).fma(s, q.mul(A)).intoArray(to, out + toStep);
      FloatVector.broadcast(SPECIES, B * B).fma(r, p.mul(A * A)).intoArray(to, out + 2 * toStep);
      FloatVector.broadcast(SPECIES, B * B * B)
          .fma(s, FloatVector.broadcast(SPECIES, A * A * A).fma(q, m5))
          .intoArray(to, out + 3 * toStep);
    }
  }

  @Override
  public void split(int count, float[] from, int fromAt, float[] to, int toAt, int toStep) {
    VectorMask<Float> upper =
        FloatVector.fromArray(SPECIES, IN_UPPER, 0).compare(VectorOperators.GT, 0);
    for (int i = 0; i < count; i += LANES) {
      int at = fromAt + 4 * i;
      FloatVector a = FloatVector.fromArray(SPECIES, from, at);
      FloatVector b = FloatVector.fromArray(SPECIES, from, at + LANES);
      FloatVector c = FloatVector.fromArray(SPECIES, from, at + 2 * LANES);
      FloatVector d = FloatVector.fromArray(SPECIES, from, at + 3 * LANES);
      FloatVector evenLow = a.rearrange(EVEN).blend(b.rearrange(EVEN), upper);
      FloatVector evenHigh = c.rearrange(EVEN).blend(d.rearrange(EVEN), upper);
      FloatVector oddLow = a.rearrange(ODD).blend(b.rearrange(ODD), upper);
      FloatVector oddHigh = c.rearrange(ODD).blend(d.rearrange(ODD), upper);
      int out = toAt + i;
      evenLow.rearrange(EVEN).blend(evenHigh.rearrange(EVEN), upper).intoArray(to, out);
      oddLow.rearrange(EVEN).blend(oddHigh.rearrange(EVEN), upper).intoArray(to, out + toStep);
      evenLow.rearrange(ODD).blend(evenHigh.rearrange(ODD), upper).intoArray(to, out + 2 * toStep);
      oddLow.rearrange(ODD).blend(oddHigh.rearrange(ODD), upper).intoArray(to, out + 3 * toStep);
    }
  }

  @Override
  public void join(int count, float[] from, int fromAt, int fromStep, float[] to, int toAt) {
    VectorMask<Float> odd =
        FloatVector.fromArray(SPECIES, IN_ODD, 0).compare(VectorOperators.GT, 0);
    for (int i = 0; i < count; i += LANES) {
      int at = fromAt + i;
      FloatVector a = FloatVector.fromArray(SPECIES, from, at);
      FloatVector b = FloatVector.fromArray(SPECIES, from, at + fromStep);
      FloatVector c = FloatVector.fromArray(SPECIES, from, at + 2 * fromStep);
      FloatVector d = FloatVector.fromArray(SPECIES, from, at + 3 * fromStep);
      FloatVector evenLow = a.rearrange(LOWER).blend(c.rearrange(LOWER), odd);
      FloatVector evenHigh = a.rearrange(UPPER).blend(c.rearrange(UPPER), odd);
      FloatVector oddLow = b.rearrange(LOWER).blend(d.rearrange(LOWER), odd);
      FloatVector oddHigh = b.rearrange(UPPER).blend(d.rearrange(UPPER), odd);
      int out = toAt + 4 * i;
      evenLow.rearrange(LOWER).blend(oddLow.rearrange(LOWER), odd).intoArray(to, out);
      evenLow.rearrange(UPPER).blend(oddLow.rearrange(UPPER), odd).intoArray(to, out + LANES);
      evenHigh.rearrange(LOWER).blend(oddHigh.rearrange(LOWER), odd).intoArray(to, out + 2 * LANES);
      evenHigh.rearrange(UPPER).blend(oddHigh.rearrange(UPPER), odd).intoArray(to, out + 3 * LANES);
    }
  }
}
