package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * A transposed convolution along the steps of a sequence: {@code [batch, time, features] -> [batch,
 * time', filters]} with {@code time' = (time - 1) * stride + dilation * (kernel - 1) + 1 - 2 *
 * padding + outputPadding}, or {@code time * stride} with {@link Padding#SAME}. Parameters, as
 * PyTorch has them: {@code weight [features, filters / groups, kernel]}, {@code bias [filters]}.
 *
 * @param filters number of output features
 * @param kernel steps that a step reaches
 * @param stride steps between the places where windows begin
 * @param padding steps that are cut off at both ends; of {@link Padding.Of} the width
 * @param outputPadding steps that the result is longer, less than the stride
 * @param dilation distance between taps
 * @param groups features are split into that many independent groups
 * @param bias whether there is a bias; it starts at zero
 * @param initializer of the weight
 * @param activation applied last
 */
public record ConvTranspose1d(
    long filters,
    long kernel,
    long stride,
    Padding padding,
    long outputPadding,
    long dilation,
    long groups,
    boolean bias,
    Initializer initializer,
    Activation activation)
    implements Layer {
  public ConvTranspose1d {
    convolution(filters, groups, bias, initializer);
    Check.that(kernel >= 1, "convtranspose1d", "a kernel of 1 or more", kernel);
    Check.that(stride >= 1, "convtranspose1d", "a stride of 1 or more", stride);
    Check.that(dilation >= 1, "convtranspose1d", "a dilation of 1 or more", dilation);
    Convolution.checkOutputPadding("convtranspose1d", padding, outputPadding, stride);
  }

  private static Convolution convolution(
      long filters, long groups, boolean bias, Initializer initializer) {
    return new Convolution("convtranspose1d", filters, groups, bias, initializer);
  }

  @Override
  public Takes takes() {
    return Takes.SEQUENCE;
  }

  @Override
  public Shape output(Shape input) {
    Check.sequence(label(), input);
    convolution(filters, groups, bias, initializer).checkChannels(input.size(1));
    long length = length(input.size(0));
    Check.that(
        input.size(0) > 0 && length > 0, label(), "a sequence longer than its padding", input);
    return Shape.of(length, filters);
  }

  private long length(long given) {
    return Convolution.transposedLength(padding, 1, given, kernel, stride, dilation, outputPadding);
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    long length = length(x.size(1));
    List<Window> windows = List.of(padding.window(1, length, kernel, stride, dilation));
    Tensor y =
        convolution(filters, groups, bias, initializer)
            .transposed(context, x.transpose(), windows, Shape.of(length));
    return activation.of(y).transpose();
  }
}
