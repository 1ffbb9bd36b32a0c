package dev.fathom.table;

import java.nio.charset.StandardCharsets;

/** Reads the numbers of a column as they are written there. For one thread. */
final class Numbers {
  private static final double[] POWERS = new double[23];

  static {
    double power = 1;
    for (int i = 0; i < POWERS.length; i++) {
      POWERS[i] = power;
      power *= 10; // exact up to 10^22
    }
  }

  private final byte decimal;
  private final byte[] thousands;
  private final boolean percent;

  private long integer;
  private boolean isInteger;

  Numbers(Cells cells) {
    decimal = (byte) cells.decimal();
    thousands = cells.thousands().getBytes(StandardCharsets.UTF_8);
    percent = cells.percent();
  }

  /** {@return whether the last number that was read is a whole one of 64 bits, without a point} */
  boolean isInteger() {
    return isInteger;
  }

  /** {@return that number} */
  long integer() {
    return integer;
  }

  /** {@return the number in a cell; NaN if there is none} */
  double read(Cell cell) {
    switch (cell.form()) {
      case INTEGER -> {
        isInteger = true;
        integer = cell.integer();
        return cell.number();
      }
      case NUMBER -> {
        isInteger = cell.number() == Math.rint(cell.number()) && Math.abs(cell.number()) < 0x1p63;
        integer = (long) cell.number();
        return cell.number();
      }
      case NOTHING, DATE, NESTED -> {
        isInteger = false;
        return Double.NaN;
      }
      default -> {
        return read(cell.bytes(), cell.from(), cell.to());
      }
    }
  }

  /** Java's own syntax, 1f or NaN, is not that of data; spaces may stand around. */
  private double read(byte[] text, int from, int to) {
    isInteger = false;
    int at = from;
    int end = to;
    while (at < end && text[at] <= ' ' && text[at] >= 0) {
      at++;
    }
    while (end > at && text[end - 1] <= ' ' && text[end - 1] >= 0) {
      end--;
    }
    if (percent) {
      if (end == at || text[end - 1] != '%') {
        return Double.NaN;
      }
      end--;
      while (end > at && text[end - 1] == ' ') {
        end--;
      }
    }
    boolean negative = at < end && text[at] == '-';
    at += negative || at < end && text[at] == '+' ? 1 : 0;
    int first = at;

    long mantissa = 0;
    int significant = 0; // digits from the first that is not 0
    int digits = 0;
    int group = -1; // digits since the last separator of thousands
    while (at < end) {
      int digit = text[at] - '0';
      if (digit >= 0 && digit <= 9) {
        significant += significant > 0 || digit > 0 ? 1 : 0;
        mantissa = significant <= 18 ? 10 * mantissa + digit : mantissa;
        digits++;
        group += group >= 0 ? 1 : 0;
        at++;
      } else if (thousands.length > 0 && isThousands(text, at, end)) {
        if (group < 0 ? digits == 0 || digits > 3 : group != 3) {
          return Double.NaN;
        }
        group = 0;
        at += thousands.length;
      } else {
        break;
      }
    }
    if (group >= 0 && group != 3) {
      return Double.NaN;
    }
    int whole = digits;
    if (at < end && text[at] == decimal) {
      at++;
      while (at < end && text[at] >= '0' && text[at] <= '9') {
        int digit = text[at++] - '0';
        significant += significant > 0 || digit > 0 ? 1 : 0;
        mantissa = significant <= 18 ? 10 * mantissa + digit : mantissa;
        digits++;
      }
    }
    if (digits == 0) {
      return Double.NaN;
    }
    int exponent = whole - digits - (percent ? 2 : 0);
    int beforeExponent = at;
    if (at < end && (text[at] == 'e' || text[at] == 'E')) {
      at++;
      boolean down = at < end && text[at] == '-';
      at += down || at < end && text[at] == '+' ? 1 : 0;
      int given = 0;
      int firstDigit = at;
      while (at < end && text[at] >= '0' && text[at] <= '9') {
        given = Math.min(100_000, 10 * given + text[at++] - '0');
      }
      if (at == firstDigit) {
        return Double.NaN;
      }
      exponent += down ? -given : given;
    }
    if (at < end) {
      return Double.NaN;
    }
    if (significant <= 18) {
      integer = negative ? -mantissa : mantissa;
      isInteger = !percent && beforeExponent == end && whole == digits && text[end - 1] != decimal;
      if (mantissa <= 1L << 53 && exponent >= -22 && exponent <= 22) {
        // Both are exact, so that the result is rounded once (Clinger, 1990).
        double value = exponent < 0 ? mantissa / POWERS[-exponent] : mantissa * POWERS[exponent];
        return negative ? -value : value;
      }
    }
    return slowly(text, first, beforeExponent, negative, whole, digits, exponent);
  }

  private boolean isThousands(byte[] text, int at, int end) {
    if (end - at < thousands.length) {
      return false;
    }
    for (int i = 0; i < thousands.length; i++) {
      if (text[at + i] != thousands[i]) {
        return false;
      }
    }
    return true;
  }

  private double slowly(
      byte[] text, int from, int to, boolean negative, int whole, int digits, int exponent) {
    StringBuilder all = new StringBuilder(negative ? "-" : "");
    for (int i = from; i < to; i++) {
      if (text[i] >= '0' && text[i] <= '9') {
        all.append((char) text[i]);
      }
    }
    if (!percent && whole == digits && exponent == 0 && text[to - 1] != decimal) {
      try {
        integer = Long.parseLong(all.toString());
        isInteger = true;
      } catch (NumberFormatException e) {
        isInteger = false; // of more than 64 bits
      }
    }
    return Double.parseDouble(all.append('E').append(exponent).toString());
  }
}
