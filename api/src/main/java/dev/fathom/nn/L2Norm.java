package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Vectors of length 1: {@code [batch, ..., features] -> [batch, ..., features]}, {@code y = x /
 * max(|x|, epsilon)} along the last axis, PyTorch's {@code normalize}; so that the product of two
 * is the cosine of their angle. No parameters.
 *
 * @param epsilon above 0; usually 1e-12
 */
public record L2Norm(double epsilon) implements Layer {
  public L2Norm {
    Check.that(epsilon > 0, "l2norm", "an epsilon above 0", epsilon);
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
    // The root has a slope behind the maximum only, so that zeros have one.
    Tensor least = Tensor.full(Math.max(epsilon * epsilon, Float.MIN_NORMAL), x.dtype());
    return x.mul(x.square().sum(-1).maximum(least).rsqrt().unsqueeze(-1));
  }
}
