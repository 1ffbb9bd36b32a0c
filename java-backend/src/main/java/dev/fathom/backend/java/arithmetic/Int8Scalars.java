package dev.fathom.backend.java.arithmetic;

import java.util.Arrays;

/** {@link Narrow} of i8 without the Vector API. */
final class Int8Scalars implements Narrow {
  @Override
  public void dots(
      int count,
      int depth,
      Object rows,
      int rowsAt,
      int stride,
      float[] x,
      int xAt,
      float[] y,
      int yAt) {
    byte[] in = (byte[]) rows;
    for (int i = 0; i < count; i++) {
      float even = 0;
      float odd = 0;
      int at = rowsAt + i * stride;
      for (int k = 0; k + 1 < depth; k += 2) {
        even += in[at + k] * x[xAt + k];
        odd += in[at + k + 1] * x[xAt + k + 1];
      }
      if (depth % 2 == 1) {
        even += in[at + depth - 1] * x[xAt + depth - 1];
      }
      y[yAt + i] = even + odd;
    }
  }

  @Override
  public void combine(
      int count,
      int depth,
      Object rows,
      int rowsAt,
      int stride,
      float[] x,
      int xAt,
      float[] y,
      int yAt) {
    byte[] in = (byte[]) rows;
    Arrays.fill(y, yAt, yAt + count, 0);
    for (int k = 0; k < depth; k++) {
      float factor = x[xAt + k];
      int row = rowsAt + k * stride;
      for (int j = 0; j < count; j++) {
        y[yAt + j] += factor * in[row + j];
      }
    }
  }

  @Override
  public void widen(Object from, int fromAt, int count, float[] to, int toAt) {
    byte[] in = (byte[]) from;
    for (int i = 0; i < count; i++) {
      to[toAt + i] = in[fromAt + i];
    }
  }
}
