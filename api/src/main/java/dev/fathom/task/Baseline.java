package dev.fathom.task;

import dev.fathom.data.Dataset;
import dev.fathom.metric.Evaluation;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A guess that looks at no input, to be compared with a network that does: the dummy estimators of
 * scikit-learn.
 *
 * @param guess what it says, for people
 * @param figures of the task's metrics, by name
 * @param errors of the guess, by the names of figures that are the less the better: a network that
 *     learned anything has not many times as much
 */
public record Baseline(
    String guess, SequencedMap<String, Double> figures, SequencedMap<String, Double> errors) {
  /** A network that is so many times worse than a guess has learned nothing: it has diverged. */
  private static final double FAR = 100;

  public Baseline {
    figures = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(figures));
    errors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(errors));
  }

  /** {@return what to say of a network that is far worse than this guess; empty if it is not} */
  public Optional<String> warning(Evaluation network) {
    return errors.entrySet().stream()
        .filter(error -> network.figures().containsKey(error.getKey()))
        .filter(error -> !(network.figure(error.getKey()) <= FAR * error.getValue()))
        .filter(error -> error.getValue() > 0)
        .findFirst()
        .map(
            error ->
                String.format(
                    Locale.ROOT,
                    "this model is far worse than a guess, %s: %s %.4g instead of %.4g; a smaller"
                        + " learning rate may do",
                    guess,
                    error.getKey(),
                    network.figure(error.getKey()),
                    error.getValue()));
  }

  /** {@return the numbers of a column, {@code [examples, width]}, row-major} */
  static double[] values(Dataset dataset, String column) {
    int index = dataset.column(column);
    int width = (int) dataset.columns().get(index).shape().elements();
    double[] values = new double[Math.multiplyExact(dataset.size(), width)];
    for (int row = 0; row < dataset.size(); row++) {
      dataset.read(index, row, values, row * width);
    }
    return values;
  }
}
