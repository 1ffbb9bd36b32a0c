package dev.fathom.data;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAmount;
import java.util.List;

/**
 * When the rows of a series are: at equal distances, of a duration or of whole months.
 *
 * @param start of row 0; null where rows have numbers instead of times
 * @param step from a row to the next
 * @param dates whether times are dates
 */
record Timeline(LocalDateTime start, TemporalAmount step, boolean dates) {
  /** Rows that have numbers instead of times. */
  static final Timeline NUMBERED = new Timeline(null, null, false);

  /**
   * {@return the times of a column of dates or times of ISO 8601}
   *
   * @param place the column and its table, for messages
   * @throws DataException if a text is no time, or a time not where equal distances put it
   */
  static Timeline of(String place, List<String> texts) {
    if (texts.size() < 2) {
      throw new DataException(
          "[series] %s: expected 2 rows or more but got %d".formatted(place, texts.size()));
    }
    LocalDateTime first = parse(place, texts, 0);
    LocalDateTime second = parse(place, texts, 1);
    long months = ChronoUnit.MONTHS.between(YearMonth.from(first), YearMonth.from(second));
    boolean monthly = months > 0 && first.plusMonths(months).equals(second);
    Timeline timeline =
        new Timeline(
            first,
            monthly ? Period.ofMonths((int) months) : Duration.between(first, second),
            texts.stream().noneMatch(text -> text.contains(":")));
    if (!second.isAfter(first)) {
      throw timeline.wrong(place, texts, 1, "a time after " + texts.getFirst());
    }
    for (int row = 2; row < texts.size(); row++) {
      if (!parse(place, texts, row).equals(timeline.time(row))) {
        throw timeline.wrong(place, texts, row, timeline.at(row) + ", at the distance of the rows");
      }
    }
    return timeline;
  }

  /** {@return the time of a row, which may be behind the last; its number where there are none} */
  String at(int row) {
    if (start == null) {
      return Integer.toString(row);
    }
    return (dates ? time(row).toLocalDate() : time(row)).toString();
  }

  private LocalDateTime time(int row) {
    return switch (step) {
      case Period months -> start.plusMonths(months.toTotalMonths() * row);
      default -> start.plus(((Duration) step).multipliedBy(row));
    };
  }

  private static LocalDateTime parse(String place, List<String> texts, int row) {
    String text = texts.get(row).strip().replace(' ', 'T');
    try {
      return text.contains(":") ? LocalDateTime.parse(text) : LocalDate.parse(text).atStartOfDay();
    } catch (DateTimeParseException e) {
      throw NUMBERED.wrong(place, texts, row, "a date or time of ISO 8601, 2012-01-31T13:00");
    }
  }

  private DataException wrong(String place, List<String> texts, int row, String expected) {
    return new DataException(
        "[series] %s, row %d: expected %s, but got '%s'"
            .formatted(place, row + 1, expected, texts.get(row)));
  }
}
