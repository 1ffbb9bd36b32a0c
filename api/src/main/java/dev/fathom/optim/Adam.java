package dev.fathom.optim;

import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * Adam (Kingma and Ba, 2015), as PyTorch defines it: {@code g = gradient + weightDecay * p; m =
 * beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g^2; p = p - rate / (1 - beta1^t) * m
 * / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)}.
 *
 * @param learningRate above 0; usually 1e-3
 * @param beta1 in [0, 1); usually 0.9
 * @param beta2 in [0, 1); usually 0.999
 * @param epsilon above 0; usually 1e-8
 * @param weightDecay 0 or more, added to the gradient; {@link AdamW} decays the parameters instead
 */
public record Adam(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
    implements Optimizer {
  /** The usual numbers, no weight decay. */
  public Adam(double learningRate) {
    this(learningRate, 0.9, 0.999, 1e-8, 0);
  }

  public Adam {
    AdamStep.check("adam", learningRate, beta1, beta2, epsilon, weightDecay);
  }

  @Override
  public List<String> state() {
    return AdamStep.MOMENTS;
  }

  @Override
  public Update update(Group group, Tensor gradients) {
    Tensor g = group.decayed(gradients, weightDecay);
    return new AdamStep(beta1, beta2, epsilon).update(group, g);
  }

  @Override
  public void scalars(double rate, long step, ScalarSink sink) {
    new AdamStep(beta1, beta2, epsilon).scalars(rate, step, sink);
  }
}
