package dev.fathom.optim;

import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * RMSProp (Tieleman and Hinton, lecture 6.5 of "Neural Networks for Machine Learning", 2012), as
 * PyTorch defines it: {@code g = gradient + weightDecay * p; v = alpha * v + (1 - alpha) * g^2; d =
 * g / (sqrt(v) + epsilon); p = p - rate * d}; with a momentum {@code b = momentum * b + d; p = p -
 * rate * b}.
 *
 * @param learningRate above 0; usually 1e-2
 * @param alpha in [0, 1); usually 0.99
 * @param epsilon above 0; usually 1e-8
 * @param momentum in [0, 1); 0 keeps no state for it
 * @param weightDecay 0 or more
 */
public record RmsProp(
    double learningRate, double alpha, double epsilon, double momentum, double weightDecay)
    implements Optimizer {
  public RmsProp {
    Optimizer.check(learningRate > 0, "rmsprop", "a learning rate above 0", learningRate);
    Optimizer.check(alpha >= 0 && alpha < 1, "rmsprop", "an alpha in [0, 1)", alpha);
    Optimizer.check(epsilon > 0, "rmsprop", "an epsilon above 0", epsilon);
    Optimizer.check(momentum >= 0 && momentum < 1, "rmsprop", "a momentum in [0, 1)", momentum);
    Optimizer.check(weightDecay >= 0, "rmsprop", "a weight decay of 0 or more", weightDecay);
  }

  @Override
  public List<String> state() {
    return momentum == 0 ? List.of("second_moment") : List.of("second_moment", "momentum");
  }

  @Override
  public Update update(Group group, Tensor gradients) {
    Tensor parameters = group.parameters();
    Tensor g = group.decayed(gradients, weightDecay);
    Tensor v = group.state().getFirst().mul(alpha).add(g.square().mul(1 - alpha));
    Tensor direction = g.div(v.sqrt().add(epsilon));
    Tensor rate = group.scalar(RATE);
    if (momentum == 0) {
      return new Update(parameters.sub(direction.mul(rate)), List.of(v));
    }
    Tensor velocity = group.state().getLast().mul(momentum).add(direction);
    return new Update(parameters.sub(velocity.mul(rate)), List.of(v, velocity));
  }
}
