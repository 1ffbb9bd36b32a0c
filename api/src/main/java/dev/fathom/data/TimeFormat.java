package dev.fathom.data;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the times of a series are written. */
public enum TimeFormat {
  /**
   * Of ISO 8601, without week dates: 2024, 2024-01, 2024-01-31, and dates with a time, with or
   * without an offset from UTC, as 2024-01-31T13:00:00.5+01:00. A space may stand for the T. Of its
   * basic form, 20240131.
   */
  ISO_8601("a date or time of ISO 8601, 2012-01-31T13:00"),
  /** Whole seconds since 1970 in UTC. */
  EPOCH_SECONDS("whole seconds since 1970"),
  /** Whole milliseconds since 1970 in UTC. */
  EPOCH_MILLISECONDS("whole milliseconds since 1970");

  private static final Pattern ISO =
      Pattern.compile(
          "(?<year>\\d{4})(?:-(?<month>\\d{2})(?:-(?<day>\\d{2})"
              + "(?:(?<mark>[Tt ])(?<time>\\d{2}:\\d{2}(?<second>:\\d{2}(?:[.,]\\d{1,9})?)?)"
              + "(?:(?<=[.,]\\d{9})\\d+)?" // What is less than a nanosecond.
              + " ?(?<offset>[Zz]|[+-]\\d{2}(?::?\\d{2})?)?)?)?)?");
  private static final Pattern BASIC = Pattern.compile("(?:1[5-9]|2\\d)\\d{6}");
  private static final Pattern WHOLE = Pattern.compile("-?\\d{1,15}");

  private final String expected;

  TimeFormat(String expected) {
    this.expected = expected;
  }

  /** {@return what a time is, for messages} */
  String expected() {
    return expected;
  }

  /**
   * A time as it was written.
   *
   * @param local the time of its clock, in UTC for seconds since 1970
   * @param offset of that clock; null where the text has none
   */
  record Time(LocalDateTime local, ZoneOffset offset, Form form) {
    /** {@return the time in UTC; as it is where the text has no offset} */
    LocalDateTime utc() {
      return offset == null ? local : local.minusSeconds(offset.getTotalSeconds());
    }
  }

  /** {@return the time that a text says; empty if it says none} */
  Optional<Time> parse(String text) {
    String stripped = text.strip();
    try {
      return switch (this) {
        case ISO_8601 ->
            BASIC.matcher(stripped).matches()
                ? Optional.of(basic(stripped))
                : iso(ISO.matcher(stripped));
        case EPOCH_SECONDS -> epoch(stripped, 1000);
        case EPOCH_MILLISECONDS -> epoch(stripped, 1);
      };
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private Optional<Time> epoch(String text, int millis) {
    return WHOLE.matcher(text).matches()
        ? Optional.of(
            new Time(
                LocalDateTime.ofInstant(
                    Instant.ofEpochMilli(Long.parseLong(text) * millis), ZoneOffset.UTC),
                null,
                new Form.Epoch(millis)))
        : Optional.empty();
  }

  private static Time basic(String text) {
    LocalDate date = LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE);
    return new Time(date.atStartOfDay(), null, new Form.BasicDate());
  }

  private static Optional<Time> iso(Matcher m) {
    if (!m.matches()) {
      return Optional.empty();
    }
    LocalDate date =
        LocalDate.of(Integer.parseInt(m.group("year")), number(m, "month"), number(m, "day"));
    if (m.group("time") == null) {
      int length = m.group("day") != null ? 10 : m.group("month") != null ? 7 : 4;
      return Optional.of(new Time(date.atStartOfDay(), null, new Form.Date(length)));
    }
    String seconds = Optional.ofNullable(m.group("second")).orElse("");
    String zone = Optional.ofNullable(m.group("offset")).orElse("").toUpperCase(Locale.ROOT);
    return Optional.of(
        new Time(
            date.atTime(LocalTime.parse(m.group("time").replace(',', '.'))),
            zone.isEmpty() ? null : ZoneOffset.of(zone),
            new Form.DateTime(
                m.group("mark").charAt(0), !seconds.isEmpty(), Math.max(0, seconds.length() - 4))));
  }

  private static int number(Matcher m, String group) {
    return m.group(group) == null ? 1 : Integer.parseInt(m.group(group));
  }

  /** The way in which a time is written, to write others alike. */
  sealed interface Form {
    /** {@return how much a time of this form says} */
    int precision();

    /** {@return a time as a text} */
    String write(LocalDateTime local, ZoneOffset offset);

    /**
     * A number since 1970.
     *
     * @param millis of its unit
     */
    record Epoch(int millis) implements Form {
      @Override
      public int precision() {
        return 0;
      }

      @Override
      public String write(LocalDateTime local, ZoneOffset offset) {
        return Long.toString(local.toInstant(ZoneOffset.UTC).toEpochMilli() / millis);
      }
    }

    /**
     * A date, a month or a year.
     *
     * @param length 10, 7 or 4 characters
     */
    record Date(int length) implements Form {
      @Override
      public int precision() {
        return length;
      }

      @Override
      public String write(LocalDateTime local, ZoneOffset offset) {
        return local.toLocalDate().toString().substring(0, length);
      }
    }

    /** A date without marks, 20240131. */
    record BasicDate() implements Form {
      @Override
      public int precision() {
        return 10;
      }

      @Override
      public String write(LocalDateTime local, ZoneOffset offset) {
        return DateTimeFormatter.BASIC_ISO_DATE.format(local);
      }
    }

    /**
     * A date and a time. Seconds that are not 0 are always written.
     *
     * @param mark between them
     * @param seconds whether there are some
     * @param fraction digits of the seconds
     */
    record DateTime(char mark, boolean seconds, int fraction) implements Form {
      @Override
      public int precision() {
        return 11;
      }

      @Override
      public String write(LocalDateTime local, ZoneOffset offset) {
        StringBuilder text = new StringBuilder(local.toLocalDate().toString()).append(mark);
        text.append("%02d:%02d".formatted(local.getHour(), local.getMinute()));
        if (seconds || local.getSecond() + local.getNano() > 0) {
          text.append(":%02d".formatted(local.getSecond()));
        }
        String nanos = "%09d".formatted(local.getNano());
        int digits = Math.max(fraction, nanos.replaceAll("0+$", "").length());
        if (digits > 0) {
          text.append('.').append(nanos, 0, digits);
        }
        return offset == null ? text.toString() : text.append(offset.getId()).toString();
      }
    }
  }
}
