package dev.fathom.tensor;

import dev.fathom.spi.DType;

/**
 * The values that dropout keeps (Srivastava et al., "Dropout", 2014). They follow from seed, step
 * and stream, so the mask is never stored: the backward pass computes it again.
 *
 * @param rate the probability of a zero, in [0, 1)
 * @param seed i64 scalar of the whole run
 * @param step i64 scalar, different in each step
 * @param stream different for each use in a graph
 */
public record DropMask(double rate, Tensor seed, Tensor step, int stream) {
  public DropMask {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("[dropout] expected a rate in [0, 1) but got " + rate);
    }
  }

  /** {@return {@code x} with some values zero and the others times {@code 1 / (1 - rate)}} */
  public Tensor apply(Tensor x) {
    Tensor numbers = Tensor.uniform(seed, step, stream, x.shape().toArray());
    Tensor kept = Tensor.full(rate, DType.F32).lessEqual(numbers);
    return x.mul(1 / (1 - rate)).mul(kept.cast(x.dtype()));
  }
}
