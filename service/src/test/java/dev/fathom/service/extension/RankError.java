package dev.fathom.service.extension;

import dev.fathom.metric.Accumulator;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Observation;
import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** By how many ranks an answer is off, the mean. */
record RankError() implements Metric {

  static final String NAME = "rankError";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Direction direction() {
    return Direction.LOWER;
  }

  @Override
  public boolean whileTraining() {
    return true;
  }

  @Override
  public List<Tensor> observe(Observation batch) {
    Tensor off = Cumulative.rank(batch.output()).sub(batch.target().cast(DType.F32)).abs();
    return List.of(off.mul(batch.mask()).sum(), batch.mask().sum());
  }

  @Override
  public Accumulator accumulator() {
    return new Accumulator() {
      private double sum;
      private double count;

      @Override
      public void add(List<float[]> observed, int examples) {
        sum += observed.get(0)[0];
        count += observed.get(1)[0];
      }

      @Override
      public SequencedMap<String, Double> figures() {
        return new LinkedHashMap<>(Map.of(NAME, sum / count));
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
    };
  }
}
