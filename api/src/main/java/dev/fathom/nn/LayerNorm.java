package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Layer normalisation (Ba, Kiros and Hinton, 2016) along the last axis: {@code [batch, ...,
 * features] -> [batch, ..., features]}, {@code y = weight * (x - mean) / sqrt(variance + epsilon) +
 * bias}. Parameters {@code weight}, {@code bias}, both {@code [features]}.
 *
 * @param epsilon added to the variance; usually 1e-5
 * @param bias whether there is a bias; it starts at zero
 */
public record LayerNorm(double epsilon, boolean bias) implements Layer {
  /** Epsilon 1e-5, with bias. */
  public LayerNorm() {
    this(1e-5, true);
  }

  public LayerNorm {
    Check.that(epsilon > 0, "layernorm", "an epsilon above 0", epsilon);
  }

  @Override
  public boolean stepwise() {
    return true;
  }

  @Override
  public Shape output(Shape input) {
    Check.that(input.rank() >= 1, label(), "an input [..., features]", input);
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Shape features = Shape.of(x.size(-1));
    Tensor weight = context.parameter("weight", features, Initializer.ONES);
    return x.layerNorm(
        weight, bias ? context.parameter("bias", features, Initializer.ZEROS) : null, epsilon);
  }
}
