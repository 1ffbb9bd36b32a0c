package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * The Euclidean distances of the first of some vectors to each of the others: {@code [batch,
 * vectors, features] -> [batch, vectors - 1]}. Layers that treat each step by itself, such as
 * {@link Dense}, make the vectors, all with the same weights. No parameters.
 */
public record Distance() implements Layer {
  /** Keeps the slope of the root finite where two vectors are the same. */
  private static final double LEAST = 1e-12;

  @Override
  public Takes takes() {
    return Takes.SEQUENCE;
  }

  @Override
  public Shape output(Shape input) {
    Check.that(
        input.rank() == 2 && input.size(0) >= 2,
        label(),
        "an input [vectors, features] of 2 vectors or more",
        input);
    return Shape.of(input.size(0) - 1);
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Tensor difference = x.slice(1, 1, x.size(1)).sub(x.slice(1, 0, 1));
    return difference.square().sum(2).add(LEAST).sqrt();
  }
}
