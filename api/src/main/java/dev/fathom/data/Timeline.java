package dev.fathom.data;

import dev.fathom.data.TimeFormat.Form;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** When the rows of a series are: all rows of its frequency, with those that its file has not. */
final class Timeline {
  /** Null where rows have numbers instead of times. */
  private final Clock clock;

  /** The row of each row of the file, rising from 0. */
  private final int[] rows;

  /**
   * How a row becomes a time.
   *
   * @param offsets of the clock from UTC, one for each row of the file; one for all where they are
   *     equal; empty for none
   * @param utc whether {@code start} is in UTC
   */
  private record Clock(
      LocalDateTime start, Frequency frequency, Form form, List<ZoneOffset> offsets, boolean utc) {}

  private Timeline(Clock clock, int[] rows) {
    this.clock = clock;
    this.rows = rows;
  }

  /** {@return rows that have numbers instead of times} */
  static Timeline numbered(int size) {
    return new Timeline(null, IntStream.range(0, size).toArray());
  }

  /** {@return the rows of a column whose times are all of a frequency} */
  static Timeline of(TimeColumn column, Frequency frequency, boolean utc) {
    List<LocalDateTime> times = column.times(utc);
    LocalDateTime start = times.getFirst();
    Frequency on = frequency.on(times);
    int[] rows = times.stream().mapToInt(time -> Math.toIntExact(on.index(start, time))).toArray();
    List<ZoneOffset> offsets =
        column.offset(0) == null
            ? List.of()
            : IntStream.range(0, column.hasOffsets() ? rows.length : 1)
                .mapToObj(column::offset)
                .toList();
    return new Timeline(new Clock(start, on, column.form(), offsets, utc), rows);
  }

  /** {@return how many rows there are, with those that the file has not} */
  int size() {
    return rows.length == 0 ? 0 : rows[rows.length - 1] + 1;
  }

  /** {@return the row of each row of the file, rising; a copy} */
  int[] rows() {
    return rows.clone();
  }

  /** {@return the distance of the rows; empty where they have no times} */
  Optional<Frequency> frequency() {
    return Optional.ofNullable(clock).map(Clock::frequency);
  }

  /** {@return the time of a row, which may be behind the last; its number where there are none} */
  String at(int row) {
    if (clock == null) {
      return Integer.toString(row);
    }
    LocalDateTime time = clock.frequency.at(clock.start, row);
    if (clock.offsets.isEmpty()) {
      return clock.form.write(time, null);
    }
    ZoneOffset offset = clock.offsets.size() == 1 ? clock.offsets.getFirst() : offset(row);
    return clock.form.write(clock.utc ? time.plusSeconds(offset.getTotalSeconds()) : time, offset);
  }

  /** {@return the offset of the last row of the file that is not behind this} */
  private ZoneOffset offset(int row) {
    int found = Arrays.binarySearch(rows, row);
    return clock.offsets.get(found >= 0 ? found : -found - 2);
  }
}
