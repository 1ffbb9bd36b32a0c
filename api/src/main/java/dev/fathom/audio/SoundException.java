package dev.fathom.audio;

import dev.fathom.error.FathomException;

/** A file holds no sound that can be read; the message names the file and what is wrong. */
public final class SoundException extends FathomException {
  private static final long serialVersionUID = 1;

  private final boolean unsupported;

  private SoundException(String message, boolean unsupported) {
    super(message);
    this.unsupported = unsupported;
  }

  /** {@return an error of a file that is damaged} */
  static SoundException damaged(String name, String problem) {
    return new SoundException("[wav] %s: %s".formatted(name, problem), false);
  }

  /** {@return an error of a file that may be as it should, of a kind that is not read} */
  static SoundException unsupported(String name, String problem) {
    return new SoundException("[wav] %s: %s".formatted(name, problem), true);
  }

  /** {@return whether the file is of a kind that is not read, not damaged} */
  public boolean isUnsupported() {
    return unsupported;
  }
}
