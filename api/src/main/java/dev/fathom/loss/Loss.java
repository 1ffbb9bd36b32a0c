package dev.fathom.loss;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/** What a training makes small. */
public sealed interface Loss permits CrossEntropy, MeanSquaredError, QuantileLoss {

  /** {@return the type of the targets} */
  DType targetType();

  /**
   * {@return the shape of one example's target}
   *
   * @param output the shape of the network's output, without the batch axis
   * @throws IllegalArgumentException if the loss does not take outputs of this shape
   */
  Shape targetShape(Shape output);

  /**
   * {@return the loss of each example, {@code [batch]}}
   *
   * @param output {@code [batch, ...output]}
   * @param target {@code [batch, ...targetShape]}
   */
  Tensor rows(Tensor output, Tensor target);

  /**
   * {@return how much each example counts in a mean, {@code [batch]}: the mask, unless examples are
   * of different lengths}
   *
   * @param mask {@code [batch]}: 0 for rows that are padding, 1 for the others
   */
  default Tensor weights(Tensor target, Tensor mask) {
    return mask;
  }

  /**
   * {@return the mean over the examples, a scalar: {@code sum(weights * rows) / sum(weights)}}
   *
   * @param mask {@code [batch]}: 0 for rows that are padding, 1 for the others; or any weights
   */
  default Tensor mean(Tensor output, Tensor target, Tensor mask) {
    Tensor weights = weights(target, mask);
    return rows(output, target).mul(weights).sum().div(weights.sum());
  }
}
