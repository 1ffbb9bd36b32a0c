package dev.fathom.data;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates and times of ISO 8601: {@code 2012-01-31}, {@code 2012-01-31T13:00}, a space for the T,
 * seconds with a fraction, {@code Z} or an offset. Without an offset they are taken as UTC.
 */
public final class IsoTime {
  private static final Pattern FORM =
      Pattern.compile(
          "(\\d{4})-(\\d\\d)-(\\d\\d)"
              + "(?:[T ](\\d\\d):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d{1,9})\\d*)?)?"
              + " ?(Z|[+-]\\d\\d(?::?\\d\\d)?)?)?");

  private IsoTime() {}

  /** {@return seconds since 1970 in UTC; NaN if the text is no date or time} */
  public static double seconds(String text) {
    String stripped = text.strip();
    if (stripped.length() < 10 || stripped.charAt(4) != '-') {
      return Double.NaN;
    }
    Matcher parts = FORM.matcher(stripped);
    if (!parts.matches()) {
      return Double.NaN;
    }
    try {
      LocalDate date = LocalDate.of(number(parts, 1), number(parts, 2), number(parts, 3));
      LocalTime time = LocalTime.of(number(parts, 4), number(parts, 5), number(parts, 6));
      String offset = parts.group(8);
      ZoneOffset zone = offset == null ? ZoneOffset.UTC : ZoneOffset.of(offset);
      double fraction = parts.group(7) == null ? 0 : Double.parseDouble("0." + parts.group(7));
      return LocalDateTime.of(date, time).toEpochSecond(zone) + fraction;
    } catch (DateTimeException e) {
      return Double.NaN;
    }
  }

  private static int number(Matcher parts, int group) {
    return parts.group(group) == null ? 0 : Integer.parseInt(parts.group(group));
  }
}
