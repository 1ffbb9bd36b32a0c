package dev.fathom.spec;

import dev.fathom.json.SpecException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Refuses shares and weights that leave nothing to learn from or to measure, with the numbers. */
public final class RowChecks {
  private RowChecks() {}

  /**
   * Checks that a share was a row or more.
   *
   * @param pointer of the share
   * @param rows that it is a share of
   * @param most rows that it is taken from at once: those of the greatest class
   */
  public static void share(String pointer, double share, int held, int rows, int most) {
    share(pointer, share, held, rows, most, "class");
  }

  /**
   * @param each what it is taken from at once
   */
  static void share(String pointer, double share, int held, int rows, int most, String each) {
    if (share > 0 && held == 0) {
      throw new SpecException(
          pointer,
          "a share of %s of %d rows%s is no row%s"
              .formatted(
                  share,
                  rows,
                  most < rows ? ", taken from each %s,".formatted(each) : "",
                  most < 2
                      ? ", since one of each is needed to learn from"
                      : "; %s or more holds one back".formatted(least(most))));
    }
  }

  /** {@return the least share of some rows that is rounded to one, rounded up} */
  private static String least(int rows) {
    return new BigDecimal("0.5")
        .divide(new BigDecimal(rows), new MathContext(2, RoundingMode.UP))
        .stripTrailingZeros()
        .toPlainString();
  }

  /**
   * Checks that weights are 0 or more, and not all of them 0.
   *
   * @param name of what has them
   */
  public static void weights(String name, float[] weights) {
    double sum = 0;
    for (int row = 0; row < weights.length; row++) {
      if (!(weights[row] >= 0 && weights[row] < Float.POSITIVE_INFINITY)) {
        throw new SpecException(
            "/data/weight",
            "expected weights of 0 or more but row %d of '%s' has %s"
                .formatted(row + 1, name, weights[row]));
      }
      sum += weights[row];
    }
    if (sum == 0 && weights.length > 0) {
      throw new SpecException(
          "/data/weight",
          "expected a weight above 0 but all %d of '%s' are 0".formatted(weights.length, name));
    }
  }
}
