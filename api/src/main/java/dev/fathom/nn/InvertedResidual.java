package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The block of MobileNetV2 (Sandler et al., 2018): {@code [batch, channels, height, width] ->
 * [batch, filters, height', width']}, a convolution to {@code channels * expansion} channels, a
 * depthwise one, and one to the filters, the first two with kernels 1 and {@code kernel}, each with
 * batch norm, the last without activation; with a way around all of it where the shape stays the
 * same. The parts are named {@code expand} (not there with an expansion of 1), {@code expandNorm},
 * {@code depthwise}, {@code depthwiseNorm}, {@code squeeze}, {@code project}, {@code projectNorm}.
 *
 * @param filters number of output channels
 * @param expansion 1 or more; usually 6
 * @param kernel size of the depthwise kernel, odd; usually 3
 * @param stride of the depthwise convolution
 * @param reduction of a {@link SqueezeExcitation} behind the depthwise convolution, as in
 *     MobileNetV3 (there 4); none if it is empty
 * @param activation of the first two; in MobileNetV2 {@link Activation#RELU6}
 * @param stochasticDepth how often the block is left out while training, see {@link
 *     StochasticDepth}
 */
public record InvertedResidual(
    long filters,
    long expansion,
    long kernel,
    Size stride,
    OptionalLong reduction,
    Activation activation,
    double stochasticDepth)
    implements ImageLayer {
  /** As in MobileNetV2. */
  public InvertedResidual(long filters, long expansion, long stride) {
    this(filters, expansion, 3, Size.square(stride), OptionalLong.empty(), Activation.RELU6, 0);
  }

  public InvertedResidual {
    Check.that(filters >= 1, "invertedresidual", "1 filter or more", filters);
    Check.that(expansion >= 1, "invertedresidual", "an expansion of 1 or more", expansion);
    Check.that(
        kernel >= 1 && kernel % 2 == 1, "invertedresidual", "an odd kernel of 1 or more", kernel);
    Check.that(
        stochasticDepth >= 0 && stochasticDepth < 1,
        "invertedresidual",
        "a stochastic depth in [0, 1)",
        stochasticDepth);
  }

  private Sequential body(long channels) {
    long hidden = Math.multiplyExact(channels, expansion);
    List<Sequential.Entry> parts = new ArrayList<>();
    if (expansion > 1) {
      parts.add(new Sequential.Entry("expand", pointwise(hidden)));
      parts.add(new Sequential.Entry("expandNorm", norm(activation)));
    }
    Padding.Of padding = new Padding.Of(kernel / 2, kernel / 2);
    parts.add(
        new Sequential.Entry(
            "depthwise", new DepthwiseConv2d(Size.square(kernel), stride, padding)));
    parts.add(new Sequential.Entry("depthwiseNorm", norm(activation)));
    reduction.ifPresent(
        by ->
            parts.add(new Sequential.Entry("squeeze", new SqueezeExcitation(by, Activation.RELU))));
    parts.add(new Sequential.Entry("project", pointwise(filters)));
    parts.add(new Sequential.Entry("projectNorm", norm(Activation.NONE)));
    return new Sequential(parts);
  }

  private static Conv2d pointwise(long filters) {
    return Conv2d.pointwise(filters, false, Initializer.HE_NORMAL, Activation.NONE);
  }

  private static BatchNorm norm(Activation activation) {
    return new BatchNorm(0.1, 1e-5, activation);
  }

  @Override
  public Shape output(Shape input) {
    Check.that(
        input.rank() == 3 && input.size(0) > 0,
        label(),
        "an input [channels, height, width]",
        input);
    return body(input.size(0)).output(input);
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Tensor y = body(x.size(1)).apply(context, x);
    boolean around = stride.equals(Size.ONE) && x.size(1) == filters;
    return around ? x.add(context.dropExamples(y, stochasticDepth)) : y;
  }
}
