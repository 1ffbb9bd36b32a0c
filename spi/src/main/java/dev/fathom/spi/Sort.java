package dev.fathom.spi;

import java.util.List;

/**
 * Stable sort along the last axis. NaN stands last in either direction; -0 equals 0.
 *
 * @param descending whether the largest comes first
 * @param x {@code [..., n]}, numbers
 * @param values {@code [..., n]}
 * @param indices {@code [..., n]}, i32: where each value stood
 */
public record Sort(boolean descending, View x, View values, View indices) implements KernelSpec {
  /** C1: rank 1 or more and equal shapes. C2: values of x's type, i32 indices, not bool. */
  public Sort {
    Check.that(
        x.rank() >= 1 && x.shape().equals(values.shape()) && x.shape().equals(indices.shape()),
        "sort",
        "C1",
        "three views of one shape",
        x + ", " + values + ", " + indices);
    Check.that(
        x.dtype() == values.dtype() && indices.dtype() == DType.I32 && x.dtype() != DType.BOOL,
        "sort",
        "C2",
        "values as x and i32 indices",
        x + ", " + values + ", " + indices);
  }

  @Override
  public List<View> inputs() {
    return List.of(x);
  }

  @Override
  public List<View> outputs() {
    return List.of(values, indices);
  }
}
