package dev.fathom.data;

import dev.fathom.error.FathomException;

/** The values of a dataset are not what was expected; the message names the place. */
public final class DataException extends FathomException {
  private static final long serialVersionUID = 1;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
