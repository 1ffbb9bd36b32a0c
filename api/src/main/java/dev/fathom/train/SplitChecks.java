package dev.fathom.train;

import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.data.Split;
import dev.fathom.json.SpecException;
import dev.fathom.spec.DataSpec;
import dev.fathom.spec.RowChecks;
import java.util.Arrays;
import java.util.Optional;

/** Refuses examples that a training cannot learn from, hold back or test on, with the numbers. */
final class SplitChecks {
  private SplitChecks() {}

  /** Checks that there are examples to learn from and, where a test is asked for, to test on. */
  static void rows(DataSpec data, Dataset train, Optional<Dataset> test) {
    if (train.size() == 0) {
      throw new SpecException(
          "/data", "expected examples to learn from but '%s' has none".formatted(train.name()));
    }
    if (test.isPresent() && test.get().size() == 0) {
      throw new SpecException(
          "/data/" + data.source().testKey(),
          "expected examples to test on but '%s' has none".formatted(test.get().name()));
    }
  }

  /** Checks that a split at random holds back what was asked for. */
  static void random(double share, Split split) {
    int rows = split.train().size() + split.validation().size();
    RowChecks.share("/training/validation", share, split.validation().size(), rows, rows);
  }

  /** Checks that there are two classes to learn, and that the share was a row or more. */
  static void classes(Column target, double share, Split split) {
    if (!target.isClass()) {
      random(share, split);
      return;
    }
    int[] learned = count(split.train(), target);
    int rows = split.train().size();
    int largest = Arrays.stream(learned).max().orElse(0);
    if (largest == rows) {
      int only = 0;
      while (learned[only] == 0) {
        only++;
      }
      throw new SpecException(
          "/data/target",
          "expected examples of two classes or more to learn from but all %d are '%s'"
              .formatted(rows, target.labels().get(only)));
    }
    int held = split.validation().size();
    RowChecks.share("/training/validation", share, held, rows + held, largest);
  }

  /** {@return how many examples of each class there are} */
  static int[] count(Dataset examples, Column target) {
    int column = examples.column(target.name());
    int[] counts = new int[target.classes()];
    int[] number = new int[1];
    for (int row = 0; row < examples.size(); row++) {
      examples.read(column, row, number, 0);
      counts[number[0]]++;
    }
    return counts;
  }
}
