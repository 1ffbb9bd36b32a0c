package dev.fathom.image;

import dev.fathom.error.FathomException;

/** A file holds no picture that can be read; the message names the file and what is wrong. */
public final class PictureException extends FathomException {
  private static final long serialVersionUID = 1;

  private final boolean unsupported;

  private PictureException(String message, boolean unsupported) {
    super(message);
    this.unsupported = unsupported;
  }

  /** {@return an error of a file that is damaged} */
  static PictureException damaged(String format, String name, String problem) {
    return new PictureException("[%s] %s: %s".formatted(format, name, problem), false);
  }

  /** {@return an error of a file that may be as it should, of a kind that is not read} */
  static PictureException unsupported(String format, String name, String problem) {
    return new PictureException("[%s] %s: %s".formatted(format, name, problem), true);
  }

  /** {@return whether the file is of a kind that is not read, not damaged} */
  public boolean isUnsupported() {
    return unsupported;
  }
}
