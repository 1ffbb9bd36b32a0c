package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * The maxima of windows: {@code [batch, channels, height, width] -> [batch, channels, height',
 * width']}. Padding never wins.
 *
 * @param kernel size of a window
 * @param stride step between windows
 * @param padding elements around the input
 */
public record MaxPool2d(Size kernel, Size stride, Padding padding) implements ImageLayer {
  /** Windows side by side, without padding. */
  public MaxPool2d(long kernel) {
    this(Size.square(kernel), Size.square(kernel), Padding.NONE);
  }

  @Override
  public Shape output(Shape input) {
    return Windows.pooled(label(), input, kernel, stride, padding);
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    return x.maxPool(Windows.of(x.shape().slice(2, 4), kernel, stride, padding));
  }
}
