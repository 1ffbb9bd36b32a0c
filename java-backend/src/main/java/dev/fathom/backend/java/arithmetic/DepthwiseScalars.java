package dev.fathom.backend.java.arithmetic;

import java.util.Arrays;

/** {@link Depthwise} in plain loops. */
final class DepthwiseScalars implements Depthwise {
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
      for (int x = 0; x < columns; x++) {
        int out = toAt + y * toRow + x * toStep;
        Arrays.fill(to, out, out + BLOCK, 0);
        for (int t = 0; t < offsets.length; t++) {
          int at = fromAt + offsets[t] + y * fromRow + x * fromStep;
          int weight = weightsAt + t * BLOCK;
          for (int i = 0; i < BLOCK; i++) {
            to[out + i] += weights[weight + i] * from[at + i];
          }
        }
      }
    }
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
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        int factor = byAt + (y * columns + x) * BLOCK;
        for (int t = 0; t < offsets.length; t++) {
          int at = fromAt + offsets[t] + y * fromRow + x * fromStep;
          int sum = sumsAt + t * BLOCK;
          for (int i = 0; i < BLOCK; i++) {
            sums[sum + i] += from[at + i] * by[factor + i];
          }
        }
      }
    }
  }
}
