package dev.fathom.train;

import dev.fathom.metric.ConfusionMatrix;
import dev.fathom.metric.ForecastError;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How good a network is on a dataset.
 *
 * @param examples how many it was measured on
 * @param loss mean over the examples, or over all their steps that count
 * @param confusion where classes are learned
 * @param forecast where a time series is forecast, beside the seasonal-naive forecast
 */
public record Evaluation(
    long examples,
    double loss,
    Optional<ConfusionMatrix> confusion,
    Optional<ForecastError> forecast) {
  /** {@return the share of right answers, where classes are learned} */
  public OptionalDouble accuracy() {
    return confusion.isPresent()
        ? OptionalDouble.of(confusion.get().accuracy())
        : OptionalDouble.empty();
  }
}
