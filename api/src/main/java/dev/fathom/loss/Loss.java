package dev.fathom.loss;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A loss: how wrong an output is for its target, a number for each example that training makes
 * small. Anybody may write one. It builds a graph and has no state.
 */
public interface Loss {

  /** {@return the type of the targets} By default they are numbers, f32. */
  default DType targetType() {
    return DType.F32;
  }

  /**
   * {@return the shape of one example's target} By default that of the output.
   *
   * @param output the shape of the network's output, without the batch axis
   * @throws IllegalArgumentException if the loss does not take outputs of this shape
   */
  default Shape targetShape(Shape output) {
    return output;
  }

  /**
   * {@return how many classes there are, where targets are integers: they are 0 to one less} By
   * default each value along the output's last axis is the logit of one.
   *
   * @param output the shape of the network's output, without the batch axis
   */
  default long classes(Shape output) {
    return output.size(-1);
  }

  /**
   * {@return the loss of each example, {@code [batch]}}
   *
   * @param output {@code [batch, ...output]}
   * @param target {@code [batch, ...targetShape]}
   */
  Tensor rows(Tensor output, Tensor target);

  /**
   * {@return what an output says of the target, in the target's numbers} By default the output
   * itself; of logits the probability.
   */
  default Tensor prediction(Tensor output) {
    return output;
  }

  /**
   * {@return the quantiles of a number that a network learns to give, side by side, rising; 0.5
   * alone, the default, if it learns one number}
   */
  default List<Double> quantiles() {
    return List.of(0.5);
  }

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

  /** {@return the mean over the elements of each example: {@code [batch, ...] -> [batch]}} */
  static Tensor meanOfExamples(Tensor each) {
    int rank = each.shape().rank();
    return rank == 1 ? each : each.mean(IntStream.range(1, rank).toArray());
  }
}
