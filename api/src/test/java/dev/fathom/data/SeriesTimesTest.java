package dev.fathom.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fathom.data.SeriesColumns.Times;
import dev.fathom.table.TableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which times the rows of a series have, and how they are written. */
class SeriesTimesTest {
  @TempDir Path folder;

  private Series at(TimeFormat format, String frequency, String... times) throws IOException {
    StringBuilder text = new StringBuilder("t,y\n");
    for (String time : times) {
      text.append(time).append(",1\n");
    }
    Table table =
        TableFile.of(Files.writeString(folder.resolve("times.csv"), text))
            .column("t", Table.Kind.TEXT)
            .read();
    Times column =
        new Times("t", format, Optional.ofNullable(frequency).map(Frequency::of), Gaps.REFUSE);
    SeriesColumns columns =
        new SeriesColumns(List.of("y"), "y", Optional.empty(), Optional.of(column));
    return SeriesSet.of(table, columns).of(Optional.empty());
  }

  /** All but the last are in the file; the last comes next. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2012-02-27, 2012-02-28, 2012-02-29, 2012-03-01",
        "2024-02-12, 2024-02-19, 2024-02-26, 2024-03-04",
        "2024-01, 2024-02, 2024-03",
        "2019, 2020, 2021",
        "20240228, 20240229, 20240301",
        "20240131, 20240229, 20240331",
        "2018-01-01, 2019-01-01, 2020-01-01",
        // The ends of months, of which the first may be a short one.
        "2015-01-31, 2015-02-28, 2015-03-31, 2015-04-30",
        "2024-01-31, 2024-02-29, 2024-03-31, 2024-04-30",
        "2024-02-29, 2024-03-31, 2024-04-30, 2024-05-31",
        "2024-04-30, 2024-05-31, 2024-06-30",
        "2024-06-30, 2024-09-30, 2024-12-31, 2025-03-31",
        "2023-02-28, 2024-02-29, 2025-02-28",
        // No ends of months.
        "2023-02-28, 2023-03-28, 2023-04-28",
        "2023-12-30, 2024-01-30, 2024-02-29, 2024-03-30",
        "2023-02-28, 2023-03-30, 2023-04-30",
        "2024-01-15, 2024-04-15, 2024-07-15",
        // Thursday, Friday, Monday.
        "2024-02-01, 2024-02-02, 2024-02-05, 2024-02-06",
        "2024-02-02, 2024-02-05, 2024-02-06, 2024-02-07, 2024-02-08, 2024-02-09, 2024-02-12",
        "1969-12-31, 1970-01-01, 1970-01-02, 1970-01-05, 1970-01-06",
        "2024-02-01T17:30, 2024-02-02T17:30, 2024-02-05T17:30, 2024-02-06T17:30",
        "2024-01-01 00:00:00, 2024-01-01 01:00:00, 2024-01-01 02:00:00",
        "2024-01-01T23:45, 2024-01-01T23:50, 2024-01-01T23:55, 2024-01-02T00:00",
        "2024-01-01T00:00:00.0, 2024-01-01T00:00:00.5, 2024-01-01T00:00:01.0",
        "2024-01-01T00:00:00Z, 2024-01-01T12:00:00Z, 2024-01-02T00:00:00Z",
        "2024-01-01 00:00+01:00, 2024-01-01 01:00+01:00, 2024-01-01 02:00+01:00",
        "2024-01-31T00:00-05:00, 2024-02-29T00:00-05:00, 2024-03-31T00:00-05:00",
        // Clocks are changed: days of 23 hours, and hours that are missing or there twice.
        "2024-03-30T00:00+01:00, 2024-03-31T00:00+01:00, 2024-04-01T00:00+02:00, 2024-04-02T00:00+02:00",
        "2024-03-31T00:00+01:00, 2024-03-31T01:00+01:00, 2024-03-31T03:00+02:00, 2024-03-31T04:00+02:00",
        "2024-10-27T01:00+02:00, 2024-10-27T02:00+02:00, 2024-10-27T02:00+01:00, 2024-10-27T03:00+01:00",
      })
  void knowsWhenARowIs(String line) throws IOException {
    List<String> times = List.of(line.split(", "));
    Series series =
        at(TimeFormat.ISO_8601, null, times.subList(0, times.size() - 1).toArray(String[]::new));
    List<String> found =
        Stream.iterate(0, i -> i + 1).limit(times.size()).map(series::time).toList();
    assertEquals(times, found);
  }

  /** Each of several series may be within a week: their file tells. */
  @Test
  void weekdaysOfTwoWeeksAreBusinessDays() throws IOException {
    StringBuilder text = new StringBuilder("k,t,y\n");
    for (int week = 0; week < 3; week++) {
      LocalDate monday = LocalDate.of(2024, 1, 1).plusWeeks(week);
      for (int day = 0; day < 5; day++) {
        text.append("%d,%s,1\n".formatted(week, monday.plusDays(day)));
      }
    }
    Path file = Files.writeString(folder.resolve("weeks.csv"), text);
    Table table =
        TableFile.of(file).column("k", Table.Kind.TEXT).column("t", Table.Kind.TEXT).read();
    Times times = new Times("t", TimeFormat.ISO_8601, Optional.empty(), Gaps.REFUSE);
    SeriesColumns columns =
        new SeriesColumns(List.of("y"), "y", Optional.of("k"), Optional.of(times));
    SeriesSet set = SeriesSet.of(table, columns);
    assertEquals("2024-01-08", set.of(Optional.of("0")).time(5));
    assertEquals(
        List.of(
            "weeks.csv: rows are of business days, since none is on a Saturday or Sunday;"
                + " \"frequency\" says otherwise"),
        set.notes());
    // One week is too little to say so.
    assertEquals(
        "2024-01-06",
        at(
                TimeFormat.ISO_8601,
                null,
                "2024-01-01",
                "2024-01-02",
                "2024-01-03",
                "2024-01-04",
                "2024-01-05")
            .time(5));
  }

