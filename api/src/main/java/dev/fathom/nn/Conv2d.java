package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * A convolution (cross-correlation): {@code [batch, channels, height, width] -> [batch, filters,
 * height', width']}. Parameters, as PyTorch has them: {@code weight [filters, channels / groups,
 * kernel height, kernel width]}, {@code bias [filters]}.
 *
 * @param filters number of output channels
 * @param kernel size of the kernel
 * @param stride step between windows
 * @param padding around the input
 * @param border what the padding holds
 * @param dilation distance between taps
 * @param groups channels are split into that many independent groups
 * @param bias whether there is a bias; it starts at zero
 * @param initializer of the weight
 * @param activation applied last
 */
public record Conv2d(
    long filters,
    Size kernel,
    Size stride,
    Padding padding,
    Border border,
    Size dilation,
    long groups,
    boolean bias,
    Initializer initializer,
    Activation activation)
    implements ImageLayer {
  /** Stride and dilation 1, one group, with bias, {@link Initializer#HE_NORMAL}. */
  public Conv2d(long filters, long kernel, Padding padding, Activation activation) {
    this(
        filters,
        Size.square(kernel),
        Size.ONE,
        padding,
        Border.ZEROS,
        Size.ONE,
        1,
        true,
        Initializer.HE_NORMAL,
        activation);
  }

  /** {@return a layer that mixes the channels of each pixel: kernel and stride 1, one group} */
  public static Conv2d pointwise(
      long filters, boolean bias, Initializer initializer, Activation activation) {
    return new Conv2d(
        filters,
        Size.ONE,
        Size.ONE,
        Padding.NONE,
        Border.ZEROS,
        Size.ONE,
        1,
        bias,
        initializer,
        activation);
  }

  /** {@return the same layer with a step of {@code size} from window to window} */
  public Conv2d withStride(long size) {
    return new Conv2d(
        filters,
        kernel,
        Size.square(size),
        padding,
        border,
        dilation,
        groups,
        bias,
        initializer,
        activation);
  }

  public Conv2d {
    convolution(filters, groups, bias, initializer);
  }

  private static Convolution convolution(
      long filters, long groups, boolean bias, Initializer initializer) {
    return new Convolution("conv2d", filters, groups, bias, initializer);
  }

  @Override
  public Shape output(Shape input) {
    Check.image("conv2d", input);
    convolution(filters, groups, bias, initializer).checkChannels(input.size(0));
    List<Window> windows = windows(input.slice(1, 3));
    border.check("conv2d", windows.get(0), input.size(1));
    border.check("conv2d", windows.get(1), input.size(2));
    return Windows.output("conv2d", Shape.of(filters), input, windows);
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    return activation.of(
        convolution(filters, groups, bias, initializer)
            .apply(context, x, windows(x.shape().slice(2, 4)), border));
  }

  private List<Window> windows(Shape plane) {
    return padding.windows(plane.size(0), plane.size(1), kernel, stride, dilation);
  }
}
