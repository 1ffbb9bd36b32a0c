package dev.fathom.nn;

/** Checks of configurations and shapes. */
final class Check {
  private Check() {}

  /**
   * @throws IllegalArgumentException unless {@code holds}
   */
  static void that(boolean holds, String layer, String expected, Object actual) {
    if (!holds) {
      throw new IllegalArgumentException(
          "[" + layer + "] expected " + expected + " but got " + actual);
    }
  }
}
