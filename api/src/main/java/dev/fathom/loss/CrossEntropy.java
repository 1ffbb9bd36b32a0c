package dev.fathom.loss;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Cross-entropy of logits {@code [batch, classes]} against class numbers {@code [batch]}, i32: the
 * negative logarithm of the softmax probability of the right class (Bishop, "Pattern Recognition
 * and Machine Learning", 4.3.4).
 */
public record CrossEntropy() implements Loss {
  @Override
  public DType targetType() {
    return DType.I32;
  }

  @Override
  public Shape targetShape(Shape output) {
    if (output.rank() != 1) {
      throw new IllegalArgumentException(
          "[cross-entropy] expected a network with output [classes] but got " + output);
    }
    return Shape.SCALAR;
  }

  @Override
  public Tensor rows(Tensor output, Tensor target) {
    return output.crossEntropy(target);
  }
}
