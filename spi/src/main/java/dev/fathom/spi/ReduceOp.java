package dev.fathom.spi;

/** How {@link Reduce} and {@link Cumulate} combine elements. */
public enum ReduceOp {
  /** Sum; 0 of nothing. */
  SUM,
  /** Product; 1 of nothing. */
  PRODUCT,
  /** Largest; NaN if any is NaN; the type's lowest (negative infinity) of nothing. */
  MAX,
  /** Smallest; NaN if any is NaN; the type's highest (infinity) of nothing. */
  MIN,
  /**
   * Row-major position of the first largest among the reduced elements, as i32; NaN counts as
   * largest; 0 of nothing.
   */
  ARG_MAX,
  /** Row-major position of the first smallest, as i32; NaN counts as smallest; 0 of nothing. */
  ARG_MIN;

  /** {@return whether the result is a position rather than a value} */
  public boolean isPosition() {
    return this == ARG_MAX || this == ARG_MIN;
  }
}
