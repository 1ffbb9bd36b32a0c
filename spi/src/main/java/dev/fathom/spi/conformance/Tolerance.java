package dev.fathom.spi.conformance;

import dev.fathom.spi.DType;

/**
 * The distance that a result may have from the oracle's; integers must be equal. NaN is equal to
 * NaN, and -0 to 0.
 *
 * @param ulps relative, in units of the stored type's epsilon
 * @param absolute for results near 0
 */
record Tolerance(double ulps, double absolute) {
  static final Tolerance EXACT = new Tolerance(0, 0);

  boolean accepts(DType dtype, double expected, double actual) {
    if (Double.isNaN(expected) || Double.isInfinite(expected)) {
      return Double.compare(expected, actual) == 0;
    }
    return Math.abs(expected - actual) <= absolute + ulps * epsilon(dtype) * Math.abs(expected);
  }

  /** {@return the distance from 1 to the next larger number} */
  private static double epsilon(DType dtype) {
    return switch (dtype) {
      case F32 -> 0x1p-23;
      case F64 -> 0x1p-52;
      case BF16 -> 0x1p-7;
      case F16 -> 0x1p-10;
      default -> 0;
    };
  }
}
