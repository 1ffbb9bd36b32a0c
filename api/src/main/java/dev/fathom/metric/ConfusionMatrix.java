package dev.fathom.metric;

/**
 * How often examples of each class were taken for each class. Collected over batches on the host;
 * for one thread.
 */
public final class ConfusionMatrix {
  private final int classes;
  private final long[] counts;

  /**
   * @param classes 1 or more
   */
  public ConfusionMatrix(int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException(
          "[confusion-matrix] expected 1 class or more but got " + classes);
    }
    this.classes = classes;
    this.counts = new long[Math.multiplyExact(classes, classes)];
  }

  /**
   * Adds the first {@code count} examples of a batch.
   *
   * @throws IllegalArgumentException if a class is out of range
   */
  public void add(int[] labels, int[] predictions, int count) {
    for (int i = 0; i < count; i++) {
      if (labels[i] < 0
          || labels[i] >= classes
          || predictions[i] < 0
          || predictions[i] >= classes) {
        throw new IllegalArgumentException(
            "[confusion-matrix] expected classes 0 to %d but got label %d, prediction %d"
                .formatted(classes - 1, labels[i], predictions[i]));
      }
      counts[labels[i] * classes + predictions[i]]++;
    }
  }

  /** {@return how many examples of class {@code label} were taken for {@code prediction}} */
  public long count(int label, int prediction) {
    return counts[label * classes + prediction];
  }

  /** {@return the number of classes} */
  public int classes() {
    return classes;
  }

  /** {@return the number of examples} */
  public long total() {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }

  /** {@return the number of examples that were predicted right} */
  public long correct() {
    long correct = 0;
    for (int i = 0; i < classes; i++) {
      correct += count(i, i);
    }
    return correct;
  }

  /** {@return the share of examples that were predicted right; NaN without examples} */
  public double accuracy() {
    return (double) correct() / total();
  }

  /**
   * {@return the share of the examples predicted as {@code label} that belong to it; NaN if there
   * are none}
   */
  public double precision(int label) {
    long taken = 0;
    for (int i = 0; i < classes; i++) {
      taken += count(i, label);
    }
    return (double) count(label, label) / taken;
  }

  /**
   * {@return the harmonic mean of {@link #precision} and {@link #recall}, F1 (van Rijsbergen,
   * "Information Retrieval", 1979)} NaN if nothing is {@code label} and nothing was taken for it.
   */
  public double f1(int label) {
    long there = 0;
    long taken = 0;
    for (int i = 0; i < classes; i++) {
      there += count(label, i);
      taken += count(i, label);
    }
    return 2.0 * count(label, label) / (there + taken);
  }

  /**
   * {@return the share of {@code label}'s examples that were predicted as it; NaN if there are
   * none}
   */
  public double recall(int label) {
    long there = 0;
    for (int i = 0; i < classes; i++) {
      there += count(label, i);
    }
    return (double) count(label, label) / there;
  }
}
