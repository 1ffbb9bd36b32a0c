package dev.fathom.optim;

import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An optimiser whose learning rate differs from tensor to tensor: {@code p = p + factor * (q - p)},
 * where the optimiser gives {@code q}.
 *
 * @param optimizer that changes the parameters
 * @param factors of the learning rate, one for each tensor; 0 for those that stay as they are
 */
record Rated(Optimizer optimizer, List<Double> factors) implements Optimizer {
  Rated {
    factors = List.copyOf(factors);
  }

  @Override
  public double learningRate() {
    return optimizer.learningRate();
  }

  @Override
  public List<String> state() {
    return optimizer.state();
  }

  @Override
  public Update update(Group group, Tensor gradients) {
    Update next = optimizer.update(group.with(optimizer, group.state()), gradients);
    Tensor[] parts =
        IntStream.range(0, factors.size())
            .mapToObj(i -> Tensor.full(factors.get(i), DType.F32, group.shapes().get(i).elements()))
            .toArray(Tensor[]::new);
    Tensor p = group.parameters();
    Tensor way = next.parameters().sub(p).mul(Tensor.concat(0, parts));
    return new Update(p.add(way), next.state());
  }

  @Override
  public void scalars(double rate, long step, ScalarSink sink) {
    optimizer.scalars(rate, step, sink);
  }
}
