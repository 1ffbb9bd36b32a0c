package dev.fathom.metric;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * How good a network is on a dataset.
 *
 * @param examples how many it was measured on
 * @param figures by name, in the order in which they are shown; {@value #LOSS} is the first
 * @param tables that belong to them
 */
public record Evaluation(long examples, SequencedMap<String, Double> figures, List<Table> tables) {
  /** The name of the mean loss over the examples, or over all their steps that count. */
  public static final String LOSS = "loss";

  public Evaluation {
    figures = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(figures));
    tables = List.copyOf(tables);
  }

  /** {@return the mean loss} */
  public double loss() {
    return figure(LOSS);
  }

  /**
   * {@return a figure by its name}
   *
   * @throws IllegalArgumentException if there is none, naming those there are
   */
  public double figure(String name) {
    Double value = figures.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "[evaluation] expected a figure of %s but got '%s'".formatted(figures.keySet(), name));
    }
    return value;
  }

  /** {@return the share of right answers} */
  public double accuracy() {
    return figure("accuracy");
  }
}
