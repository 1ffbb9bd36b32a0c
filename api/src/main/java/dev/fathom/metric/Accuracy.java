package dev.fathom.metric;

import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;

/** The share of examples, or of steps, whose greatest logit is that of the right class. */
public final class Accuracy {
  private Accuracy() {}

  /**
   * {@return the number of right answers of a batch, an f32 scalar}
   *
   * @param logits {@code [batch, classes]} or {@code [batch, time, classes]}
   * @param labels {@code [batch]} or {@code [batch, time]}, i32; negative for a step that does not
   *     count
   * @param mask {@code [batch]}, f32: 1 for an example, 0 for padding
   */
  public static Tensor correct(Tensor logits, Tensor labels, Tensor mask) {
    return rows(logits, labels).mul(mask).sum();
  }

  /** {@return the number of right answers of each example, {@code [batch]}, f32} */
  public static Tensor rows(Tensor logits, Tensor labels) {
    Tensor right = logits.argMax(-1).equal(labels).cast(DType.F32);
    return labels.shape().rank() == 1 ? right : right.sum(1);
  }
}
