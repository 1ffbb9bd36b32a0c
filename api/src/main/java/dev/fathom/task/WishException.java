package dev.fathom.task;

/** Something is wished that a model cannot make. */
public final class WishException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String part;

  /**
   * @param part of the wish that is wrong: {@code class}, {@code count}, {@code steps}, {@code
   *     guidance}
   * @param message what was expected, and what came
   */
  public WishException(String part, String message) {
    super("[generate] " + message);
    this.part = part;
  }

  /** {@return the part of the wish that is wrong} */
  public String part() {
    return part;
  }
}
