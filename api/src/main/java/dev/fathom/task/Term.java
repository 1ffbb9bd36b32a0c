package dev.fathom.task;

import dev.fathom.metric.Observation;
import dev.fathom.tensor.Tensor;
import java.util.Optional;

/**
 * A loss of a batch: {@code sum(weights * rows) / sum(weights)}.
 *
 * @param rows {@code [batch]}, f32: the loss of each example
 * @param weights {@code [batch]}, f32: how much each counts, 0 for rows of padding
 * @param observation the batch as metrics see it, if they do
 */
public record Term(Tensor rows, Tensor weights, Optional<Observation> observation) {
  /** A loss that no metric follows. */
  public Term(Tensor rows, Tensor weights) {
    this(rows, weights, Optional.empty());
  }

  /** {@return the mean loss, a scalar} */
  public Tensor mean() {
    return sum().div(weights.sum());
  }

  /** {@return the weighted sum of the losses, a scalar} */
  public Tensor sum() {
    return rows.mul(weights).sum();
  }
}
