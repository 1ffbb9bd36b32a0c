package dev.fathom.nn;

import dev.fathom.spi.Window;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/** What the padding around an input holds, PyTorch's {@code padding_mode}. */
public enum Border {
  /** Zeros. */
  ZEROS,
  /** The input mirrored at its edge, which is not repeated: {@code c b | a b c | b a}. */
  REFLECT,
  /** The value at the edge: {@code a a | a b c | c c}. */
  REPLICATE,
  /** The input again, as if on a ring: {@code b c | a b c | a b}. */
  CIRCULAR;

  /**
   * Checks that the input is as long as its padding needs.
   *
   * @param length of the axis that {@code window} goes along
   */
  void check(String layer, Window window, long length) {
    long most =
        switch (this) {
          case ZEROS -> Long.MAX_VALUE;
          case REFLECT -> length - 1;
          case REPLICATE -> length == 0 ? 0 : Long.MAX_VALUE;
          case CIRCULAR -> length;
        };
    long widest = Math.max(window.padLow(), window.padHigh());
    Check.that(
        widest <= most,
        layer,
        "an input long enough for a padding of %d (%s)"
            .formatted(widest, name().toLowerCase(Locale.ROOT)),
        length);
  }

  /** {@return {@code x [batch, channels, in...]} with the padding of the windows around it} */
  Tensor around(Tensor x, List<Window> windows) {
    if (this == ZEROS) {
      return x; // The convolution itself reads zeros.
    }
    Tensor wide = x;
    for (int i = 0; i < windows.size(); i++) {
      Window window = windows.get(i);
      if (window.padLow() > 0 || window.padHigh() > 0) {
        wide = around(wide, 2 + i, window.padLow(), window.padHigh());
      }
    }
    return wide;
  }

  private Tensor around(Tensor x, int axis, long low, long high) {
    long end = x.size(axis);
    return switch (this) {
      case ZEROS -> x;
      case REFLECT ->
          Tensor.concat(
              axis,
              x.slice(axis, 1, 1 + low).flip(axis),
              x,
              x.slice(axis, end - 1 - high, end - 1).flip(axis));
      case REPLICATE ->
          Tensor.concat(
              axis,
              repeated(x.slice(axis, 0, 1), axis, low),
              x,
              repeated(x.slice(axis, end - 1, end), axis, high));
      case CIRCULAR ->
          Tensor.concat(axis, x.slice(axis, end - low, end), x, x.slice(axis, 0, high));
    };
  }

  private static Tensor repeated(Tensor edge, int axis, long times) {
    long[] sizes = edge.shape().toArray();
    sizes[axis] = times;
    return edge.broadcastTo(sizes);
  }

  /** {@return the windows over an input that {@link #around} gave} */
  List<Window> inside(List<Window> windows) {
    return this == ZEROS ? windows : windows.stream().map(Window::unpadded).toList();
  }
}
