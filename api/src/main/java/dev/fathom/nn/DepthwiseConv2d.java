package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * A convolution of each channel by itself: {@code [batch, channels, height, width] -> [batch,
 * channels * multiplier, height', width']}. The short form of a {@link Conv2d} with a group for
 * each channel, with the same parameters: {@code weight [channels * multiplier, 1, kernel height,
 * kernel width]}, {@code bias [channels * multiplier]}.
 *
 * @param multiplier number of output channels for each channel
 * @param kernel size of the kernel
 * @param stride step between windows
 * @param padding around the input
 * @param border what the padding holds
 * @param dilation distance between taps
 * @param bias whether there is a bias; it starts at zero
 * @param initializer of the weight
 * @param activation applied last
 */
public record DepthwiseConv2d(
    long multiplier,
    Size kernel,
    Size stride,
    Padding padding,
    Border border,
    Size dilation,
    boolean bias,
    Initializer initializer,
    Activation activation)
    implements ImageLayer {
  /** One output a channel, dilation 1, no bias and activation, {@link Initializer#HE_NORMAL}. */
  public DepthwiseConv2d(Size kernel, Size stride, Padding padding) {
    this(
        1,
        kernel,
        stride,
        padding,
        Border.ZEROS,
        Size.ONE,
        false,
        Initializer.HE_NORMAL,
        Activation.NONE);
  }

  public DepthwiseConv2d {
    Check.that(multiplier >= 1, "depthwiseconv2d", "a multiplier of 1 or more", multiplier);
  }

  private Conv2d of(long channels) {
    return new Conv2d(
        channels * multiplier,
        kernel,
        stride,
        padding,
        border,
        dilation,
        channels,
        bias,
        initializer,
        activation);
  }

  @Override
  public Shape output(Shape input) {
    Check.that(
        input.rank() == 3 && input.size(0) > 0,
        label(),
        "an input [channels, height, width]",
        input);
    return of(input.size(0)).output(input);
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    return of(x.size(1)).apply(context, x);
  }
}
