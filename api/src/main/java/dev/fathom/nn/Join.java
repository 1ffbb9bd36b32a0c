package dev.fathom.nn;

import dev.fathom.graph.Ops;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.function.BinaryOperator;

/**
 * Joins two or more inputs element by element; sizes of 1 are repeated, as NumPy does: {@code
 * [batch, ...], [batch, ...] -> [batch, ...]}. No parameters.
 */
public enum Join implements Block {
  /** The sum. */
  ADD(Tensor::add),
  /** The product. */
  MULTIPLY(Tensor::mul),
  /** The mean. */
  AVERAGE(Tensor::add),
  /** The sum of the products along the last axis, which becomes 1: {@code [..., n] -> [..., 1]}. */
  DOT(Tensor::mul);

  private final BinaryOperator<Tensor> function;

  Join(BinaryOperator<Tensor> function) {
    this.function = function;
  }

  @Override
  public boolean stepwise() {
    return true;
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Check.that(inputs.size() >= 2, label(), "2 inputs or more", inputs.size() + ": " + inputs);
    Shape shape = inputs.getFirst();
    for (Shape input : inputs) {
      Check.that(
          input.rank() == shape.rank() && (this != DOT || input.rank() >= 1),
          label(),
          "inputs of one rank" + (this == DOT ? " of 1 or more" : ""),
          inputs);
      try {
        shape = Ops.broadcastShape(label(), shape, input);
      } catch (IllegalArgumentException e) {
        throw Check.failure(label(), "inputs of one shape, or sizes of 1", inputs);
      }
    }
    return List.of(this == DOT ? shape.slice(0, shape.rank() - 1).concat(Shape.of(1)) : shape);
  }

  @Override
  public List<Tensor> apply(Context context, List<Tensor> inputs) {
    Tensor joined = inputs.stream().reduce(function).orElseThrow();
    return List.of(
        switch (this) {
          case ADD, MULTIPLY -> joined;
          case AVERAGE -> joined.mul(1.0 / inputs.size());
          case DOT -> joined.sum(-1).unsqueeze(-1);
        });
  }

  @Override
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
