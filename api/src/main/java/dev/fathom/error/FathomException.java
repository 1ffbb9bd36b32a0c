package dev.fathom.error;

/**
 * A mistake that a user can correct: in a spec, a file, a text, or a layer that does not fit. The
 * message is one sentence with the place, the expectation and the actual value, and is meant to be
 * shown.
 */
public abstract class FathomException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  protected FathomException(String message) {
    super(message);
  }

  protected FathomException(String message, Throwable cause) {
    super(message, cause);
  }
}
