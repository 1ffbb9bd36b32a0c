package dev.fathom.data;

import java.time.ZoneOffset;

/**
 * Dates and times of ISO 8601, as {@link TimeFormat#ISO_8601} reads them but with a day: {@code
 * 2012-01-31}, {@code 2012-01-31T13:00}. Without an offset they are taken as UTC.
 */
public final class IsoTime {
  private IsoTime() {}

  /** {@return seconds since 1970 in UTC; NaN if the text is no date or time} */
  public static double seconds(String text) {
    String stripped = text.strip();
    if (stripped.length() < "2012-01-31".length() || stripped.charAt(4) != '-') {
      return Double.NaN; // Most texts of a table are none, and a month is no date.
    }
    return TimeFormat.ISO_8601
        .parse(stripped)
        .map(time -> time.utc().toEpochSecond(ZoneOffset.UTC) + time.utc().getNano() / 1e9)
        .orElse(Double.NaN);
  }
}
