package dev.fathom.backend.java.arithmetic;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** {@link Winograd} with the Vector API. */
final class WinogradVectors implements Winograd {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private final Winograd plain = new WinogradScalars();

  @Override
  public void input(
      int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep) {
    for (int i = 0; i < count; i += LANES) {
      int at = fromAt + i;
      FloatVector d0 = FloatVector.fromArray(SPECIES, from, at);
      FloatVector d1 = FloatVector.fromArray(SPECIES, from, at + fromStep);
      FloatVector d2 = FloatVector.fromArray(SPECIES, from, at + 2 * fromStep);
      FloatVector d3 = FloatVector.fromArray(SPECIES, from, at + 3 * fromStep);
      FloatVector d4 = FloatVector.fromArray(SPECIES, from, at + 4 * fromStep);
      FloatVector d5 = FloatVector.fromArray(SPECIES, from, at + 5 * fromStep);
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
  public void outputGradient(
      int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep) {
    for (int i = 0; i < count; i += LANES) {
      int at = fromAt + i;
      FloatVector y0 = FloatVector.fromArray(SPECIES, from, at);
      FloatVector y1 = FloatVector.fromArray(SPECIES, from, at + fromStep);
      FloatVector y2 = FloatVector.fromArray(SPECIES, from, at + 2 * fromStep);
      FloatVector y3 = FloatVector.fromArray(SPECIES, from, at + 3 * fromStep);
      FloatVector evenA = FloatVector.broadcast(SPECIES, A * A).fma(y2, y0);
      FloatVector oddA = FloatVector.broadcast(SPECIES, A * A * A).fma(y3, y1.mul(A));
      FloatVector evenB = FloatVector.broadcast(SPECIES, B * B).fma(y2, y0);
      FloatVector oddB = FloatVector.broadcast(SPECIES, B * B * B).fma(y3, y1.mul(B));
      int out = toAt + i;
      y0.intoArray(to, out);
      evenA.add(oddA).intoArray(to, out + toStep);
      evenA.sub(oddA).intoArray(to, out + 2 * toStep);
      evenB.add(oddB).intoArray(to, out + 3 * toStep);
      evenB.sub(oddB).intoArray(to, out + 4 * toStep);
      y3.intoArray(to, out + 5 * toStep);
    }
  }

  @Override
  public void filterGradient(
      int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep) {
    for (int i = 0; i < count; i += LANES) {
      int at = fromAt + i;
      FloatVector u0 = FloatVector.fromArray(SPECIES, from, at);
      FloatVector u1 = FloatVector.fromArray(SPECIES, from, at + fromStep);
      FloatVector u2 = FloatVector.fromArray(SPECIES, from, at + 2 * fromStep);
      FloatVector u3 = FloatVector.fromArray(SPECIES, from, at + 3 * fromStep);
      FloatVector u4 = FloatVector.fromArray(SPECIES, from, at + 4 * fromStep);
      FloatVector u5 = FloatVector.fromArray(SPECIES, from, at + 5 * fromStep);
      FloatVector evenA = u1.add(u2).mul(1 / AT_A);
      FloatVector oddA = u1.sub(u2).mul(A / AT_A);
      FloatVector evenB = u3.add(u4).mul(1 / AT_B);
      FloatVector oddB = u3.sub(u4).mul(B / AT_B);
      int out = toAt + i;
      u0.add(evenA).add(evenB).intoArray(to, out);
      oddA.add(oddB).intoArray(to, out + toStep);
      FloatVector.broadcast(SPECIES, A * A)
          .fma(evenA, FloatVector.broadcast(SPECIES, B * B).fma(evenB, u5))
          .intoArray(to, out + 2 * toStep);
    }
  }

  @Override
  public void transpose(
      int rows, int depth, float[] from, int fromAt, int step, float[] to, int toAt, int toPitch) {
    if (LANES != BLOCK) {
      plain.transpose(rows, depth, from, fromAt, step, to, toAt, toPitch);
      return;
    }
    for (int k = 0; k < depth; k += BLOCK) {
      for (int r = 0; r < rows; r += BLOCK) {
        int at = fromAt + r * step + k;
        FloatCopies.transpose16(from, at, step, rows - r, to, toAt + k * toPitch + r, toPitch);
      }
    }
  }
}
