package dev.fathom.spi;

import java.util.Objects;

/**
 * Where an operand of a launch lies: the element of the view's index 0 is element {@code offset} of
 * the buffer.
 *
 * @param buffer memory of the same backend and of the view's element type
 * @param offset in elements; inside the buffer, or at its end if the view is empty
 */
public record Binding(Buffer buffer, long offset) {
  public Binding {
    Objects.requireNonNull(buffer, "buffer");
  }
}
