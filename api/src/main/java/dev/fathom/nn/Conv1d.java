package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * A convolution (cross-correlation) along the steps of a sequence: {@code [batch, time, features]
 * -> [batch, time', filters]}. Steps that are padding count as zeros; a step of the result counts
 * if one of those that it sees does. Parameters, as PyTorch has them: {@code weight [filters,
 * features / groups, kernel]}, {@code bias [filters]}; PyTorch's values are {@code [batch,
 * features, time]}.
 *
 * @param filters number of output features
 * @param kernel steps that a filter sees
 * @param stride step between windows
 * @param padding around the sequence; of {@link Padding.Of} the width
 * @param border what the padding holds
 * @param dilation distance between taps
 * @param groups features are split into that many independent groups
 * @param bias whether there is a bias; it starts at zero
 * @param initializer of the weight
 * @param activation applied last
 */
public record Conv1d(
    long filters,
    long kernel,
    long stride,
    Padding padding,
    Border border,
    long dilation,
    long groups,
    boolean bias,
    Initializer initializer,
    Activation activation)
    implements Layer {
  /** Stride and dilation 1, one group, with bias, {@link Initializer#HE_NORMAL}. */
  public Conv1d(long filters, long kernel, Padding padding, Activation activation) {
    this(filters, kernel, 1, padding, Border.ZEROS, 1, 1, true, Initializer.HE_NORMAL, activation);
  }

  public Conv1d {
    convolution(filters, groups, bias, initializer);
    Check.that(kernel >= 1, "conv1d", "a kernel of 1 or more", kernel);
    Check.that(stride >= 1, "conv1d", "a stride of 1 or more", stride);
    Check.that(dilation >= 1, "conv1d", "a dilation of 1 or more", dilation);
  }

  private static Convolution convolution(
      long filters, long groups, boolean bias, Initializer initializer) {
    return new Convolution("conv1d", filters, groups, bias, initializer);
  }

  private Window window(long length) {
    return padding.window(1, length, kernel, stride, dilation);
  }

  @Override
  public Takes takes() {
    return Takes.SEQUENCE;
  }

  @Override
  public Shape output(Shape input) {
    Check.sequence(label(), input);
    convolution(filters, groups, bias, initializer).checkChannels(input.size(1));
    Window window = window(input.size(0));
    border.check(label(), window, input.size(0));
    Check.that(
        window.outputs(input.size(0)) > 0,
        label(),
        "a sequence that a window of " + window.extent() + " fits into",
        input);
    return Shape.of(window.outputs(input.size(0)), filters);
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    List<Window> windows = List.of(window(x.size(1)));
    Tensor steps = context.stepMask();
    Tensor known = x;
    if (steps != null) {
      known = steps.unsqueeze(-1).select(x, Tensor.zeros(x.dtype()));
      Tensor seen = steps.cast(x.dtype()).unsqueeze(1).maxPool(windows);
      context.stepMask(Tensor.zeros(x.dtype()).less(seen.reshape(seen.size(0), seen.size(2))));
    }
    Tensor y =
        convolution(filters, groups, bias, initializer)
            .apply(context, known.transpose(), windows, border);
    return activation.of(y).transpose();
  }
}
