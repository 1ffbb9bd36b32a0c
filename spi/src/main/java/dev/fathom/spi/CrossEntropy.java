package dev.fathom.spi;

import java.util.List;

/**
 * Cross-entropy of each row against a class index: {@code loss[r] = logSumExp[r] - logits[r,
 * labels[r]]}. A label outside {@code 0 .. classes - 1} gives a loss of {@code logSumExp[r]}.
 *
 * @param logits {@code [rows, classes]}, floating
 * @param labels {@code [rows]}, i32
 * @param loss {@code [rows]}
 * @param logSumExp {@code [rows]}, saved for the gradient
 */
public record CrossEntropy(View logits, View labels, View loss, View logSumExp)
    implements KernelSpec {
  /** C1: shapes agree. C2: floating logits, i32 labels. */
  public CrossEntropy {
    check("cross-entropy", logits, labels, loss, logSumExp);
  }

  static void check(String name, View logits, View labels, View rows, View logSumExp) {
    Check.that(
        logits.rank() == 2
            && labels.shape().equals(Shape.of(logits.size(0)))
            && rows.shape().equals(labels.shape())
            && logSumExp.shape().equals(labels.shape()),
        name,
        "C1",
        "logits [rows, classes] and vectors [rows]",
        logits + ", " + labels + ", " + rows + ", " + logSumExp);
    Check.that(
        logits.dtype().isFloating()
            && labels.dtype() == DType.I32
            && rows.dtype() == logits.dtype()
            && logSumExp.dtype() == logits.dtype(),
        name,
        "C2",
        "floating logits and i32 labels",
        logits + ", " + labels);
  }

  @Override
  public List<View> inputs() {
    return List.of(logits, labels);
  }

  @Override
  public List<View> outputs() {
    return List.of(loss, logSumExp);
  }
}
