package dev.fathom.optim;

import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * {@link Adam} with decoupled weight decay (Loshchilov and Hutter, 2019), as PyTorch defines it:
 * {@code p = p * 1 - rate * weightDecay} comes before a step of Adam without weight decay.
 *
 * @param learningRate above 0; usually 1e-3
 * @param beta1 in [0, 1); usually 0.9
 * @param beta2 in [0, 1); usually 0.999
 * @param epsilon above 0; usually 1e-8
 * @param weightDecay 0 or more; usually 0.01
 * @param decayVectors whether vectors decay too; without them biases and norms stay as they are, as
 *     in GPT-3 and its successors
 */
public record AdamW(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    boolean decayVectors)
    implements Optimizer {
  private static final String DECAY = "decay";

  /** The usual numbers. */
  public AdamW(double learningRate) {
    this(learningRate, 0.9, 0.999, 1e-8, 0.01, true);
  }

  public AdamW {
    AdamStep.check("adamw", learningRate, beta1, beta2, epsilon, weightDecay);
  }

  @Override
  public List<String> state() {
    return AdamStep.MOMENTS;
  }

  @Override
  public Update update(Group group, Tensor gradients) {
    Tensor smaller = group.parameters().mul(group.scalar(DECAY));
    Tensor decayed = decayVectors ? smaller : group.matrices().select(smaller, group.parameters());
    return new AdamStep(beta1, beta2, epsilon).update(group.with(decayed), gradients);
  }

  @Override
  public void scalars(double rate, long step, ScalarSink sink) {
    new AdamStep(beta1, beta2, epsilon).scalars(rate, step, sink);
    sink.setDouble(DECAY, 1 - rate * weightDecay);
  }
}
