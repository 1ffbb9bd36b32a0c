package dev.fathom.optim;

import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * Lion (Chen et al., "Symbolic Discovery of Optimization Algorithms", 2023), which keeps one moment
 * and moves every parameter by as much: {@code p = p * (1 - rate * weightDecay) - rate * sign(beta1
 * * m + (1 - beta1) * g); m = beta2 * m + (1 - beta2) * g}. Its rate is a third to a tenth of
 * AdamW's, its weight decay larger by as much.
 *
 * @param learningRate above 0; usually 1e-4
 * @param beta1 in [0, 1); usually 0.9
 * @param beta2 in [0, 1); usually 0.99
 * @param weightDecay 0 or more
 */
public record Lion(double learningRate, double beta1, double beta2, double weightDecay)
    implements Optimizer {
  private static final String DECAY = "decay";

  public Lion {
    Optimizer.check(learningRate > 0, "lion", "a learning rate above 0", learningRate);
    Optimizer.check(beta1 >= 0 && beta1 < 1, "lion", "a beta1 in [0, 1)", beta1);
    Optimizer.check(beta2 >= 0 && beta2 < 1, "lion", "a beta2 in [0, 1)", beta2);
    Optimizer.check(weightDecay >= 0, "lion", "a weight decay of 0 or more", weightDecay);
  }

  @Override
  public List<String> state() {
    return List.of("momentum");
  }

  @Override
  public Update update(Group group, Tensor gradients) {
    Tensor m = group.state().getFirst();
    Tensor direction = m.mul(beta1).add(gradients.mul(1 - beta1)).sign();
    Tensor moved =
        group.parameters().mul(group.scalar(DECAY)).sub(direction.mul(group.scalar(RATE)));
    return new Update(moved, List.of(m.mul(beta2).add(gradients.mul(1 - beta2))));
  }

  @Override
  public void scalars(double rate, long step, ScalarSink sink) {
    sink.setDouble(RATE, rate);
    sink.setDouble(DECAY, 1 - rate * weightDecay);
  }
}
