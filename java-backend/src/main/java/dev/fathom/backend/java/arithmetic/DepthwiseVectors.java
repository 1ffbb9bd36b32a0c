package dev.fathom.backend.java.arithmetic;

import dev.fathom.backend.java.platform.NativeImage;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** {@link Depthwise} with the Vector API. */
final class DepthwiseVectors implements Depthwise {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** Pixels that are done at once. */
  private static final int PIXELS = 4;

  @Override
  public void weigh(
      int rows,
      int columns,
      float[] from,
      int fromAt,
      int fromRow,
      int fromStep,
      int[] offsets,
      float[] weights,
      int weightsAt,
      float[] to,
      int toAt,
      int toRow,
      int toStep) {
    for (int y = 0; y < rows; y++) {
      for (int i = 0; i < BLOCK; i += LANES) {
        int at = fromAt + y * fromRow + i;
        int out = toAt + y * toRow + i;
        int x = 0;
        for (; x <= columns - PIXELS; x += PIXELS) {
          weigh4(from, at, fromStep, offsets, weights, weightsAt + i, to, out, toStep);
          at += PIXELS * fromStep;
          out += PIXELS * toStep;
        }
        for (; x < columns; x++) {
          weigh(from, at, offsets, weights, weightsAt + i, to, out);
          at += fromStep;
          out += toStep;
        }
      }
    }
  }

  private static void weigh4(
      float[] from,
      int fromAt,
      int step,
      int[] offsets,
      float[] weights,
      int weightsAt,
      float[] to,
      int toAt,
      int toStep) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    for (int t = 0; t < offsets.length; t++) {
      FloatVector weight = FloatVector.fromArray(SPECIES, weights, weightsAt + t * BLOCK);
      int at = fromAt + offsets[t];
      s0 = FloatVector.fromArray(SPECIES, from, at).fma(weight, s0);
      s1 = FloatVector.fromArray(SPECIES, from, at + step).fma(weight, s1);
      s2 = FloatVector.fromArray(SPECIES, from, at + 2 * step).fma(weight, s2);
      s3 = FloatVector.fromArray(SPECIES, from, at + 3 * step).fma(weight, s3);
    }
    s0.intoArray(to, toAt);
    s1.intoArray(to, toAt + toStep);
    s2.intoArray(to, toAt + 2 * toStep);
    s3.intoArray(to, toAt + 3 * toStep);
  }

  private static void weigh(
      float[] from,
      int fromAt,
      int[] offsets,
      float[] weights,
      int weightsAt,
      float[] to,
      int toAt) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int t = 0; t < offsets.length; t++) {
      FloatVector weight = FloatVector.fromArray(SPECIES, weights, weightsAt + t * BLOCK);
      sum = FloatVector.fromArray(SPECIES, from, fromAt + offsets[t]).fma(weight, sum);
    }
    sum.intoArray(to, toAt);
  }

  @Override
  public void multiply(
      int rows,
      int columns,
      float[] from,
      int fromAt,
      int fromRow,
      int fromStep,
      int[] offsets,
      float[] by,
      int byAt,
      float[] sums,
      int sumsAt) {
    int last = offsets.length - 1;
    for (int i = 0; i < BLOCK; i += LANES) {
      for (int t = 0; t <= last; t += 3) {
        // Of fewer than three the last is done again, into the same place.
        int second = Math.min(t + 1, last);
        int third = Math.min(t + 2, last);
        multiply3(
            rows,
            columns,
            from,
            fromAt + offsets[t] + i,
            fromAt + offsets[second] + i,
            fromAt + offsets[third] + i,
            fromRow,
            fromStep,
            by,
            byAt + i,
            sums,
            sumsAt + t * BLOCK + i,
            sumsAt + second * BLOCK + i,
            sumsAt + third * BLOCK + i);
      }
    }
  }

  /** Three taps, two pixels at once. */
  private static void multiply3(
      int rows,
      int columns,
      float[] from,
      int at0,
      int at1,
      int at2,
      int fromRow,
      int fromStep,
      float[] by,
      int byAt,
      float[] sums,
      int to0,
      int to1,
      int to2) {
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    FloatVector p2 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    FloatVector q2 = FloatVector.zero(SPECIES);
    int pairs = NativeImage.end(columns - columns % 2);
    for (int y = 0; y < rows; y++) {
      int at = y * fromRow;
      int factor = byAt + y * columns * BLOCK;
      for (int x = 0; x < pairs; x += 2) {
        FloatVector p = FloatVector.fromArray(SPECIES, by, factor);
        FloatVector q = FloatVector.fromArray(SPECIES, by, factor + BLOCK);
        p0 = FloatVector.fromArray(SPECIES, from, at0 + at).fma(p, p0);
        p1 = FloatVector.fromArray(SPECIES, from, at1 + at).fma(p, p1);
        p2 = FloatVector.fromArray(SPECIES, from, at2 + at).fma(p, p2);
        at += fromStep;
        q0 = FloatVector.fromArray(SPECIES, from, at0 + at).fma(q, q0);
        q1 = FloatVector.fromArray(SPECIES, from, at1 + at).fma(q, q1);
        q2 = FloatVector.fromArray(SPECIES, from, at2 + at).fma(q, q2);
        at += fromStep;
        factor += 2 * BLOCK;
      }
      if (pairs < columns) {
        FloatVector p = FloatVector.fromArray(SPECIES, by, factor);
        p0 = FloatVector.fromArray(SPECIES, from, at0 + at).fma(p, p0);
        p1 = FloatVector.fromArray(SPECIES, from, at1 + at).fma(p, p1);
        p2 = FloatVector.fromArray(SPECIES, from, at2 + at).fma(p, p2);
      }
    }
    p0 = p0.add(q0).add(FloatVector.fromArray(SPECIES, sums, to0));
    p1 = p1.add(q1).add(FloatVector.fromArray(SPECIES, sums, to1));
    p2 = p2.add(q2).add(FloatVector.fromArray(SPECIES, sums, to2));
    p0.intoArray(sums, to0);
    p1.intoArray(sums, to1);
    p2.intoArray(sums, to2);
  }
}
