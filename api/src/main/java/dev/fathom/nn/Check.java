package dev.fathom.nn;

import dev.fathom.spi.Shape;

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

  /**
   * @throws IllegalArgumentException unless the input is {@code [time, features]}
   */
  static void sequence(String layer, Shape input) {
    that(input.rank() == 2, layer, "an input [time, features]", input);
  }
}
