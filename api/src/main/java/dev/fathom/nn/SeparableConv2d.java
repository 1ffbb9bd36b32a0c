package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * A depthwise convolution, and one with a kernel of 1 that mixes the channels: Chollet, "Xception"
 * (2017). {@code [batch, channels, height, width] -> [batch, filters, height', width']}. The
 * parameters are those of its parts, {@code depthwise.weight} for example.
 */
public record SeparableConv2d(DepthwiseConv2d depthwise, Conv2d pointwise) implements ImageLayer {
  public SeparableConv2d {
    Check.that(
        pointwise.kernel().equals(Size.ONE),
        "separableconv2d",
        "a pointwise kernel of 1",
        pointwise.kernel());
  }

  @Override
  public Shape output(Shape input) {
    return pointwise.output(depthwise.output(input));
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Tensor each = context.within("depthwise", () -> depthwise.apply(context, x));
    return context.within("pointwise", () -> pointwise.apply(context, each));
  }
}
