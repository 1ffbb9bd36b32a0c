package dev.fathom.metric;

import dev.fathom.data.Feed;
import dev.fathom.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A metric of values that a task computes, instead of its outputs and target. A figure that these
 * do not have, as where none of the examples is an anomaly, is left out.
 *
 * @param metric of these values
 * @param output the name of what counts as the output, see {@link Observation#columns}
 * @param target the name of what counts as the target
 */
public record Seen(Metric metric, String output, String target) implements Metric {
  @Override
  public String name() {
    return metric.name();
  }

  @Override
  public Direction direction() {
    return metric.direction();
  }

  @Override
  public List<Tensor> observe(Observation batch) {
    return metric.observe(
        new Observation(batch.column(output), batch.column(target), batch.mask()));
  }

  @Override
  public Accumulator accumulator() {
    Accumulator inner = metric.accumulator();
    return new Accumulator() {
      @Override
      public void add(List<float[]> observed, int examples) {
        inner.add(observed, examples);
      }

      @Override
      public SequencedMap<String, Double> figures() {
        SequencedMap<String, Double> figures = new LinkedHashMap<>(inner.figures());
        figures.values().removeIf(value -> Double.isNaN(value));
        return figures;
      }
    };
  }

  @Override
  public Feed columns() {
    return metric.columns();
  }
}
