package dev.fathom.nn;

import dev.fathom.spi.Shape;
import java.util.OptionalLong;

/** Checks of configurations and shapes. */
final class Check {
  /** Requests bring ids as floats, which hold whole numbers up to this one. */
  private static final long MOST_TOKENS = 1 << 24;

  private Check() {}

  /**
   * @throws IllegalArgumentException unless {@code holds}
   */
  static void that(boolean holds, String layer, String expected, Object actual) {
    if (!holds) {
      throw failure(layer, expected, actual);
    }
  }

  /** {@return the error that {@link #that} throws} */
  static IllegalArgumentException failure(String layer, String expected, Object actual) {
    return new IllegalArgumentException(
        "[" + layer + "] expected " + expected + " but got " + actual);
  }

  /**
   * @throws IllegalArgumentException unless there are as many tokens as there may be, and the id of
   *     padding is one of them
   */
  static void vocabulary(String layer, long vocabulary, OptionalLong padding) {
    that(
        vocabulary >= 1 && vocabulary <= MOST_TOKENS,
        layer,
        "a vocabulary of 1 to " + MOST_TOKENS,
        vocabulary);
    that(
        padding.isEmpty() || padding.getAsLong() >= 0 && padding.getAsLong() < vocabulary,
        layer,
        "a padding id of 0 to " + (vocabulary - 1),
        padding.orElse(-1));
  }

  /**
   * @throws IllegalArgumentException unless the input is {@code [channels, height, width]}
   */
  static void image(String layer, Shape input) {
    that(input.rank() == 3, layer, "an input [channels, height, width]", input);
  }

  /**
   * @throws IllegalArgumentException unless the input is {@code [time, features]}
   */
  static void sequence(String layer, Shape input) {
    that(input.rank() == 2, layer, "an input [time, features]", input);
  }
}
