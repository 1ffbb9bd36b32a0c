package dev.fathom.metric;

import dev.fathom.tensor.Tensor;

/** The share of examples whose greatest logit is that of the right class. */
public final class Accuracy {
  private Accuracy() {}

  /**
   * {@return the number of right answers of a batch, an f32 scalar}
   *
   * @param logits {@code [batch, classes]}
   * @param labels {@code [batch]}, i32
   * @param mask {@code [batch]}, f32: 1 for an example, 0 for padding
   */
  public static Tensor correct(Tensor logits, Tensor labels, Tensor mask) {
    return logits.argMax(-1).equal(labels).cast(mask.dtype()).mul(mask).sum();
  }
}
