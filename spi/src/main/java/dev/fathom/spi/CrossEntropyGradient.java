package dev.fathom.spi;

import java.util.List;

/**
 * Gradient of {@link CrossEntropy}: {@code dLogits[r, c] = dLoss[r] * (exp(logits[r, c] -
 * logSumExp[r]) - (labels[r] == c ? 1 : 0))}.
 *
 * @param logits {@code [rows, classes]}
 * @param labels {@code [rows]}, i32
 * @param logSumExp {@code [rows]}, as the forward pass gave it
 * @param dLoss {@code [rows]}
 * @param dLogits {@code [rows, classes]}
 */
public record CrossEntropyGradient(
    View logits, View labels, View logSumExp, View dLoss, View dLogits) implements KernelSpec {
  /**
   * C1, C2: as {@link CrossEntropy}. C3: the gradient is laid out for the logits' shape and type.
   */
  public CrossEntropyGradient {
    CrossEntropy.check("cross-entropy-gradient", logits, labels, dLoss, logSumExp);
    Check.that(
        dLogits.shape().equals(logits.shape()) && dLogits.dtype() == logits.dtype(),
        "cross-entropy-gradient",
        "C3",
        "a gradient like " + logits,
        dLogits);
  }

  @Override
  public List<View> inputs() {
    return List.of(logits, labels, logSumExp, dLoss);
  }

  @Override
  public List<View> outputs() {
    return List.of(dLogits);
  }
}
