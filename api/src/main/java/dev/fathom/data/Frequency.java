package dev.fathom.data;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How far one row of a series is from the next. */
public sealed interface Frequency {
  /** How one is written: {@code day}, {@code 15 minutes}, {@code business day}. */
  String REGEX =
      "(?:([1-9]\\d{0,8}) )?(millisecond|second|minute|hour|day|week|month|quarter|year)s?|business days?";

  /**
   * {@return the frequency that a text says}
   *
   * @param text of the form {@link #REGEX}
   * @throws DataException if it has another
   */
  static Frequency of(String text) {
    Matcher m = Pattern.compile(REGEX).matcher(text);
    if (!m.matches()) {
      throw new DataException(
          "[series] expected a frequency such as day, 15 minutes or business day but got '%s'"
              .formatted(text));
    }
    if (m.group(2) == null) {
      return new BusinessDays();
    }
    int count = m.group(1) == null ? 1 : Integer.parseInt(m.group(1));
    return switch (m.group(2)) {
      case "month" -> new Months(count, 0);
      case "quarter" -> new Months(3 * count, 0);
      case "year" -> new Months(12 * count, 0);
      case String unit -> new Fixed(Fixed.UNITS.get(unit).multipliedBy(count));
    };
  }

  /** {@return the time {@code n} rows behind {@code start}} */
  LocalDateTime at(LocalDateTime start, long n);

  /** {@return how many rows behind {@code start} a time is; -1 for none} */
  long index(LocalDateTime start, LocalDateTime time);

  /** {@return the same on the days of some times: for months, their day or their last day} */
  default Frequency on(Collection<LocalDateTime> times) {
    return this;
  }

  /** {@return whether this is a matter of calendars, not of clocks} */
  default boolean isOfDays() {
    return true;
  }

  /** {@return this as a text that {@link #of} reads, where there is one} */
  String text();

  private static String counted(long count, String unit) {
    return count == 1 ? unit : count + " " + unit + "s";
  }

  /** Equal durations. */
  record Fixed(Duration step) implements Frequency {
    private static final Map<String, Duration> UNITS =
        Map.of(
            "week", Duration.ofDays(7),
            "day", Duration.ofDays(1),
            "hour", Duration.ofHours(1),
            "minute", Duration.ofMinutes(1),
            "second", Duration.ofSeconds(1),
            "millisecond", Duration.ofMillis(1));

    @Override
    public LocalDateTime at(LocalDateTime start, long n) {
      return start.plus(step.multipliedBy(n));
    }

    @Override
    public long index(LocalDateTime start, LocalDateTime time) {
      Duration distance = Duration.between(start, time);
      long n = distance.dividedBy(step);
      return step.multipliedBy(n).equals(distance) ? n : -1;
    }

    @Override
    public boolean isOfDays() {
      return isMultiple(Duration.ofDays(1));
    }

    private boolean isMultiple(Duration unit) {
      return unit.multipliedBy(step.dividedBy(unit)).equals(step);
    }

    @Override
    public String text() {
      return UNITS.entrySet().stream()
          .filter(unit -> isMultiple(unit.getValue()))
          .max(Map.Entry.comparingByValue())
          .map(unit -> counted(step.dividedBy(unit.getValue()), unit.getKey()))
          .orElse(step.toString());
    }
  }

  /**
   * Whole months.
   *
   * @param day of the month, or its last where it is shorter; 0 where that is still open
   */
  record Months(int count, int day) implements Frequency {
    @Override
    public LocalDateTime at(LocalDateTime start, long n) {
      YearMonth month = YearMonth.from(start).plusMonths(n * count);
      return month.atDay(Math.min(day, month.lengthOfMonth())).atTime(start.toLocalTime());
    }

    @Override
    public long index(LocalDateTime start, LocalDateTime time) {
      long n =
          ((time.getYear() - start.getYear()) * 12L + time.getMonthValue() - start.getMonthValue())
              / count;
      return at(start, n).equals(time) ? n : -1;
    }

    @Override
    public Frequency on(Collection<LocalDateTime> times) {
      boolean last =
          times.stream().allMatch(t -> t.getDayOfMonth() == YearMonth.from(t).lengthOfMonth());
      return new Months(
          count, last ? 31 : times.stream().mapToInt(LocalDateTime::getDayOfMonth).max().orElse(1));
    }

    @Override
    public String text() {
      return count % 12 == 0
          ? counted(count / 12, "year")
          : count % 3 == 0 ? counted(count / 3, "quarter") : counted(count, "month");
    }
  }

  /** Mondays to Fridays, at one time of the day. */
  record BusinessDays() implements Frequency {
    /** From a Monday to day 0, the first of 1970. */
    private static final int MONDAY = 3;

    @Override
    public LocalDateTime at(LocalDateTime start, long n) {
      long row = number(start) + n;
      long day = Math.floorDiv(row, 5L) * 7 + Math.floorMod(row, 5L) - MONDAY;
      return start.plusDays(day - start.toLocalDate().toEpochDay());
    }

    @Override
    public long index(LocalDateTime start, LocalDateTime time) {
      long n = number(time) - number(start);
      return at(start, n).equals(time) ? n : -1;
    }

    /** Weekends count as the Monday behind, from which {@link #at} finds another day. */
    private static long number(LocalDateTime time) {
      long day = time.toLocalDate().toEpochDay() + MONDAY;
      return Math.floorDiv(day, 7L) * 5 + Math.min(5, Math.floorMod(day, 7L));
    }

    @Override
    public String text() {
      return "business day";
    }
  }
}
