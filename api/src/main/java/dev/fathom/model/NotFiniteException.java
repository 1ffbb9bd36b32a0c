package dev.fathom.model;

import dev.fathom.data.Numbers;
import dev.fathom.error.FathomException;
import dev.fathom.task.Port;

/** An answer has a number that is not finite: the inputs are too large for the model, or NaN. */
public final class NotFiniteException extends FathomException {
  private static final long serialVersionUID = 1;

  private NotFiniteException(String message) {
    super(message);
  }

  /**
   * Checks an answer.
   *
   * @param values {@code [examples, ...]} of the port
   * @throws NotFiniteException naming the first number that is not finite
   */
  public static void check(Port port, Numbers values) {
    for (int i = 0; i < values.size(); i++) {
      if (!Double.isFinite(values.get(i))) {
        throw new NotFiniteException(
            "output '%s' is not finite (%s at example %d)"
                .formatted(port.name(), values.text(i), i / port.width()));
      }
    }
  }
}
