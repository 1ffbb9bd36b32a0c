package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.Arrays;

/**
 * Group normalisation (Wu and He, 2018): {@code [batch, channels, ...] -> [batch, channels, ...]},
 * {@code y = weight * (x - mean) / sqrt(variance + epsilon) + bias}, mean and variance taken of
 * each example over a group of channels. With a group for each channel it is instance
 * normalisation. Parameters {@code weight}, {@code bias}, both {@code [channels]}.
 *
 * @param groups divides the channels; 0 makes a group of each
 * @param epsilon added to the variance; usually 1e-5
 * @param affine whether there are parameters
 * @param activation applied last
 */
public record GroupNorm(long groups, double epsilon, boolean affine, Activation activation)
    implements Layer {
  /** Epsilon 1e-5, with parameters, no activation. */
  public GroupNorm(long groups) {
    this(groups, 1e-5, true, Activation.NONE);
  }

  public GroupNorm {
    Check.that(groups >= 0, "groupnorm", "1 group or more", groups);
    Check.that(epsilon > 0, "groupnorm", "an epsilon above 0", epsilon);
  }

  /** {@return instance normalisation (Ulyanov, Vedaldi and Lempitsky, 2016)} */
  public static GroupNorm ofInstances(double epsilon, boolean affine, Activation activation) {
    return new GroupNorm(0, epsilon, affine, activation);
  }

  @Override
  public Shape output(Shape input) {
    Check.that(input.rank() >= 1, label(), "an input [channels, ...]", input);
    Check.that(
        groups == 0 || input.size(0) % groups == 0,
        label(),
        "a number of channels that %d groups divide".formatted(groups),
        input);
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    long channels = x.size(1);
    long group = groups == 0 ? 1 : channels / groups;
    Tensor grouped = x.reshape(x.size(0), channels / group, -1);
    Tensor centred = grouped.sub(grouped.mean(-1).unsqueeze(-1));
    Tensor factor = centred.square().mean(-1).add(epsilon).rsqrt().unsqueeze(-1);
    if (!affine) {
      return activation.of(centred.mul(factor).reshape(x.shape().toArray()));
    }
    Shape shape = Shape.of(channels);
    Tensor weight = context.parameter("weight", shape, Initializer.ONES);
    Tensor bias = context.parameter("bias", shape, Initializer.ZEROS);
    // A factor for each channel of an example: the values are read once more, not twice.
    Tensor factors = factor.mul(weight.reshape(channels / group, group));
    Tensor perChannel = centred.reshape(x.shape().toArray());
    return activation.of(
        perChannel
            .mul(spread(factors.reshape(x.size(0), channels), x))
            .add(spread(bias.unsqueeze(0), x)));
  }

  /** {@code [batch or 1, channels] -> [batch or 1, channels, 1, ...]}. */
  private static Tensor spread(Tensor perChannel, Tensor x) {
    long[] sizes = new long[x.shape().rank()];
    Arrays.fill(sizes, 1);
    sizes[0] = perChannel.size(0);
    sizes[1] = x.size(1);
    return perChannel.reshape(sizes);
  }
}
