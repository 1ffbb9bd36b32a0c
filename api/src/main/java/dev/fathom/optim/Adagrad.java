package dev.fathom.optim;

import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * Adagrad (Duchi et al., "Adaptive Subgradient Methods for Online Learning and Stochastic
 * Optimization", 2011), as PyTorch defines it: {@code g = gradient + weightDecay * p; s = s + g^2;
 * p = p - rate * g / (sqrt(s) + epsilon)}.
 *
 * @param learningRate above 0; usually 1e-2
 * @param epsilon above 0; usually 1e-10
 * @param weightDecay 0 or more
 */
public record Adagrad(double learningRate, double epsilon, double weightDecay)
    implements Optimizer {
  public Adagrad {
    Optimizer.check(learningRate > 0, "adagrad", "a learning rate above 0", learningRate);
    Optimizer.check(epsilon > 0, "adagrad", "an epsilon above 0", epsilon);
    Optimizer.check(weightDecay >= 0, "adagrad", "a weight decay of 0 or more", weightDecay);
  }

  @Override
  public List<String> state() {
    return List.of("sum_of_squares");
  }

  @Override
  public Update update(Group group, Tensor gradients) {
    Tensor parameters = group.parameters();
    Tensor g = group.decayed(gradients, weightDecay);
    Tensor sum = group.state().getFirst().add(g.square());
    Tensor step = g.mul(group.scalar(RATE)).div(sum.sqrt().add(epsilon));
    return new Update(parameters.sub(step), List.of(sum));
  }
}
