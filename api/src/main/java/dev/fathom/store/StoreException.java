package dev.fathom.store;

import dev.fathom.error.FathomException;

/** The data directory refuses an operation; the message names the file or directory. */
public final class StoreException extends FathomException {
  private static final long serialVersionUID = 1;

  /** Why an operation is refused. */
  public enum Reason {
    /** There is no such model, dataset, training or directory. */
    NOT_FOUND,
    /** A name or id is not of the right form. */
    BAD_NAME,
    /** Another process, or another part of this one, owns the directory. */
    IN_USE,
    /** An upload is longer than allowed. */
    TOO_LARGE,
    /** The content of a file has changed since it was written. */
    DAMAGED,
    /** A file was written by a newer Fathom. */
    NEWER_FORMAT,
    /** The directory was opened for reading, or is closed. */
    READ_ONLY
  }

  private final Reason reason;

  StoreException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** {@return why} */
  public Reason reason() {
    return reason;
  }
}
