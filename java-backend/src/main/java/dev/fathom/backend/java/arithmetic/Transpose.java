package dev.fathom.backend.java.arithmetic;

/** {@link Arithmetic#transpose} in plain loops. */
final class Transpose {
  /** Depth of a slice, so that the elements written for a slice stay in the first-level cache. */
  private static final int DEPTH = 64;

  private Transpose() {}

  static void plain(
      float[] from, int fromAt, int stride, int depth, int width, float[] to, int toAt) {
    for (int k = 0; k < depth; k += DEPTH) {
      slice(from, fromAt + k, stride, Math.min(DEPTH, depth - k), width, to, toAt + k * width);
    }
  }

  private static void slice(
      float[] from, int fromAt, int stride, int depth, int width, float[] to, int toAt) {
    int r = 0;
    for (; r <= width - 4; r += 4) {
      int in = fromAt + r * stride;
      int out = toAt + r;
      for (int k = 0; k < depth; k++) {
        to[out] = from[in + k];
        to[out + 1] = from[in + stride + k];
        to[out + 2] = from[in + 2 * stride + k];
        to[out + 3] = from[in + 3 * stride + k];
        out += width;
      }
    }
    for (; r < width; r++) {
      for (int k = 0; k < depth; k++) {
        to[toAt + k * width + r] = from[fromAt + r * stride + k];
      }
    }
  }

  static void plain(
      double[] from, int fromAt, int stride, int depth, int width, double[] to, int toAt) {
    for (int k = 0; k < depth; k += DEPTH) {
      slice(from, fromAt + k, stride, Math.min(DEPTH, depth - k), width, to, toAt + k * width);
    }
  }

  private static void slice(
      double[] from, int fromAt, int stride, int depth, int width, double[] to, int toAt) {
    int r = 0;
    for (; r <= width - 4; r += 4) {
      int in = fromAt + r * stride;
      int out = toAt + r;
      for (int k = 0; k < depth; k++) {
        to[out] = from[in + k];
        to[out + 1] = from[in + stride + k];
        to[out + 2] = from[in + 2 * stride + k];
        to[out + 3] = from[in + 3 * stride + k];
        out += width;
      }
    }
    for (; r < width; r++) {
      for (int k = 0; k < depth; k++) {
        to[toAt + k * width + r] = from[fromAt + r * stride + k];
      }
    }
  }
}
