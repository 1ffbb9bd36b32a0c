package dev.fathom.spi;

import java.util.List;

/**
 * Softmax along the last axis, {@code exp(x - max) / sum(exp(x - max))}, or its logarithm.
 *
 * @param log whether the logarithm is wanted
 * @param x {@code [..., n]}, floating
 * @param out {@code [..., n]}
 */
public record Softmax(boolean log, View x, View out) implements KernelSpec {
  /** C1: rank 1 or more and equal shapes. C2: one floating type. */
  public Softmax {
    Check.that(
        x.rank() >= 1 && x.shape().equals(out.shape()),
        "softmax",
        "C1",
        "one shape",
        x + ", " + out);
    Check.that(
        x.dtype() == out.dtype() && x.dtype().isFloating(),
        "softmax",
        "C2",
        "one floating type",
        x + ", " + out);
  }

  @Override
  public List<View> inputs() {
    return List.of(x);
  }

  @Override
  public List<View> outputs() {
    return List.of(out);
  }
}
