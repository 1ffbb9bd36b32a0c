package dev.fathom.service.extension;

import java.util.Locale;
import java.util.Random;

/** Examples whose rank grows with the sum of two columns. */
public final class Grades {

  private Grades() {}

  /** {@return a table with a header} */
  public static String csv(int rows, long seed) {
    var random = new Random(seed);
    var text = new StringBuilder("work,talent,grade\n");
    for (int row = 0; row < rows; row++) {
      double work = random.nextDouble();
      double talent = random.nextDouble();
      char grade = "abcd".charAt((int) (2 * (work + talent)));
      text.append(String.format(Locale.ROOT, "%.4f,%.4f,%c%n", work, talent, grade));
    }
    return text.toString();
  }

  /**
   * {@return a spec that learns it}
   *
   * @param dataset the key {@code "dataset"} with its value and a comma; nothing for files beside
   */
  public static String spec(String dataset) {
    return """
    {"name": "grades", "task": "ordinal",
     "data": {%s "format": "csv", "train": "train.csv", "test": "test.csv", "target": "grade"},
     "model": [{"type": "dense", "units": 16, "activation": "tanh"}, {"type": "dense", "units": 3}],
     "training": {"epochs": 20, "batchSize": 16, "validation": 0.1,
                  "optimizer": {"type": "adam", "learningRate": 0.02}}}
    """
        .formatted(dataset);
  }
}
