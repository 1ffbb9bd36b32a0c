package dev.fathom.metric;

/** A mean over examples, collected over batches on the host, in double; for one thread. */
public final class Mean {
  private double sum;
  private double count;

  /** Adds {@code number} examples of this mean; where they count differently, their weights. */
  public void add(double mean, double number) {
    sum += mean * number;
    count += number;
  }

  /** {@return the mean; NaN without examples} */
  public double value() {
    return sum / count;
  }

  /** {@return the number of examples, or the sum of their weights} */
  public double count() {
    return count;
  }

  /** {@return the sum over all examples} */
  public double sum() {
    return sum;
  }

  /** Goes back to a state that {@link #sum()} and {@link #count()} gave. */
  public void restore(double newSum, double newCount) {
    sum = newSum;
    count = newCount;
  }
}
