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
    this("generate", part, message);
  }

  /**
   * @param operation that was asked for, {@code generate} or {@code embed}
   * @param part of the wish that is wrong; of {@code embed} {@code layer}
   * @param message what was expected, and what came
   */
  public WishException(String operation, String part, String message) {
    super("[%s] %s".formatted(operation, message));
    this.part = part;
  }

  /** {@return the part of the wish that is wrong} */
  public String part() {
    return part;
  }
}
