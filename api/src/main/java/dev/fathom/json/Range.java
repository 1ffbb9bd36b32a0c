package dev.fathom.json;

/** The numbers that a field allows; {@code text} continues "expected a number ...". */
public record Range(double low, boolean lowIn, double high, boolean highIn, String text) {
  public static final Range ANY =
      new Range(Double.NEGATIVE_INFINITY, false, Double.POSITIVE_INFINITY, false, "that is finite");
  public static final Range POSITIVE =
      new Range(0, false, Double.POSITIVE_INFINITY, false, "above 0");
  public static final Range ABOVE_ONE =
      new Range(1, false, Double.POSITIVE_INFINITY, false, "above 1");
  public static final Range ONE_OR_MORE =
      new Range(1, true, Double.POSITIVE_INFINITY, false, "of 1 or more");
  public static final Range NOT_NEGATIVE =
      new Range(0, true, Double.POSITIVE_INFINITY, false, "of 0 or more");
  public static final Range SHARE = new Range(0, true, 1, false, "in [0, 1)");
  public static final Range UNIT = new Range(0, true, 1, true, "in [0, 1]");
  public static final Range INSIDE = new Range(0, false, 1, false, "in (0, 1)");

  /** {@return whether the number is in this range} */
  public boolean holds(double number) {
    return (lowIn ? number >= low : number > low) && (highIn ? number <= high : number < high);
  }
}
