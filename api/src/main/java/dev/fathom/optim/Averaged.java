package dev.fathom.optim;

import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An optimiser with an exponential moving average of the parameters (Polyak and Juditsky, 1992).
 * The average is evaluated and kept as the model's weights: {@code average = d * average + (1 - d)
 * * p}. The average starts at the first parameters, and forgets them soon: in step t {@code d} is
 * {@code min(decay, (1 + t) / (10 + t))}.
 *
 * @param optimizer that changes the parameters
 * @param decay in (0, 1); usually 0.999
 */
public record Averaged(Optimizer optimizer, double decay) implements Optimizer {
  private static final String AVERAGE = "average";
  private static final String SHARE = "average_share";

  public Averaged {
    Optimizer.check(decay > 0 && decay < 1, "averaged", "a decay in (0, 1)", decay);
  }

  @Override
  public double learningRate() {
    return optimizer.learningRate();
  }

  @Override
  public List<String> state() {
    List<String> all = new ArrayList<>(optimizer.state());
    all.add(AVERAGE);
    return all;
  }

  @Override
  public Optional<String> average() {
    return Optional.of(AVERAGE);
  }

  @Override
  public Optimizer rated(List<Double> factors) {
    return new Averaged(optimizer.rated(factors), decay);
  }

  @Override
  public Update update(Group group, Tensor gradients) {
    List<Tensor> own = group.state().subList(0, group.state().size() - 1);
    Update next = optimizer.update(group.with(optimizer, own), gradients);
    Tensor average = group.state().getLast();
    Tensor way = next.parameters().sub(average).mul(group.scalar(SHARE));
    List<Tensor> all = new ArrayList<>(next.state());
    all.add(average.add(way));
    return new Update(next.parameters(), all);
  }

  @Override
  public void scalars(double rate, long step, ScalarSink sink) {
    optimizer.scalars(rate, step, sink);
    sink.setDouble(SHARE, 1 - Math.min(decay, (1.0 + step) / (10.0 + step)));
  }
}
