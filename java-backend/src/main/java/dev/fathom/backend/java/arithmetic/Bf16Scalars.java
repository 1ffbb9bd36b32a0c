package dev.fathom.backend.java.arithmetic;

import dev.fathom.backend.java.memory.Elements;
import java.util.Arrays;

/** {@link Narrow} of bf16 without the Vector API. */
final class Bf16Scalars implements Narrow {
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
    short[] in = (short[]) rows;
    for (int i = 0; i < count; i++) {
      float even = 0;
      float odd = 0;
      int at = rowsAt + i * stride;
      for (int k = 0; k + 1 < depth; k += 2) {
        even += Elements.fromBf16(in[at + k]) * x[xAt + k];
        odd += Elements.fromBf16(in[at + k + 1]) * x[xAt + k + 1];
      }
      if (depth % 2 == 1) {
        even += Elements.fromBf16(in[at + depth - 1]) * x[xAt + depth - 1];
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
    short[] in = (short[]) rows;
    Arrays.fill(y, yAt, yAt + count, 0);
    for (int k = 0; k < depth; k++) {
      float factor = x[xAt + k];
      int row = rowsAt + k * stride;
      for (int j = 0; j < count; j++) {
        y[yAt + j] += factor * Elements.fromBf16(in[row + j]);
      }
    }
  }

  @Override
  public void widen(Object from, int fromAt, int count, float[] to, int toAt) {
    short[] in = (short[]) from;
    for (int i = 0; i < count; i++) {
      to[toAt + i] = Elements.fromBf16(in[fromAt + i]);
    }
  }
}
