package dev.fathom.task;

import dev.fathom.data.Dataset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * A guess that looks at no input, to be compared with a network that does: the dummy estimators of
 * scikit-learn.
 *
 * @param guess what it says, for people
 * @param figures of the task's metrics, by name
 */
public record Baseline(String guess, SequencedMap<String, Double> figures) {
  public Baseline {
    figures = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(figures));
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
