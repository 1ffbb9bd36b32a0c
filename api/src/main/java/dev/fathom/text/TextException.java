package dev.fathom.text;

import dev.fathom.error.FathomException;

/** A text or a token is not what was expected; the message names the place. */
public final class TextException extends FathomException {
  private static final long serialVersionUID = 1;

  private final long position;
  private final String detail;

  /**
   * @param operation the operation that failed, {@code encode}
   * @param unit of the position: {@code byte}, {@code character} or {@code token}
   * @param position which one is wrong, from 0
   * @param detail the expectation and the actual value
   */
  public TextException(String operation, String unit, long position, String detail) {
    super("[%s] %s %d: %s".formatted(operation, unit, position, detail));
    this.position = position;
    this.detail = detail;
  }

  /**
   * {@return the byte, the character or the token that is wrong, from 0; the message says which}
   */
  public long position() {
    return position;
  }

  /** {@return the expectation and the actual value, without the place} */
  public String detail() {
    return detail;
  }
}
