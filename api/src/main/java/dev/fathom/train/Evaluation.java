package dev.fathom.train;

import dev.fathom.metric.ConfusionMatrix;
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
 * @param confusion where classes are learned
 * @param labels the names of the classes
 */
public record Evaluation(
    long examples, double loss, Optional<ConfusionMatrix> confusion, List<String> labels) {
  public Evaluation {
    labels = List.copyOf(labels);
  }

  /** {@return F1 of each class that there is, by its name, where classes are learned} */
  public SequencedMap<String, Double> f1() {
    SequencedMap<String, Double> all = new LinkedHashMap<>();
    for (int label = 0; confusion.isPresent() && label < labels.size(); label++) {
      double f1 = confusion.get().f1(label);
      if (!Double.isNaN(f1)) {
        all.put(labels.get(label), f1);
      }
    }
    return all;
  }

  /** {@return the share of right answers, where classes are learned} */
  public OptionalDouble accuracy() {
    return confusion.isPresent()
        ? OptionalDouble.of(confusion.get().accuracy())
        : OptionalDouble.empty();
  }
}
