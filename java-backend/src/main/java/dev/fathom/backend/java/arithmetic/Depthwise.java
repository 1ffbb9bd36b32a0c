package dev.fathom.backend.java.arithmetic;

/**
 * The sums of depthwise convolutions, in f32. Channels lie side by side, {@link #BLOCK} of them to
 * a pixel, so that vectors are full whatever the size of an image. Arguments are not checked.
 */
public interface Depthwise {
  /** Channels of a pixel. */
  int BLOCK = Winograd.BLOCK;

  /**
   * {@return the sums}
   *
   * @param vector whether those of the Vector API, which must be there then
   */
  static Depthwise of(boolean vector) {
    return vector ? new DepthwiseVectors() : new DepthwiseScalars();
  }

  /**
   * For each channel, weighted sums of pixels: that of row y, column x is, over all taps t in
   * order, {@code weights[weightsAt + t * BLOCK] * from[fromAt + offsets[t] + y * fromRow + x *
   * fromStep]}, and goes to {@code to[toAt + y * toRow + x * toStep]}.
   */
  void weigh(
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
      int toStep);

  /**
   * For each channel and tap t, the products of pixels, summed over rows and columns, {@code
   * from[fromAt + offsets[t] + y * fromRow + x * fromStep] * by[byAt + (y * columns + x) * BLOCK]},
   * are added to {@code sums[sumsAt + t * BLOCK]}.
   */
  void multiply(
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
      int sumsAt);
}
