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
 * @param padding zeros around the input
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
    Size dilation,
    long groups,
    boolean bias,
    Initializer initializer,
    Activation activation)
    implements Layer {
  /** Stride and dilation 1, one group, with bias, {@link Initializer#HE_NORMAL}. */
  public Conv2d(long filters, long kernel, Padding padding, Activation activation) {
    this(
        filters,
        Size.square(kernel),
        Size.ONE,
        padding,
        Size.ONE,
        1,
        true,
        Initializer.HE_NORMAL,
        activation);
  }

  /** {@return the same layer with a step of {@code size} from window to window} */
  public Conv2d withStride(long size) {
    return new Conv2d(
        filters,
        kernel,
        Size.square(size),
        padding,
        dilation,
        groups,
        bias,
        initializer,
        activation);
  }

  public Conv2d {
    Check.that(filters >= 1, "conv2d", "1 filter or more", filters);
    Check.that(
        groups >= 1 && filters % groups == 0,
        "conv2d",
        "groups that divide the " + filters + " filters",
        groups);
  }

  @Override
  public Shape output(Shape input) {
    Check.that(input.rank() == 3, "conv2d", "an input [channels, height, width]", input);
    Check.that(
        input.size(0) % groups == 0, "conv2d", "channels that " + groups + " groups divide", input);
    return Windows.output("conv2d", Shape.of(filters), input, windows(input));
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Shape shape = Shape.of(filters, x.size(1) / groups, kernel.height(), kernel.width());
    Tensor weight = context.parameter("weight", shape, initializer);
    Tensor y = x.convolve(weight, windows(x.shape().slice(1, 4)), groups);
    if (bias) {
      Tensor b = context.parameter("bias", Shape.of(filters), Initializer.ZEROS);
      y = y.add(b.reshape(filters, 1, 1));
    }
    return activation.of(y);
  }

  private List<Window> windows(Shape input) {
    return padding.windows(input.size(1), input.size(2), kernel, stride, dilation);
  }
}
