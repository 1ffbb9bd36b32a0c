package dev.fathom.json;

import dev.fathom.error.FathomException;

/** A JSON document of a user is wrong: where, and what was expected. */
public final class SpecException extends FathomException {
  private static final long serialVersionUID = 1;

  private final String pointer;
  private final String detail;

  /**
   * @param pointer the field's place, a JSON pointer (RFC 6901); empty for the whole document
   * @param detail what was expected and what came, one sentence
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
