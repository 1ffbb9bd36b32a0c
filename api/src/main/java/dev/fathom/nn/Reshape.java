package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * The values of an example in another shape: {@code [batch, ...] -> [batch, ...shape]}.
 *
 * @param shape without the batch axis
 */
public record Reshape(Shape shape) implements Layer {
  @Override
  public Shape output(Shape input) {
    Check.that(
        input.elements() == shape.elements(),
        label(),
        "an input of %d values for %s".formatted(shape.elements(), shape),
        input);
    return shape;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    return x.reshape(Shape.of(x.size(0)).concat(shape).toArray());
  }
}
