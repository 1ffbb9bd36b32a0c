package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import java.util.List;

/** Shapes of the windows of convolution and pooling. */
final class Windows {
  private Windows() {}

  /** {@return {@code [channels, height', width']}} */
  static Shape output(String layer, Shape channels, Shape input, List<Window> windows) {
    long height = windows.get(0).outputs(input.size(1));
    long width = windows.get(1).outputs(input.size(2));
    Check.that(
        height > 0 && width > 0,
        layer,
        "an input that a window of %d x %d fits into"
            .formatted(windows.get(0).extent(), windows.get(1).extent()),
        input);
    return channels.concat(Shape.of(height, width));
  }

  static Shape pooled(String layer, Shape input, Size kernel, Size stride, Padding padding) {
    Check.image(layer, input);
    return output(layer, input.slice(0, 1), input, of(input.slice(1, 3), kernel, stride, padding));
  }

  static List<Window> of(Shape plane, Size kernel, Size stride, Padding padding) {
    return padding.windows(plane.size(0), plane.size(1), kernel, stride, Size.ONE);
  }
}
