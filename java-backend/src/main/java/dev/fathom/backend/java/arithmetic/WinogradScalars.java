package dev.fathom.backend.java.arithmetic;

/** {@link Winograd} in plain loops. */
final class WinogradScalars implements Winograd {
  /** Elements of a row that are transposed before the next rows are. */
  private static final int DEPTH = 64;

  @Override
  public void input(
      int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep) {
    for (int i = 0; i < count; i++) {
      int at = fromAt + i;
      float d0 = from[at];
      float d1 = from[at + fromStep];
      float d2 = from[at + 2 * fromStep];
      float d3 = from[at + 3 * fromStep];
      float d4 = from[at + 4 * fromStep];
      float d5 = from[at + 5 * fromStep];
      float evenA = d4 - B * B * d2;
      float oddA = A * d3 - B * d1;
      float evenB = d4 - A * A * d2;
      float oddB = B * d3 - A * d1;
      int out = toAt + i;
      to[out] = d0 - SQUARES * d2 + d4;
      to[out + toStep] = evenA + oddA;
      to[out + 2 * toStep] = evenA - oddA;
      to[out + 3 * toStep] = evenB + oddB;
      to[out + 4 * toStep] = evenB - oddB;
      to[out + 5 * toStep] = d1 - SQUARES * d3 + d5;
    }
  }

  @Override
  public void filter(
      int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep) {
    for (int i = 0; i < count; i++) {
      filter(from, fromAt + i, fromStep, to, toAt + i, toStep);
    }
  }

  /** Transforms one filter. */
  static void filter(float[] from, int at, int fromStep, float[] to, int out, int toStep) {
    float g0 = from[at];
    float g1 = from[at + fromStep];
    float g2 = from[at + 2 * fromStep];
    float evenA = g0 * (1 / AT_A) + g2 * (A * A / AT_A);
    float oddA = g1 * (A / AT_A);
    float evenB = g0 * (1 / AT_B) + g2 * (B * B / AT_B);
    float oddB = g1 * (B / AT_B);
    to[out] = g0;
    to[out + toStep] = evenA + oddA;
    to[out + 2 * toStep] = evenA - oddA;
    to[out + 3 * toStep] = evenB + oddB;
    to[out + 4 * toStep] = evenB - oddB;
    to[out + 5 * toStep] = g2;
  }

  @Override
  public void output(
      int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep) {
    for (int i = 0; i < count; i++) {
      int at = fromAt + i;
      float m1 = from[at + fromStep];
      float m2 = from[at + 2 * fromStep];
      float m3 = from[at + 3 * fromStep];
      float m4 = from[at + 4 * fromStep];
      float p = m1 + m2;
      float q = m1 - m2;
      float r = m3 + m4;
      float s = m3 - m4;
      int out = toAt + i;
      to[out] = from[at] + p + r;
      to[out + toStep] = A * q + B * s;
      to[out + 2 * toStep] = A * A * p + B * B * r;
      to[out + 3 * toStep] = A * A * A * q + B * B * B * s + from[at + 5 * fromStep];
    }
  }

  @Override
  public void outputGradient(
      int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep) {
    for (int i = 0; i < count; i++) {
      int at = fromAt + i;
      float y0 = from[at];
      float y1 = from[at + fromStep];
      float y2 = from[at + 2 * fromStep];
      float y3 = from[at + 3 * fromStep];
      float evenA = y0 + A * A * y2;
      float oddA = A * y1 + A * A * A * y3;
      float evenB = y0 + B * B * y2;
      float oddB = B * y1 + B * B * B * y3;
      int out = toAt + i;
      to[out] = y0;
      to[out + toStep] = evenA + oddA;
      to[out + 2 * toStep] = evenA - oddA;
      to[out + 3 * toStep] = evenB + oddB;
      to[out + 4 * toStep] = evenB - oddB;
      to[out + 5 * toStep] = y3;
    }
  }

  @Override
  public void filterGradient(
      int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep) {
    for (int i = 0; i < count; i++) {
      int at = fromAt + i;
      float u1 = from[at + fromStep];
      float u2 = from[at + 2 * fromStep];
      float u3 = from[at + 3 * fromStep];
      float u4 = from[at + 4 * fromStep];
      float evenA = (u1 + u2) * (1 / AT_A);
      float oddA = (u1 - u2) * (A / AT_A);
      float evenB = (u3 + u4) * (1 / AT_B);
      float oddB = (u3 - u4) * (B / AT_B);
      int out = toAt + i;
      to[out] = from[at] + evenA + evenB;
      to[out + toStep] = oddA + oddB;
      to[out + 2 * toStep] = A * A * evenA + B * B * evenB + from[at + 5 * fromStep];
    }
  }

  @Override
  public void transpose(
      int rows, int depth, float[] from, int fromAt, int step, float[] to, int toAt, int toPitch) {
    for (int k = 0; k < depth; k += DEPTH) {
      int some = Math.min(DEPTH, depth - k);
      int r = 0;
      for (; r <= rows - 4; r += 4) {
        transpose4(some, from, fromAt + r * step + k, step, to, toAt + k * toPitch + r, toPitch);
      }
      for (; r < rows; r++) {
        for (int i = k; i < k + some; i++) {
          to[toAt + i * toPitch + r] = from[fromAt + r * step + i];
        }
      }
    }
  }

  private static void transpose4(
      int depth, float[] from, int at, int step, float[] to, int toAt, int toPitch) {
    int out = toAt;
    for (int k = at; k < at + depth; k++) {
      to[out] = from[k];
      to[out + 1] = from[k + step];
      to[out + 2] = from[k + 2 * step];
      to[out + 3] = from[k + 3 * step];
      out += toPitch;
    }
  }
}
