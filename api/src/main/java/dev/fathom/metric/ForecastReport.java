package dev.fathom.metric;

import dev.fathom.data.Feed;
import dev.fathom.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * How far forecasts are from what came, beside the seasonal-naive forecast, in the target's units:
 * {@code meanAbsoluteError}, {@code seasonalNaiveError} and, of quantiles, {@code coverage}, the
 * share between the lowest and the highest.
 *
 * @param target with its units and quantiles
 * @param naive the dataset's column with the seasonal-naive forecast
 */
public record ForecastReport(Target target, String naive) implements Metric {
  /** The name of the mean absolute error of the medians. */
  public static final String ERROR = "meanAbsoluteError";

  /** The name of the mean absolute error of the seasonal-naive forecast. */
  public static final String NAIVE_ERROR = "seasonalNaiveError";

  /** The name of the share between the lowest and highest quantile. */
  public static final String COVERAGE = "coverage";

  @Override
  public String name() {
    return ERROR;
  }

  @Override
  public Direction direction() {
    return Direction.LOWER;
  }

  @Override
  public Feed columns() {
    return Feed.EMPTY.floats(naive, target.normalisation());
  }

  @Override
  public List<Tensor> observe(Observation batch) {
    return List.of(batch.output(), batch.target(), batch.columns().get(naive), batch.mask());
  }

  @Override
  public Accumulator accumulator() {
    return new Errors();
  }

  private final class Errors implements Accumulator {
    private final ForecastError error =
        new ForecastError(target.quantiles().size(), target.median());

    @Override
    public void add(List<float[]> observed, int examples) {
      double[] outputs = target.inUnits(observed.get(0));
      double[] truth = target.inUnits(observed.get(1));
      double[] references = target.inUnits(observed.get(2));
      target.sortQuantiles(outputs);
      int rows = observed.get(3).length;
      error.add(outputs, truth, references, truth.length / rows * examples);
    }

    @Override
    public SequencedMap<String, Double> figures() {
      SequencedMap<String, Double> figures = new LinkedHashMap<>();
      figures.put(ERROR, error.meanAbsolute());
      figures.put(NAIVE_ERROR, error.referenceMeanAbsolute());
      error.coverage().ifPresent(share -> figures.put(COVERAGE, share));
      return figures;
    }
  }
}
