package dev.fathom.error;

/**
 * Something that a user can mend: a spec, a file, a text, a layer that does not fit. The message
 * says where it is, what was expected and what came, in one sentence, and is meant to be shown.
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
