package dev.fathom.template;

import dev.fathom.error.FathomException;

/** A template that is not valid, or that cannot be filled in with what it was given. */
public final class TemplateException extends FathomException {
  private static final long serialVersionUID = 1;

  private final int line;
  private final String detail;

  TemplateException(int line, String detail) {
    super("[template] line %d: %s".formatted(line, detail));
    this.line = line;
    this.detail = detail;
  }

  /** {@return the line of the template, from 1} */
  public int line() {
    return line;
  }

  /** {@return what is wrong, without the place} */
  public String detail() {
    return detail;
  }

  /** What is wrong with a value; the expression that has it adds the line. */
  static final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1;

    Wrong(String detail) {
      super(detail, null, false, false);
    }
  }
}
