package dev.fathom.metric;

import java.util.List;
import java.util.SequencedMap;
import java.util.function.DoubleUnaryOperator;

/**
 * A function of a sum over a count, each a scalar of every batch: a share or a mean.
 *
 * @param name of the figure
 * @param function gives the figure from the share
 */
final class Share implements Accumulator {
  private final String name;
  private final DoubleUnaryOperator function;
  private double sum;
  private double count;

  Share(String name) {
    this(name, share -> share);
  }

  Share(String name, DoubleUnaryOperator function) {
    this.name = name;
    this.function = function;
  }

  @Override
  public void add(List<float[]> observed, int examples) {
    sum += observed.get(0)[0];
    count += observed.get(1)[0];
  }

  @Override
  public SequencedMap<String, Double> figures() {
    return Figures.of(name, function.applyAsDouble(sum / count));
  }

  @Override
  public double[] state() {
    return new double[] {sum, count};
  }

  @Override
  public void restore(double... state) {
    sum = state[0];
    count = state[1];
  }
}
