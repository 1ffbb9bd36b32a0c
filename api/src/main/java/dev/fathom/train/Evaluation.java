package dev.fathom.train;

import dev.fathom.metric.ConfusionMatrix;
import dev.fathom.metric.ForecastError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/**
 * How good a network is on a dataset.
 *
 * @param examples how many it was measured on
 * @param loss mean over the examples, or over all their steps that count
 * @param accuracy the share of right answers, of examples or of steps, where classes are learned
 * @param confusion where an example has one class
 * @param forecast where a time series is forecast, beside the seasonal-naive forecast
 */
public record Evaluation(
    long examples,
    double loss,
    OptionalDouble accuracy,
    Optional<ConfusionMatrix> confusion,
    Optional<ForecastError> forecast) {
  /**
   * {@return F1 of each class that there is, by its name, where an example has one class}
   *
   * @param labels the names of the classes
   */
  public SequencedMap<String, Double> f1(List<String> labels) {
    SequencedMap<String, Double> all = new LinkedHashMap<>();
    for (int label = 0; confusion.isPresent() && label < labels.size(); label++) {
      double f1 = confusion.get().f1(label);
      if (!Double.isNaN(f1)) {
        all.put(labels.get(label), f1);
      }
    }
    return all;
  }
}
