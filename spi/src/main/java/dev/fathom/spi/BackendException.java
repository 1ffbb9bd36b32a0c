package dev.fathom.spi;

/**
 * A device failed. The message names the operation, what was expected, and what the device said.
 */
public final class BackendException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Makes an exception without a cause. */
  public BackendException(String message) {
    super(message);
  }

  /** Makes an exception with a cause. */
  public BackendException(String message, Throwable cause) {
    super(message, cause);
  }
}
