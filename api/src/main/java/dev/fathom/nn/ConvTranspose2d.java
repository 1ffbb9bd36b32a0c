package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * A transposed convolution, which makes images larger: {@code [batch, channels, height, width] ->
 * [batch, filters, height', width']} with {@code height' = (height - 1) * stride + dilation *
 * (kernel - 1) + 1 - 2 * padding + outputPadding}, or {@code height * stride} with {@link
 * Padding#SAME}. Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016).
 * Parameters, as PyTorch has them: {@code weight [channels, filters / groups, kernel height, kernel
 * width]}, {@code bias [filters]}.
 *
 * @param filters number of output channels
 * @param kernel size of the kernel
 * @param stride distance of the places where windows begin
 * @param padding rows and columns that are cut off on all sides
 * @param outputPadding rows and columns that the result is larger, less than each stride
 * @param dilation distance between taps
 * @param groups channels are split into that many independent groups
 * @param bias whether there is a bias; it starts at zero
 * @param initializer of the weight
 * @param activation applied last
 */
public record ConvTranspose2d(
    long filters,
    Size kernel,
    Size stride,
    Padding padding,
    long outputPadding,
    Size dilation,
    long groups,
    boolean bias,
    Initializer initializer,
    Activation activation)
    implements ImageLayer {
  /** The size times the stride; dilation 1, one group, with bias, {@link Initializer#HE_NORMAL}. */
  public ConvTranspose2d(long filters, long kernel, long stride, Activation activation) {
    this(
        filters,
        Size.square(kernel),
        Size.square(stride),
        Padding.SAME,
        0,
        Size.ONE,
        1,
        true,
        Initializer.HE_NORMAL,
        activation);
  }

  public ConvTranspose2d {
    convolution(filters, groups, bias, initializer);
    Convolution.checkOutputPadding(
        "convtranspose2d", padding, outputPadding, Math.min(stride.height(), stride.width()));
  }

  private static Convolution convolution(
      long filters, long groups, boolean bias, Initializer initializer) {
    return new Convolution("convtranspose2d", filters, groups, bias, initializer);
  }

  @Override
  public Shape output(Shape input) {
    Check.image(label(), input);
    convolution(filters, groups, bias, initializer).checkChannels(input.size(0));
    Shape plane = plane(input.slice(1, 3));
    Check.that(
        input.size(1) > 0 && input.size(2) > 0 && plane.size(0) > 0 && plane.size(1) > 0,
        label(),
        "an image larger than its padding",
        input);
    return Shape.of(filters).concat(plane);
  }

  private Shape plane(Shape given) {
    return Shape.of(
        Convolution.transposedLength(
            padding,
            0,
            given.size(0),
            kernel.height(),
            stride.height(),
            dilation.height(),
            outputPadding),
        Convolution.transposedLength(
            padding,
            1,
            given.size(1),
            kernel.width(),
            stride.width(),
            dilation.width(),
            outputPadding));
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Shape plane = plane(x.shape().slice(2, 4));
    Tensor y =
        convolution(filters, groups, bias, initializer)
            .transposed(
                context,
                x,
                padding.windows(plane.size(0), plane.size(1), kernel, stride, dilation),
                plane);
    return activation.of(y);
  }
}
