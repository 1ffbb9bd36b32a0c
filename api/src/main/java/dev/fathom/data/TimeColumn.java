package dev.fathom.data;

import dev.fathom.data.TimeFormat.Form;
import dev.fathom.data.TimeFormat.Time;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The times of the rows of one series, as a file has them. */
final class TimeColumn {
  private final String place;
  private final List<String> texts;
  private final int[] rows;
  private final List<Time> times;
  private final Form form;

  /**
   * @param place the column and its table, for messages
   * @param texts of all rows of the table
   * @param rows of this series, rising
   * @param hint follows the message of two rows with one time
   * @throws DataException if a text is no time, or not after the one before
   */
  TimeColumn(String place, List<String> texts, int[] rows, TimeFormat format, String hint) {
    this.place = place;
    this.texts = texts;
    this.rows = rows;
    this.times = new ArrayList<>(rows.length);
    for (int i = 0; i < rows.length; i++) {
      times.add(parse(i, format));
      check(i, hint);
    }
    form =
        times.stream()
            .map(Time::form)
            .reduce((a, b) -> b.precision() > a.precision() ? b : a)
            .orElse(null);
  }

  private Time parse(int i, TimeFormat format) {
    String hint =
        format == TimeFormat.ISO_8601 && texts.get(rows[i]).strip().matches("-?\\d{9,14}")
            ? "; for seconds or milliseconds since 1970 say \"timeFormat\": \"epochSeconds\" or"
                + " \"epochMilliseconds\""
            : "";
    return format.parse(texts.get(rows[i])).orElseThrow(() -> wrong(i, format.expected(), hint));
  }

  private void check(int i, String hint) {
    if (i == 0) {
      return;
    }
    Time last = times.get(i - 1);
    Time time = times.get(i);
    if ((time.offset() == null) != (last.offset() == null)) {
      String expected = last.offset() == null ? "no offset from UTC" : "an offset from UTC";
      throw wrong(i, "%s, as row %d has".formatted(expected, rows[i - 1] + 1), "");
    }
    String after = "a time after that of row %d, %s".formatted(rows[i - 1] + 1, text(i - 1));
    if (time.utc().equals(last.utc())) {
      throw wrong(i, after, hint);
    }
    if (time.utc().isBefore(last.utc())) {
      throw wrong(i, after, "; rows have to be in order of time");
    }
  }

  int size() {
    return rows.length;
  }

  /** {@return where the times are, for messages} */
  String place() {
    return place;
  }

  /** {@return how the most precise time is written, the first of these} */
  Form form() {
    return form;
  }

  /** {@return row {@code i} for people, with its time} */
  String row(int i) {
    return "row %d, %s".formatted(rows[i] + 1, text(i));
  }

  private String text(int i) {
    return texts.get(rows[i]).strip();
  }

  /** {@return whether offsets from UTC differ, as where clocks are changed in summer} */
  boolean hasOffsets() {
    return times.stream().map(Time::offset).distinct().count() > 1;
  }

  /** {@return the offset of a row's clock from UTC; null for none} */
  ZoneOffset offset(int i) {
    return times.get(i).offset();
  }

  /** {@return the times of clocks in UTC, or of those that the texts have} */
  List<LocalDateTime> times(boolean utc) {
    return times.stream().map(utc ? Time::utc : Time::local).toList();
  }

  /** {@return the error of a row} */
  DataException wrong(int i, String expected, String hint) {
    return new DataException(
        "[series] %s, row %d: expected %s, but got '%s'%s"
            .formatted(place, rows[i] + 1, expected, texts.get(rows[i]), hint));
  }
}
