package dev.fathom.spi;

/** How specs report a broken constraint. */
final class Check {
  private Check() {}

  /** Throws unless {@code holds}: "[contract] C2: expected ... but got ...". */
  static void that(boolean holds, String spec, String constraint, String expected, Object actual) {
    if (!holds) {
      throw new IllegalArgumentException(
          "[" + spec + "] " + constraint + ": expected " + expected + " but got " + actual);
    }
  }
}
