package dev.fathom.metric;

import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.SequencedMap;

/**
 * The mean over the examples of a number that a task computes for each, {@code [batch]}.
 *
 * @param name of the metric, and of the values in {@link Observation#columns}
 * @param direction which values are better
 */
public record MeanOf(String name, Direction direction) implements Metric {
  @Override
  public List<Tensor> observe(Observation batch) {
    return List.of(batch.column(name));
  }

  @Override
  public boolean whileTraining() {
    return true;
  }

  @Override
  public Accumulator accumulator() {
    Mean mean = new Mean();
    return new Accumulator() {
      @Override
      public void add(List<float[]> observed, int examples) {
        for (int i = 0; i < examples; i++) {
          mean.add(observed.getFirst()[i], 1);
        }
      }

      @Override
      public SequencedMap<String, Double> figures() {
        return Figures.of(name, mean.value());
      }

      @Override
      public double[] state() {
        return new double[] {mean.sum(), mean.count()};
      }

      @Override
      public void restore(double... state) {
        mean.restore(state[0], state[1]);
      }
    };
  }
}
