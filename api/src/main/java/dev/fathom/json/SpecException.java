package dev.fathom.json;

import dev.fathom.error.FathomException;

/** A JSON document of a user is wrong. The message has the place and the expectation. */
public final class SpecException extends FathomException {
  private static final long serialVersionUID = 1;

  private final String pointer;
  private final String detail;

  /**
   * @param pointer the field's place, a JSON pointer (RFC 6901); empty for the whole document
   * @param detail the expectation and the actual value, one sentence
   */
  public SpecException(String pointer, String detail) {
    super(pointer.isEmpty() ? detail : pointer + ": " + detail);
    this.pointer = pointer;
    this.detail = detail;
  }

  /** {@return the field's place, a JSON pointer} */
  public String pointer() {
    return pointer;
  }

  /** {@return the message without the pointer} */
  public String detail() {
    return detail;
  }
}