  @Test
  void writesTimesAsTheFirstOfTheMostPrecise() throws IOException {
    Series series = at(TimeFormat.ISO_8601, null, "2012-01-01T01:00", "2012-01-01 01:30:00");
    assertEquals("2012-01-01T02:30", series.time(3));
    series = at(TimeFormat.ISO_8601, null, "2012-01-01", "2012-01-01 12:00:00", "2012-01-02");
    assertEquals("2012-01-02 12:00:00", series.time(3));
    series = at(TimeFormat.ISO_8601, null, "2024-01-01t00:00z", "2024-01-01t00:00:30z");
    assertEquals("2024-01-01t00:01Z", series.time(2));
    // Instants, whatever their clocks.
    series = at(TimeFormat.ISO_8601, null, "2024-01-01T00:00Z", "2024-01-01T02:00+01:00");
    assertEquals("2024-01-01T03:00+01:00", series.time(2));
  }

  @Test
  void readsNumbersSince1970() throws IOException {
    Series days = at(TimeFormat.EPOCH_SECONDS, null, "1704067200", "1704153600");
    assertEquals("1704240000", days.time(2));
    assertEquals("-1", at(TimeFormat.EPOCH_SECONDS, null, "-3", "-2").time(2));
    assertEquals("1500", at(TimeFormat.EPOCH_MILLISECONDS, null, "500", "1000").time(2));
    // Months of seconds: 1 January, 1 February, 1 March.
    assertEquals(
        "1709251200", at(TimeFormat.EPOCH_SECONDS, "month", "1704067200", "1706745600").time(2));
  }

