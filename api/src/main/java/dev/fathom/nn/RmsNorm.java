package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Root mean square normalisation (Zhang and Sennrich, 2019) along the last axis: {@code [batch,
 * ..., features] -> [batch, ..., features]}, {@code y = weight * x / sqrt(mean(x^2) + epsilon)}.
 * Parameter {@code weight [features]}.
 *
 * @param epsilon added to the mean of the squares; usually 1e-5
 */
public record RmsNorm(double epsilon) implements Layer {
  /** Epsilon 1e-5. */
  public RmsNorm() {
    this(1e-5);
  }

  public RmsNorm {
    Check.that(epsilon > 0, "rmsnorm", "an epsilon above 0", epsilon);
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
    return x.rmsNorm(context.parameter("weight", Shape.of(x.size(-1)), Initializer.ONES), epsilon);
  }
}
