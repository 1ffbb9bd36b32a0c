package dev.fathom.optim;

import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * Stochastic gradient descent with momentum, as PyTorch defines it: {@code g = gradient +
 * weightDecay * p; v = momentum * v + g; p = p - rate * v}, or with Nesterov's momentum {@code p =
 * p - rate * (g + momentum * v)} (Sutskever et al., "On the importance of initialization and
 * momentum", 2013).
 *
 * @param learningRate above 0
 * @param momentum in [0, 1); 0 keeps no state
 * @param nesterov whether to look ahead; needs a momentum
 * @param weightDecay 0 or more
 */
public record Sgd(double learningRate, double momentum, boolean nesterov, double weightDecay)
    implements Optimizer {
  public Sgd {
    Optimizer.check(learningRate > 0, "sgd", "a learning rate above 0", learningRate);
    Optimizer.check(momentum >= 0 && momentum < 1, "sgd", "a momentum in [0, 1)", momentum);
    Optimizer.check(!nesterov || momentum > 0, "sgd", "a momentum for nesterov", momentum);
    Optimizer.check(weightDecay >= 0, "sgd", "a weight decay of 0 or more", weightDecay);
  }

  @Override
  public List<String> state() {
    return momentum == 0 ? List.of() : List.of("momentum");
  }

  @Override
  public Update update(Group group, Tensor gradients) {
    Tensor rate = group.scalar(RATE);
    Tensor parameters = group.parameters();
    Tensor g = group.decayed(gradients, weightDecay);
    if (momentum == 0) {
      return new Update(parameters.sub(g.mul(rate)), List.of());
    }
    Tensor velocity = group.state().getFirst().mul(momentum).add(g);
    Tensor direction = nesterov ? g.add(velocity.mul(momentum)) : velocity;
    return new Update(parameters.sub(direction.mul(rate)), List.of(velocity));
  }
}
