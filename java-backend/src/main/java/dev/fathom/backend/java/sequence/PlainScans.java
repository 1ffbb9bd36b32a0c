package dev.fathom.backend.java.sequence;

/** {@link ScanLoops} without vectors, a channel at a time. */
final class PlainScans implements ScanLoops {
  private static final int PITCH = ScanSlot.BLOCK;

  @Override
  public int width() {
    return 1;
  }

  @Override
  public void scan(float[] w, int at, ScanSlot slot, int n, int column, int steps) {
    int number = at + n * PITCH + column;
    float a = w[number + slot.a];
    float h = w[number + slot.state];
    for (int t = 0; t < steps; t++) {
      int row = at + t * PITCH + column;
      int shared = at + t * slot.size + n;
      float decay = (float) Math.exp(w[row + slot.delta] * a);
      h = decay * h + w[row + slot.taken] * w[shared + slot.b];
      w[row + slot.y] += w[shared + slot.c] * h;
    }
    w[number + slot.state] = h;
  }

  @Override
  public void gradient(float[] w, int at, ScanSlot slot, int n, int column, int steps) {
    int number = at + n * PITCH + column;
    int before = at + slot.before;
    float a = w[number + slot.a];
    w[before] = w[number + slot.state];
    for (int t = 0; t < steps; t++) {
      int row = at + t * PITCH + column;
      float decay = (float) Math.exp(w[row + slot.delta] * a);
      w[at + slot.decays + t] = decay;
      float in = w[row + slot.taken] * w[at + t * slot.size + n + slot.b];
      w[before + t + 1] = decay * w[before + t] + in;
    }
    float g = w[number + slot.g];
    for (int t = steps - 1; t >= 0; t--) {
      int row = at + t * PITCH + column;
      int shared = at + t * slot.size + n;
      float dY = w[row + slot.y];
      w[at + slot.dC + t] += dY * w[before + t + 1];
      g += dY * w[shared + slot.c];
      w[at + slot.dB + t] += g * w[row + slot.taken];
      w[row + slot.dTaken] += g * w[shared + slot.b];
      g *= w[at + slot.decays + t];
      float exponent = g * w[before + t];
      w[row + slot.dDelta] += exponent * a;
      w[number + slot.dA] += exponent * w[row + slot.delta];
    }
    w[number + slot.g] = g;
  }
}
