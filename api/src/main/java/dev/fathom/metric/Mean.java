package dev.fathom.metric;

/** A mean over examples, collected over batches on the host, in double; for one thread. */
public final class Mean {
  private double sum;
  private long count;

  /** Adds {@code number} examples of this mean. */
  public void add(double mean, long number) {
    sum += mean * number;
    count += number;
  }

  /** {@return the mean; NaN without examples} */
  public double value() {
    return sum / count;
  }

  /** {@return the number of examples} */
  public long count() {
    return count;
  }

  /** {@return the sum over all examples} */
  public double sum() {
    return sum;
  }

  /** Goes back to a state that {@link #sum()} and {@link #count()} gave. */
  public void restore(double newSum, long newCount) {
    sum = newSum;
    count = newCount;
  }
}
