package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Batch normalisation (Ioffe and Szegedy, 2015) of each channel: {@code [batch, channels, ...] ->
 * [batch, channels, ...]}, {@code y = weight * (x - mean) / sqrt(variance + epsilon) + bias}.
 *
 * <p>While training, mean and variance are those of the batch, rows of padding left out, and the
 * running statistics move towards them: {@code running = (1 - momentum) * running + momentum *
 * batch}, with the unbiased variance, as in PyTorch. Otherwise, and where the parameters are
 * frozen, the running statistics are used. Parameters {@code weight}, {@code bias}; state {@code
 * running_mean}, {@code running_var}.
 *
 * @param momentum the share of a new batch, in [0, 1]; usually 0.1
 * @param epsilon added to the variance; usually 1e-5
 * @param activation applied last
 */
public record BatchNorm(double momentum, double epsilon, Activation activation) implements Layer {
  /** Momentum 0.1, epsilon 1e-5, no activation. */
  public BatchNorm() {
    this(0.1, 1e-5, Activation.NONE);
  }

  public BatchNorm {
    Check.that(momentum >= 0 && momentum <= 1, "batchnorm", "a momentum in [0, 1]", momentum);
    Check.that(epsilon > 0, "batchnorm", "an epsilon above 0", epsilon);
  }

  @Override
  public Shape output(Shape input) {
    Check.that(input.rank() >= 1, label(), "an input [channels, ...]", input);
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Shape channels = Shape.of(x.size(1));
    Tensor weight = context.parameter("weight", channels, Initializer.ONES);
    Tensor bias = context.parameter("bias", channels, Initializer.ZEROS);
    Tensor runningMean = context.state("running_mean", channels, Initializer.ZEROS);
    Tensor runningVariance = context.state("running_var", channels, Initializer.ONES);
    if (!context.training() || context.isFrozen("weight")) {
      Tensor factor = weight.mul(runningVariance.add(epsilon).rsqrt());
      Tensor shift = bias.sub(runningMean.mul(factor));
      return activation.of(x.mul(spread(factor, x)).add(spread(shift, x)));
    }
    int[] axes = IntStream.range(0, x.shape().rank()).filter(axis -> axis != 1).toArray();
    Tensor mask = rows(context.mask(), x);
    double spatial = x.shape().slice(2, x.shape().rank()).elements();
    Tensor count = context.mask().sum().mul(spatial);
    Tensor mean = x.mul(mask).sum(axes).div(count);
    Tensor centred = x.sub(spread(mean, x));
    Tensor squares = centred.square().mul(mask).sum(axes);
    Tensor variance = squares.div(count);
    // A batch of one value has no unbiased variance; it then counts as biased.
    Tensor one = Tensor.full(1, x.dtype());
    Tensor unbiased = squares.div(count.sub(1).maximum(one));
    context.update("running_mean", towards(runningMean, mean));
    context.update("running_var", towards(runningVariance, unbiased));
    Tensor factor = weight.mul(variance.add(epsilon).rsqrt());
    return activation.of(centred.mul(spread(factor, x)).add(spread(bias, x)));
  }

  private Tensor towards(Tensor running, Tensor batch) {
    return running.mul(1 - momentum).add(batch.stopGradient().mul(momentum));
  }

  /** {@code [channels] -> [channels, 1, ...]}. */
  private static Tensor spread(Tensor perChannel, Tensor x) {
    long[] sizes = new long[x.shape().rank() - 1];
    Arrays.fill(sizes, 1);
    sizes[0] = x.size(1);
    return perChannel.reshape(sizes);
  }

  /** {@code [batch] -> [batch, 1, ...]}. */
  private static Tensor rows(Tensor mask, Tensor x) {
    long[] sizes = new long[x.shape().rank()];
    Arrays.fill(sizes, 1);
    sizes[0] = x.size(0);
    return mask.reshape(sizes);
  }
}
