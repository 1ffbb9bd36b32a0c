package dev.fathom.service.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Sizes and times as people read them. */
final class Quantity {

  private Quantity() {}

  /** {@return a size in decimal units: {@code "1.7 MB"}} */
  static String bytes(long bytes) {
    var units = new String[] {"B", "kB", "MB", "GB", "TB"};
    double size = bytes;
    int unit = 0;
    while (size >= 999.5 && unit < units.length - 1) {
      size /= 1000;
      unit++;
    }
    var format = unit == 0 || size >= 99.95 ? "%.0f %s" : "%.1f %s";
    return String.format(Locale.ROOT, format, size, units[unit]);
  }

  /**
   * {@return how long ago a moment is: {@code "3 hours ago"}}
   *
   * @param moment in ISO 8601; anything else is returned as it is
   */
  static String ago(String moment) {
    try {
      return ago(Duration.between(Instant.parse(moment), Instant.now()));
    } catch (DateTimeParseException e) {
      return moment;
    }
  }

  static String ago(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 60) {
      return "just now";
    }
    return seconds < 3600
        ? ago(seconds / 60, "minute")
        : seconds < 2 * 86_400
            ? ago(seconds / 3600, "hour")
            : seconds < 60 * 86_400L
                ? ago(seconds / 86_400, "day")
                : ago(seconds / (30 * 86_400L), "month");
  }

  private static String ago(long count, String unit) {
    return "%d %s%s ago".formatted(count, unit, count == 1 ? "" : "s");
  }
}
