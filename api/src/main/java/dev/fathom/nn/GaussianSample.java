package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * Draws from a normal distribution so that gradients reach its mean and variance: {@code mean
 * [batch, ...], logVariance [batch, ...] -> [batch, ...]}, {@code mean + exp(logVariance / 2) * e}
 * with standard normal {@code e} (Kingma and Welling, "Auto-Encoding Variational Bayes", 2014,
 * section 2.4). It draws in a training and in its evaluations; otherwise it gives the mean. No
 * parameters.
 */
public record GaussianSample() implements Block {
  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Check.that(
        inputs.size() == 2 && inputs.get(0).equals(inputs.get(1)),
        label(),
        "2 inputs of one shape, mean and log variance,",
        inputs);
    return List.of(inputs.getFirst());
  }

  @Override
  public List<Tensor> apply(Context context, List<Tensor> inputs) {
    Tensor mean = inputs.get(0);
    if (!context.draws()) {
      return List.of(mean);
    }
    Tensor deviation = inputs.get(1).mul(0.5).exp();
    return List.of(mean.add(deviation.mul(context.normal(mean.shape().toArray()))));
  }
}
