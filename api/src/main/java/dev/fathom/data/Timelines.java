package dev.fathom.data;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * Finds the frequency that the series of a file share: the most common distance of two rows, as
 * months, as a duration, or as business days. Of these, that one counts by which all rows are in
 * step and the fewest are missing.
 */
record Timelines(Frequency frequency, boolean utc) {
  /** A file where so many rows are missing for each that is there has another frequency. */
  private static final int MOST_MISSING = 100;

  private static final int FEW = 1000;

  /** As many days from Monday to Friday are no chance. */
  private static final int TWO_WEEKS = 10;

  /**
   * {@return the frequency of series}
   *
   * @param declared by the user; empty if it is to be found
   * @throws DataException if there is none, naming the first row that is not in step
   */
  static Timelines of(List<TimeColumn> series, Optional<Frequency> declared) {
    List<Timelines> candidates = candidates(series, declared);
    if (candidates.isEmpty()) {
      throw new DataException(
          "[series] %s: expected 2 rows or more but got %d"
              .formatted(
                  series.getFirst().place(),
                  series.stream().mapToInt(TimeColumn::size).max().orElse(0)));
    }
    return candidates.stream()
        .filter(candidate -> candidate.offStep(series) == null)
        .min(Comparator.comparingLong(candidate -> candidate.missing(series)))
        .orElseThrow(() -> candidates.getFirst().offStep(series));
  }

  private static List<Timelines> candidates(List<TimeColumn> series, Optional<Frequency> declared) {
    boolean offsets = series.stream().anyMatch(TimeColumn::hasOffsets);
    List<Timelines> all = new ArrayList<>();
    for (boolean utc : offsets ? new boolean[] {false, true} : new boolean[] {false}) {
      List<List<LocalDateTime>> times = series.stream().map(s -> s.times(utc)).toList();
      declared
          .map(Stream::of)
          .orElseGet(() -> found(times))
          // An hour of the night when clocks are put back is there twice: only UTC knows it.
          .filter(frequency -> utc || !offsets || frequency.isOfDays())
          .forEach(frequency -> all.add(new Timelines(frequency, utc)));
    }
    return all;
  }

  private static Stream<Frequency> found(List<List<LocalDateTime>> series) {
    Optional<Frequency> fixed =
        mostCommon(series, Duration::between)
            .filter(Duration::isPositive)
            .map(Frequency.Fixed::new);
    Optional<Frequency> months =
        mostCommon(
                series,
                (a, b) -> 12 * (b.getYear() - a.getYear()) + b.getMonthValue() - a.getMonthValue())
            .filter(count -> count > 0)
            .map(count -> new Frequency.Months(count, 0));
    Optional<Frequency> days = fixed.map(_ -> new Frequency.BusinessDays());
    // Each series may be within one week, where both leave out no row.
    return (areWeekdays(series) ? Stream.of(months, days, fixed) : Stream.of(months, fixed, days))
        .flatMap(Optional::stream);
  }

  /** {@return whether all rows of a file are from Monday to Friday, of two weeks or more} */
  private static boolean areWeekdays(List<List<LocalDateTime>> series) {
    Set<LocalDate> days = new HashSet<>();
    for (List<LocalDateTime> times : series) {
      for (LocalDateTime time : times) {
        if (time.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) > 0) {
          return false;
        }
        days.add(time.toLocalDate());
      }
    }
    return days.size() >= TWO_WEEKS;
  }

  /** {@return the distance of two rows that is most common, the least of these} */
  private static <T extends Comparable<T>> Optional<T> mostCommon(
      List<List<LocalDateTime>> series, BiFunction<LocalDateTime, LocalDateTime, T> distance) {
    Map<T, Integer> counts = new HashMap<>();
    for (List<LocalDateTime> times : series) {
      for (int i = 1; i < times.size(); i++) {
        counts.merge(distance.apply(times.get(i - 1), times.get(i)), 1, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .min(
            Map.Entry.<T, Integer>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey);
  }

  /** {@return the error of the first row that is not in step; null for none} */
  private DataException offStep(List<TimeColumn> series) {
    for (TimeColumn column : series) {
      List<LocalDateTime> times = column.times(utc);
      Frequency on = frequency.on(times);
      long last = -1;
      for (int i = 0; i < times.size(); i++) {
        long index = on.index(times.getFirst(), times.get(i));
        if (index <= last) {
          return column.wrong(
              i,
              "a time at the frequency '%s' from %s on".formatted(frequency.text(), column.row(0)),
              "; \"frequency\" may name other steps");
        }
        last = index;
      }
    }
    return null;
  }

  private long missing(List<TimeColumn> series) {
    return series.stream().mapToLong(this::missing).sum();
  }

  /** {@return how many rows a series in step has not} */
  private long missing(TimeColumn column) {
    List<LocalDateTime> times = column.times(utc);
    return frequency.on(times).index(times.getFirst(), times.getLast()) + 1 - times.size();
  }

  /**
   * {@return the rows of a series in step}
   *
   * @throws DataException if some are missing that may not
   */
  Timeline rows(TimeColumn column, Gaps policy) {
    long missing = missing(column);
    if (missing > 0 && policy == Gaps.REFUSE) {
      throw gaps(column, "; say \"gaps\": \"previous\", \"interpolate\" or \"split\"");
    }
    if (missing > FEW + (long) MOST_MISSING * column.size()) {
      throw gaps(column, ": too many for a series; \"frequency\" may name other steps");
    }
    return Timeline.of(column, frequency, utc);
  }

  private DataException gaps(TimeColumn column, String end) {
    List<LocalDateTime> times = column.times(utc);
    Frequency on = frequency.on(times);
    int count = 0;
    long missing = 0;
    String first = "";
    for (int i = 1; i < times.size(); i++) {
      long step =
          on.index(times.getFirst(), times.get(i)) - on.index(times.getFirst(), times.get(i - 1));
      if (step > 1) {
        first =
            count++ == 0 ? "between %s, and %s".formatted(column.row(i - 1), column.row(i)) : first;
        missing += step - 1;
      }
    }
    return new DataException(
        "[series] %s: %d %s with %d missing %s at the frequency '%s', %s%s%s"
            .formatted(
                column.place(),
                count,
                count == 1 ? "gap" : "gaps",
                missing,
                missing == 1 ? "row" : "rows",
                frequency.text(),
                count == 1 ? "" : "the first ",
                first,
                end));
  }
}
