package dev.fathom.loss;

import dev.fathom.tensor.Tensor;

/**
 * Half the square of a difference up to {@code delta}, and {@code delta * (|e| - delta / 2)} from
 * there on, so that outliers draw no harder than that (Huber, "Robust Estimation of a Location
 * Parameter", 1964); the mean over the elements of an example and the examples. PyTorch's {@code
 * HuberLoss}.
 *
 * @param delta above 0; usually 1
 */
public record Huber(double delta) implements Loss {
  public Huber {
    if (!(delta > 0 && delta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("[huber] expected a delta above 0 but got " + delta);
    }
  }

  @Override
  public Tensor rows(Tensor output, Tensor target) {
    Tensor size = output.sub(target).abs();
    Tensor near = size.minimum(Tensor.full(delta, output.dtype()));
    // near^2 / 2 + delta * (size - near), which is both cases.
    return Loss.meanOfExamples(near.square().mul(0.5).add(size.sub(near).mul(delta)));
  }
}
