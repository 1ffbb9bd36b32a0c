package dev.fathom.nn;

import dev.fathom.spi.Window;
import java.util.List;

/** How much is added around the spatial axes, see Dumoulin and Visin (2016). */
public sealed interface Padding {
  /** Nothing. */
  Padding NONE = new Of(0, 0);

  /** As much as gives {@code ceil(input / stride)} outputs; an odd rest goes behind. */
  Padding SAME = new Same();

  /** All in front, so that no window sees what comes behind its last element: of sequences. */
  Padding CAUSAL = new Causal();

  /** {@return the windows over an input of {@code height} and {@code width}} */
  default List<Window> windows(long height, long width, Size kernel, Size stride, Size dilation) {
    return List.of(
        window(0, height, kernel.height(), stride.height(), dilation.height()),
        window(1, width, kernel.width(), stride.width(), dilation.width()));
  }

  /** {@return the window along spatial axis {@code axis}} */
  Window window(int axis, long length, long size, long stride, long dilation);

  /** See {@link #SAME}. */
  record Same() implements Padding {
    @Override
    public Window window(int axis, long length, long size, long stride, long dilation) {
      long extent = (size - 1) * dilation + 1;
      long outputs = Math.ceilDiv(length, stride);
      long total = Math.max(0, (outputs - 1) * stride + extent - length);
      return new Window(size, stride, total / 2, total - total / 2, dilation);
    }
  }

  /** The same on both sides of an axis, 0 or more. */
  record Of(long height, long width) implements Padding {
    @Override
    public Window window(int axis, long length, long size, long stride, long dilation) {
      long amount = axis == 0 ? height : width;
      return new Window(size, stride, amount, amount, dilation);
    }
  }

  /** See {@link #CAUSAL}. */
  record Causal() implements Padding {
    @Override
    public Window window(int axis, long length, long size, long stride, long dilation) {
      return new Window(size, stride, (size - 1) * dilation, 0, dilation);
    }
  }
}
