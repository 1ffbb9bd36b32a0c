package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/** All axes of an example joined into one: {@code [batch, ...] -> [batch, features]}. */
public record Flatten() implements Layer {
  @Override
  public Shape output(Shape input) {
    return Shape.of(input.elements());
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    return x.reshape(x.size(0), x.shape().slice(1, x.shape().rank()).elements());
  }
}
