package dev.fathom.metric;

import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.SequencedMap;

/**
 * How far numbers are from what came, in the target's units; of quantiles the median counts. Over
 * the numbers of an example and the examples.
 *
 * @param kind which figure
 * @param target with its units
 */
public record NumberError(Kind kind, Target target) implements Metric {
  /** Which figure. */
  public enum Kind {
    /** The mean of the absolute differences. */
    MEAN_ABSOLUTE("meanAbsoluteError", Direction.LOWER),
    /** The square root of the mean of the squared differences. */
    ROOT_MEAN_SQUARED("rootMeanSquaredError", Direction.LOWER),
    /**
     * The coefficient of determination: 1 less the squared differences over those from the mean of
     * what came; of several numbers an example, the mean of theirs. As scikit-learn has it, of a
     * number that never changes it is 1 if all are right and otherwise 0; NaN below 2 examples.
     */
    R2("r2", Direction.HIGHER);

    private final String label;
    private final Direction direction;

    Kind(String label, Direction direction) {
      this.label = label;
      this.direction = direction;
    }

    /** {@return the name of the metric} */
    public String label() {
      return label;
    }
  }

  @Override
  public String name() {
    return kind.label();
  }

  @Override
  public Direction direction() {
    return kind.direction;
  }

  @Override
  public List<Tensor> observe(Observation batch) {
    long numbers = batch.target().shape().elements();
    if (batch.output().shape().elements() != numbers * target.quantiles().size()) {
      throw new IllegalArgumentException(
          "[%s] expected an output for each number of the target but got %s and %s"
              .formatted(name(), batch.output().shape(), batch.target().shape()));
    }
    return List.of(batch.output(), batch.target(), batch.mask());
  }

  @Override
  public Accumulator accumulator() {
    return new Sums();
  }

  private final class Sums implements Accumulator {
    private long count;
    private double absolute;

    /** By the number's place in an example, for R2. */
    private double[] squares = new double[0];

    private double[] means = new double[0];
    private double[] spreads = new double[0];

    @Override
    public void add(List<float[]> observed, int examples) {
      double[] outputs = target.inUnits(observed.get(0));
      double[] truth = target.inUnits(observed.get(1));
      int rows = observed.get(2).length;
      int width = truth.length / Math.max(1, rows);
      int quantiles = target.quantiles().size();
      if (squares.length == 0) {
        squares = new double[width];
        means = new double[width];
        spreads = new double[width];
      }
      target.sortQuantiles(outputs);
      for (int row = 0; row < examples; row++) {
        count++;
        for (int i = 0; i < width; i++) {
          int at = row * width + i;
          double came = truth[at];
          double error = outputs[at * quantiles + target.median()] - came;
          absolute += Math.abs(error) / width;
          squares[i] += error * error;
          // Welford's recurrence: the spread of numbers far from 0 stays exact.
          double before = came - means[i];
          means[i] += before / count;
          spreads[i] += before * (came - means[i]);
        }
      }
    }

    @Override
    public SequencedMap<String, Double> figures() {
      double total = 0;
      double explained = 0;
      for (int i = 0; i < squares.length; i++) {
        total += squares[i] / squares.length;
        explained += explained(i) / squares.length;
      }
      return Figures.of(
          name(),
          switch (kind) {
            case MEAN_ABSOLUTE -> absolute / count;
            case ROOT_MEAN_SQUARED -> Math.sqrt(total / count);
            case R2 -> count < 2 ? Double.NaN : explained;
          });
    }

    private double explained(int i) {
      return spreads[i] == 0 && squares[i] >= 0
          ? squares[i] == 0 ? 1 : 0
          : 1 - squares[i] / spreads[i];
    }
  }
}
