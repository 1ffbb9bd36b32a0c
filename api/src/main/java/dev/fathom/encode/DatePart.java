package dev.fathom.encode;

import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * A number, or a place on a circle, that a date or time in UTC gives. On a circle, where it is two
 * numbers, the sine and the cosine, December lies beside January.
 */
public enum DatePart {
  /** Seconds since 1970. */
  SECONDS("seconds", 0, null),
  YEAR("year", 0, LocalDateTime::getYear),
  /** 1 to 12. */
  MONTH("month", 0, LocalDateTime::getMonthValue),
  /** Of the month, 1 to 31. */
  DAY("day", 0, LocalDateTime::getDayOfMonth),
  /** 1, Monday, to 7. */
  WEEKDAY("weekday", 0, time -> time.getDayOfWeek().getValue()),
  /** 0 to 23. */
  HOUR("hour", 0, LocalDateTime::getHour),
  MONTH_CIRCLE("monthCircle", 12, time -> time.getMonthValue() - 1),
  DAY_CIRCLE("dayCircle", 31, time -> time.getDayOfMonth() - 1),
  WEEKDAY_CIRCLE("weekdayCircle", 7, time -> time.getDayOfWeek().getValue() - 1),
  /** Minutes count too. */
  HOUR_CIRCLE("hourCircle", 24, time -> time.getHour() + time.getMinute() / 60.0);

  /** By the name in a spec. */
  public static final Map<String, DatePart> BY_LABEL =
      Arrays.stream(values()).collect(Collectors.toMap(DatePart::label, Function.identity()));

  private final String label;
  private final double period;
  private final ToDoubleFunction<LocalDateTime> value;

  DatePart(String label, double period, ToDoubleFunction<LocalDateTime> value) {
    this.label = label;
    this.period = period;
    this.value = value;
  }

  /** {@return the name in a spec} */
  public String label() {
    return label;
  }

  /** {@return the names of its numbers behind that of the column} */
  List<String> suffixes() {
    return period > 0 ? List.of(label + ".sin", label + ".cos") : List.of(label);
  }

  /**
   * Writes its numbers.
   *
   * @param time the same as {@code seconds}
   * @return the position behind them
   */
  int write(double seconds, LocalDateTime time, double[] to, int at) {
    if (value == null) {
      to[at] = seconds;
      return at + 1;
    }
    double number = value.applyAsDouble(time);
    if (period == 0) {
      to[at] = number;
      return at + 1;
    }
    to[at] = Math.sin(2 * Math.PI * number / period);
    to[at + 1] = Math.cos(2 * Math.PI * number / period);
    return at + 2;
  }
}