  @ParameterizedTest
  @CsvSource({
    "day, 2024-01-01, 2024-01-02",
    "2 days, 2024-01-01, 2024-01-03",
    "week, 2024-01-01, 2024-01-08",
    "business day, 2024-01-05, 2024-01-08",
    "month, 2024-01-31, 2024-02-29",
    "quarter, 2024-01-31, 2024-04-30",
    "year, 2024-02-29, 2025-02-28",
    "15 minutes, 2024-01-01T00:00, 2024-01-01T00:15",
  })
  void aFrequencyMayBeDeclared(String frequency, String only, String next) throws IOException {
    assertEquals(next, at(TimeFormat.ISO_8601, frequency, only).time(1));
    assertEquals(frequency, Frequency.of(frequency).text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0 days", "fortnight", "2 business days", "1.5 hours", "-1 day"})
  void otherFrequenciesAreRefused(String text) {
    assertThrows(DataException.class, () -> Frequency.of(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "- | 2012-01-02 2012-01-01 | , row 2: expected a time after that of row 1, 2012-01-02, but"
            + " got '2012-01-01'; rows have to be in order of time",
        "- | 2012-01-02 2012-01-02 | , row 2: expected a time after that of row 1, 2012-01-02, but"
            + " got '2012-01-02'; if rows are of several series, \"key\" names the column that"
            + " tells which",
        "- | 2012-01-01T00:00Z 2012-01-01T01:00+01:00 | , row 2: expected a time after that of row"
            + " 1, 2012-01-01T00:00Z, but got '2012-01-01T01:00+01:00'; if rows are of several"
            + " series, \"key\" names the column that tells which",
        "- | 2012-01-01 2012-13-01 | , row 2: expected a date or time of ISO 8601,"
            + " 2012-01-31T13:00, but got '2012-13-01'",
        "- | 2011-02-28 2011-02-29 | , row 2: expected a date or time of ISO 8601,"
            + " 2012-01-31T13:00, but got '2011-02-29'",
        "- | 20110228 20110229 | , row 2: expected a date or time of ISO 8601,"
            + " 2012-01-31T13:00, but got '20110229'",
        "- | 2012-01-01T00:00+25:00 | , row 1: expected a date or time of ISO 8601,"
            + " 2012-01-31T13:00, but got '2012-01-01T00:00+25:00'",
        "- | 1704067200 | , row 1: expected a date or time of ISO 8601, 2012-01-31T13:00, but got"
            + " '1704067200'; for seconds or milliseconds since 1970 say \"timeFormat\":"
            + " \"epochSeconds\" or \"epochMilliseconds\"",
        "- | 2012-01-01T00:00 2012-01-01T01:00Z | , row 2: expected no offset from UTC, as row 1"
            + " has, but got '2012-01-01T01:00Z'",
        "- | 2012-01-01T00:00Z 2012-01-01T01:00 | , row 2: expected an offset from UTC, as row 1"
            + " has, but got '2012-01-01T01:00'",
        "- | 2012-01-01 | : expected 2 rows or more but got 1",
        "- | 2012-01-01 2012-01-02 2012-01-02T12:00 2012-01-03T12:00 | , row 3: expected a time at the"
            + " frequency 'day' from row 1, 2012-01-01 on, but got '2012-01-02T12:00';"
            + " \"frequency\" may name other steps",
        "business day | 2024-01-05 2024-01-06 | , row 2: expected a time at the frequency 'business"
            + " day' from row 1, 2024-01-05 on, but got '2024-01-06'; \"frequency\" may name other"
            + " steps",
        "second | 2000-01-01 2024-01-01 | : 1 gap with 757382399 missing rows at the frequency"
            + " 'second', between row 1, 2000-01-01, and row 2, 2024-01-01; say \"gaps\":"
            + " \"previous\", \"interpolate\" or \"split\"",
        "- | 2024-02-01 2024-02-02 2024-02-05 2024-02-07 | : 1 gap with 1 missing row at the"
            + " frequency 'business day', between row 3, 2024-02-05, and row 4, 2024-02-07; say"
            + " \"gaps\": \"previous\", \"interpolate\" or \"split\"",
      })
  void refusesTimesThatAreNotInStep(String frequency, String times, String end) {
    DataException wrong =
        assertThrows(
            DataException.class, () -> at(TimeFormat.ISO_8601, frequency, times.split(" ")));
    assertEquals("[series] times.csv, 't'" + end, wrong.getMessage());
  }
}
