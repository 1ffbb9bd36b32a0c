package dev.fathom.store;

import dev.fathom.error.FathomException;
import java.nio.file.Path;
import java.util.Optional;

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
    /** The directory was opened for reading, is closed, or cannot be written to. */
    READ_ONLY,
    /** The disk is full, or would be: some of it is kept free. */
    NO_SPACE
  }

  private final Reason reason;
  private final transient Path file;

  StoreException(Reason reason, String message) {
    super(message);
    this.reason = reason;
    this.file = null;
  }

  StoreException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.file = null;
  }

  /**
   * @param file that cannot be read
   * @param problem what is said behind its name
   */
  StoreException(Reason reason, Path file, String problem) {
    super("[store] %s %s".formatted(file, problem));
    this.reason = reason;
    this.file = file;
  }

  /** {@return why} */
  public Reason reason() {
    return reason;
  }

  /** {@return whether a file cannot be read: it is damaged, or of a newer format} */
  public boolean isDamage() {
    return reason == Reason.DAMAGED || reason == Reason.NEWER_FORMAT;
  }

  /** {@return the file that cannot be read} */
  Optional<Path> file() {
    return Optional.ofNullable(file);
  }
}
