package dev.fathom.backend.java.sequence;

import dev.fathom.backend.java.loops.VectorMath;
import dev.fathom.backend.java.platform.NativeImage;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link ScanLoops} in the Vector API. Exponentials are computed for all steps before the state
 * passes through them, so that they do not wait for each other.
 */
final class VectorScans implements ScanLoops {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int W = F.length();
  private static final int PITCH = ScanSlot.BLOCK;

  @Override
  public int width() {
    return W;
  }

  @Override
  public void scan(float[] w, int at, ScanSlot slot, int n, int column, int steps) {
    int number = n * PITCH + column;
    int decays = at + slot.decays;
    decays(w, at + slot.delta + column, at + slot.a + number, decays, steps);
    scan(
        w,
        decays,
        at + slot.taken + column,
        at + slot.y + column,
        at + slot.b + n,
        at + slot.c + n,
        slot.size,
        at + slot.state + number,
        steps);
  }

  private static void decays(float[] w, int delta, int a, int decays, int steps) {
    FloatVector rate = FloatVector.fromArray(F, w, a);
    for (int t = 0; t < NativeImage.end(steps); t++) {
      FloatVector.fromArray(F, w, delta + t * PITCH).mul(rate).intoArray(w, decays + t * W);
    }
    VectorMath.exp(w, decays, w, decays, steps * W);
  }

  private static void scan(
      float[] w, int decays, int taken, int y, int b, int c, int size, int state, int steps) {
    FloatVector h = FloatVector.fromArray(F, w, state);
    for (int t = 0; t < NativeImage.end(steps); t++) {
      int row = t * PITCH;
      FloatVector in = FloatVector.fromArray(F, w, taken + row).mul(w[b + t * size]);
      h = FloatVector.fromArray(F, w, decays + t * W).fma(h, in);
      h.fma(FloatVector.broadcast(F, w[c + t * size]), FloatVector.fromArray(F, w, y + row))
          .intoArray(w, y + row);
    }
    h.intoArray(w, state);
  }

  @Override
  public void gradient(float[] w, int at, ScanSlot slot, int n, int column, int steps) {
    int number = n * PITCH + column;
    int decays = at + slot.decays;
    decays(w, at + slot.delta + column, at + slot.a + number, decays, steps);
    states(
        w,
        decays,
        at + slot.taken + column,
        at + slot.b + n,
        slot.size,
        at + slot.state + number,
        at + slot.before,
        steps);
    gradient(w, at, slot, at + column, n, number, steps);
  }

  private static void states(
      float[] w, int decays, int taken, int b, int size, int state, int before, int steps) {
    FloatVector h = FloatVector.fromArray(F, w, state);
    h.intoArray(w, before);
    for (int t = 0; t < NativeImage.end(steps); t++) {
      FloatVector in = FloatVector.fromArray(F, w, taken + t * PITCH).mul(w[b + t * size]);
      h = FloatVector.fromArray(F, w, decays + t * W).fma(h, in);
      h.intoArray(w, before + (t + 1) * W);
    }
  }

  private static void gradient(
      float[] w, int at, ScanSlot slot, int rows, int n, int number, int steps) {
    int decays = at + slot.decays;
    int before = at + slot.before;
    int dB = at + slot.dB;
    int dC = at + slot.dC;
    int b = at + slot.b + n;
    int c = at + slot.c + n;
    int size = slot.size;
    int delta = rows + slot.delta;
    int taken = rows + slot.taken;
    int y = rows + slot.y;
    int dTaken = rows + slot.dTaken;
    int dDelta = rows + slot.dDelta;
    FloatVector a = FloatVector.fromArray(F, w, at + slot.a + number);
    FloatVector g = FloatVector.fromArray(F, w, at + slot.g + number);
    FloatVector dA = FloatVector.fromArray(F, w, at + slot.dA + number);
    for (int i = 0; i < NativeImage.end(steps); i++) {
      int t = steps - 1 - i;
      int row = t * PITCH;
      int lane = t * W;
      FloatVector dY = FloatVector.fromArray(F, w, y + row);
      FloatVector.fromArray(F, w, before + lane + W)
          .fma(dY, FloatVector.fromArray(F, w, dC + lane))
          .intoArray(w, dC + lane);
      g = dY.fma(FloatVector.broadcast(F, w[c + t * size]), g);
      FloatVector.fromArray(F, w, taken + row)
          .fma(g, FloatVector.fromArray(F, w, dB + lane))
          .intoArray(w, dB + lane);
      g.fma(FloatVector.broadcast(F, w[b + t * size]), FloatVector.fromArray(F, w, dTaken + row))
          .intoArray(w, dTaken + row);
      g = g.mul(FloatVector.fromArray(F, w, decays + lane));
      FloatVector exponent = g.mul(FloatVector.fromArray(F, w, before + lane));
      exponent.fma(a, FloatVector.fromArray(F, w, dDelta + row)).intoArray(w, dDelta + row);
      dA = exponent.fma(FloatVector.fromArray(F, w, delta + row), dA);
    }
    g.intoArray(w, at + slot.g + number);
    dA.intoArray(w, at + slot.dA + number);
  }
}
