package dev.fathom.metric;

import dev.fathom.data.Feed;
import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * A figure that says how good a network is: a name, a direction, and an accumulator over batches.
 * Anybody may write one. A small part is computed on the device for each batch, {@link #observe};
 * the rest happens on the host, in double, in the {@link Accumulator}.
 */
public interface Metric {
  /** Which values are better. */
  enum Direction {
    /** Accuracy, for example. */
    HIGHER,
    /** An error, for example. */
    LOWER
  }

  /** {@return the name, in lower camel case: {@code accuracy}} */
  String name();

  /** {@return which values are better} */
  Direction direction();

  /**
   * {@return f32 tensors of any shape that the accumulator gets of each batch}
   *
   * @throws IllegalArgumentException if the metric is of other outputs or targets
   */
  List<Tensor> observe(Observation batch);

  /** {@return a new accumulator} */
  Accumulator accumulator();

  /** {@return the columns of a dataset that it needs beside the target; none by default} */
  default Feed columns() {
    return Feed.EMPTY;
  }

  /**
   * {@return whether it is also followed while the network learns} Then {@link #observe} must be
   * cheap, and the accumulator must have a state. False by default.
   */
  default boolean whileTraining() {
    return false;
  }
}
