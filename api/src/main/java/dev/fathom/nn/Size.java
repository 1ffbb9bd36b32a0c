package dev.fathom.nn;

/** Two positive numbers, one for each spatial axis: of a kernel, a stride, a dilation. */
public record Size(long height, long width) {
  /** One and one. */
  public static final Size ONE = square(1);

  public Size {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "[size] expected 1 or more but got " + height + " x " + width);
    }
  }

  /** {@return the same number twice} */
  public static Size square(long side) {
    return new Size(side, side);
  }
}
