package dev.fathom.metric;

import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** Collects a metric over batches on the host. For one thread. */
public interface Accumulator {
  /**
   * Adds a batch.
   *
   * @param observed the values of the tensors of {@link Metric#observe}, row-major; not kept
   * @param examples how many rows are examples; the others are padding
   */
  void add(List<float[]> observed, int examples);

  /**
   * {@return the figures so far, by name, in the order in which they are shown} The first is the
   * metric's own where it has one; those of single classes are named {@code f1.CLASS}.
   */
  SequencedMap<String, Double> figures();

  /** {@return a table or curve that belongs to it, if there is one} */
  default Optional<Table> table() {
    return Optional.empty();
  }

  /** {@return the numbers that {@link #restore} goes back to, to be kept in a checkpoint} */
  default double[] state() {
    return new double[0];
  }

  /** Goes back to a state, {@link #state()} of a new accumulator to begin anew. */
  default void restore(double... state) {}
}
