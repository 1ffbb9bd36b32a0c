package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import dev.fathom.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * What convolutions over any number of axes share.
 *
 * @param groups channels are split into that many independent groups
 * @param bias whether there is a bias; it starts at zero
 * @param initializer of the weight
 */
record Convolution(String layer, long filters, long groups, boolean bias, Initializer initializer) {
  Convolution {
    Check.that(filters >= 1, layer, "1 filter or more", filters);
    Check.that(
        groups >= 1 && filters % groups == 0,
        layer,
        "groups that divide the " + filters + " filters",
        groups);
  }

  void checkChannels(long channels) {
    Check.that(
        channels % groups == 0, layer, "channels that " + groups + " groups divide", channels);
  }

  /** {@return {@code [batch, channels, in...] -> [batch, filters, out...]}} */
  Tensor apply(Context context, Tensor x, List<Window> windows, Border border) {
    Shape shape = Shape.of(filters, x.size(1) / groups).concat(kernel(windows));
    Tensor weight = context.parameter("weight", shape, initializer);
    Tensor wide = border.around(x, windows);
    return biased(context, wide.convolve(weight, border.inside(windows), groups));
  }

  /**
   * {@return the transposed: {@code [batch, channels, out...] -> [batch, filters, in...]}}
   *
   * @param windows that make {@code out...} of {@code in...}
   * @param sizes {@code in...}
   */
  Tensor transposed(Context context, Tensor x, List<Window> windows, Shape sizes) {
    Shape shape = Shape.of(x.size(1), filters / groups).concat(kernel(windows));
    Tensor weight = context.parameter("weight", shape, initializer);
    Shape result = Shape.of(x.size(0), filters).concat(sizes);
    return biased(context, x.convolveTransposed(weight, windows, groups, result));
  }

  private static Shape kernel(List<Window> windows) {
    return Shape.of(windows.stream().mapToLong(Window::size).toArray());
  }

  private Tensor biased(Context context, Tensor y) {
    if (!bias) {
      return y;
    }
    long[] sizes = new long[y.shape().rank() - 1];
    Arrays.fill(sizes, 1);
    sizes[0] = filters;
    return y.add(context.parameter("bias", Shape.of(filters), Initializer.ZEROS).reshape(sizes));
  }

  /**
   * {@return the length that a transposed convolution makes of {@code length}}
   *
   * @param axis spatial axis, for the padding
   * @param more added behind, less than the stride
   */
  static long transposedLength(
      Padding padding, int axis, long length, long size, long stride, long dilation, long more) {
    if (padding == Padding.SAME) {
      return Math.multiplyExact(length, stride);
    }
    Window window = padding.window(axis, length, size, stride, dilation);
    long all = Math.multiplyExact(length - 1, stride) + window.extent() + more;
    return Math.max(0, all - window.padLow() - window.padHigh());
  }

  static void checkOutputPadding(String layer, Padding padding, long amount, long stride) {
    Check.that(
        amount >= 0 && (amount == 0 || padding != Padding.SAME && amount < stride),
        layer,
        padding == Padding.SAME
            ? "no output padding beside the padding same"
            : "an output padding of 0 or more, less than the stride " + stride,
        amount);
  }
}
