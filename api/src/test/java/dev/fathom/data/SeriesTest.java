package dev.fathom.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.data.SeriesColumns.Times;
import dev.fathom.spi.Shape;
import dev.fathom.table.TableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesTest {
  @TempDir Path folder;

  /** Row i has the features 10 i and -i, and the target i. */
  private Series counting(int rows) throws IOException {
    StringBuilder text = new StringBuilder("a,b,y\n");
    IntStream.range(0, rows).forEach(i -> text.append("%d,%d,%d\n".formatted(10 * i, -i, i)));
    Table table = TableFile.of(Files.writeString(folder.resolve("count.csv"), text)).read();
    return SeriesSet.of(table, new SeriesColumns(List.of("a", "b"), "y")).of(Optional.empty());
  }

  private static SeriesWindows windows(Series series, Windowing windowing, int from) {
    return new SeriesWindows(
        List.of(new SeriesWindows.Part(series, from, series.size())), windowing, "past", false);
  }

  private static float[] read(Dataset dataset, int column, int row) {
    float[] values = new float[(int) dataset.columns().get(column).shape().elements()];
    dataset.read(column, row, values, 0);
    return values;
  }

  @Test
  void cutsWindowsAndWhatFollows() throws IOException {
    SeriesWindows windows = windows(counting(20), new Windowing(3, 2, 4, 5), 0);
    assertEquals(List.of("past", "y", "seasonal-naive"), names(windows));
    assertEquals(Shape.of(3, 2), windows.columns().getFirst().shape());
    assertEquals(4, windows.size()); // From rows 3, 7, 11 and 15; from 19 one would be too few.
    assertArrayEquals(new float[] {0, 0, 10, -1, 20, -2}, read(windows, 0, 0));
    assertArrayEquals(new float[] {3, 4}, read(windows, 1, 0));
    assertArrayEquals(new float[] {120, -12, 130, -13, 140, -14}, read(windows, 0, 3));
    assertArrayEquals(new float[] {15, 16}, read(windows, 1, 3));
    assertArrayEquals(new float[] {10, 11}, read(windows, 2, 3));
    assertEquals(15, windows.origin(3));
    assertThrows(IndexOutOfBoundsException.class, () -> read(windows, 0, 4));
  }

  private static List<String> names(Dataset dataset) {
    return dataset.columns().stream().map(Column::name).toList();
  }

  @Test
  void theNaiveForecastIsOfTheLastSeasonThatWasKnown() throws IOException {
    Series series = counting(20);
    List<Double> naive = IntStream.range(10, 17).mapToObj(row -> series.naive(10, row, 3)).toList();
    assertEquals(List.of(7.0, 8.0, 9.0, 7.0, 8.0, 9.0, 7.0), naive);
    assertEquals(9.0, series.naive(10, 16, 1));
  }

  @Test
  void refusesWhatIsTooShort() throws IOException {
    write("a,b,y\n" + "0,0,0\n".repeat(20));
    SeriesSet set = SeriesSet.of(file().read(), new SeriesColumns(List.of("a", "b"), "y"));
    assertEquals(
        "[series] 'series.csv': expected 21 rows or more, for a window of 15 and a horizon of 6, but"
            + " got 20",
        message(() -> set.examples(new Windowing(15, 6, 1, 1), "x", 0, 0)));
    assertEquals(
        "[series] expected a season of 12 rows or more before the held-back rows of 'series.csv' but"
            + " they begin with row 12, 11",
        message(() -> set.examples(new Windowing(2, 2, 1, 12), "x", 0, 0.45)));
    assertEquals(
        "[series] expected another name for the input than that of the target 'y'",
        message(() -> set.examples(new Windowing(2, 2, 1, 1), "y", 0, 0)));
    assertThrows(DataException.class, () -> new Windowing(1, 1, 0, 1));
  }

  private static String message(Executable refused) {
    return assertThrows(DataException.class, refused).getMessage();
  }

  private void write(String text) throws IOException {
    Files.writeString(folder.resolve("series.csv"), text);
  }

  private TableFile file() {
    return TableFile.of(folder.resolve("series.csv"));
  }

  private static Times times(Gaps gaps) {
    return new Times("t", TimeFormat.ISO_8601, Optional.empty(), gaps);
  }

  /** Rows "2024-01-01" or "a 2024-01-01", the first with the value 0, the next with 1. */
  private SeriesSet set(Times times, String... rows) throws IOException {
    boolean keys = rows[0].matches("[a-z] .*");
    StringBuilder text = new StringBuilder(keys ? "k,t,y\n" : "t,y\n");
    for (int i = 0; i < rows.length; i++) {
      String row = keys ? rows[i].replaceFirst(" ", ",") : rows[i];
      text.append("%s,%d%n".formatted(row, i));
    }
    write(text.toString());
    TableFile file = file().column("t", Table.Kind.TEXT).column("y", Table.Kind.NUMBER);
    Optional<String> key = keys ? Optional.of("k") : Optional.empty();
    key.ifPresent(column -> file.column(column, Table.Kind.TEXT));
    return SeriesSet.of(file.read(), new SeriesColumns(List.of("y"), "y", key, Optional.of(times)));
  }

  private static double[] targets(Series series) {
    return IntStream.range(0, series.size()).mapToDouble(series::target).toArray();
  }

  @Test
  void gapsAreRefusedFilledOrSplit() throws IOException {
    String[] days = {"2024-01-01", "2024-01-02", "2024-01-05", "2024-01-06", "2024-01-08"};
    assertEquals(
        "[series] series.csv, 't': 2 gaps with 3 missing rows at the frequency 'day', the first"
            + " between row 2, 2024-01-02, and row 3, 2024-01-05; say \"gaps\": \"previous\","
            + " \"interpolate\" or \"split\"",
        message(() -> set(times(Gaps.REFUSE), days)));
    Series repeated = set(times(Gaps.PREVIOUS), days).of(Optional.empty());
    assertArrayEquals(new double[] {0, 1, 1, 1, 2, 3, 3, 4}, targets(repeated));
    assertEquals("2024-01-04", repeated.time(3));
    assertEquals("2024-01-09", repeated.time(8));
    SeriesSet lines = set(times(Gaps.INTERPOLATE), days);
    assertArrayEquals(
        new double[] {0, 1, 4 / 3.0, 5 / 3.0, 2, 3, 3.5, 4},
        targets(lines.of(Optional.empty())),
        1e-15);
    assertEquals(
        List.of(
            "series.csv: 3 of the 8 rows of 'series.csv' are missing by their times; they"
                + " are filled in windows, and never forecast"),
        lines.notes());
    assertEquals(3, repeated.missing());
    assertFalse(repeated.isObserved(2));
    assertEquals(List.of(1, 4, 5, 7), origins(windows(repeated, new Windowing(1, 1, 1, 1), 0)));
    Series line = lines.of(Optional.empty());
    // Rows 3 and 6 lie on lines to rows 4 and 7, which are not known there.
    assertEquals(List.of(1, 5), origins(windows(line, new Windowing(1, 1, 1, 1), 0)));
    assertTrue(line.hasWindow(5, 4));
    assertFalse(line.hasWindow(4, 1));
    Series split = set(times(Gaps.SPLIT), days).of(Optional.empty());
    assertEquals(List.of(1, 5), origins(windows(split, new Windowing(1, 1, 1, 1), 0)));
    assertEquals(List.of(), origins(windows(split, new Windowing(1, 2, 1, 1), 0)));
    assertEquals(1, split.naive(4, 4, 1)); // Rows 2 and 3 are not there.
    assertEquals(0, split.naive(4, 4, 2));
    assertTrue(split.hasWindow(8, 1));
    assertFalse(split.hasWindow(8, 2));
    assertEquals(
        "[series] 'series.csv': expected 2 rows without a gap before 2024-01-09, a window, but there"
            + " is none of 2024-01-07",
        message(() -> split.window(8, 2, new double[2], 0)));
  }

  private static List<Integer> origins(SeriesWindows windows) {
    return IntStream.range(0, windows.size()).mapToObj(windows::origin).toList();
  }

  @Test
  void aSeriesHasRows() throws IOException {
    write("k,y\n");
    TableFile file = file().column("k", Table.Kind.TEXT).column("y", Table.Kind.NUMBER);
    Times daily =
        new Times("k", TimeFormat.ISO_8601, Optional.of(Frequency.of("day")), Gaps.REFUSE);
    for (SeriesColumns columns :
        List.of(
            new SeriesColumns(List.of("y"), "y"),
            new SeriesColumns(List.of("y"), "y", Optional.of("k"), Optional.empty()),
            new SeriesColumns(List.of("y"), "y", Optional.empty(), Optional.of(daily)))) {
      assertEquals(
          "[series] series.csv: expected 2 rows or more but got 0",
          message(() -> SeriesSet.of(file.read(), columns)));
    }
  }

  @Test
  void aFileMayHaveSeveralSeries() throws IOException {
    String[] rows = new String[30];
    for (int i = 0; i < 30; i++) {
      rows[i] = (i % 2 == 0 ? "a " : "b ") + LocalDate.of(2024, 1, 1).plusDays(i / 2 + i % 2 * 40);
    }
    rows[29] = "c 2024-05-05";
    SeriesSet set = set(times(Gaps.REFUSE), rows);
    assertEquals(List.of("a", "b", "c"), set.keys());
    assertEquals("2024-01-16", set.of(Optional.of("a")).time(15));
    assertEquals("2024-05-06", set.of(Optional.of("c")).time(1)); // The frequency of the others.
    SeriesExamples examples = set.examples(new Windowing(3, 2, 1, 2), "past", 0.25, 0.2);
    SeriesWindows train = examples.train();
    assertEquals("a (2024-01-04 to 2024-01-10) and 1 more", train.name());
    assertArrayEquals(new float[] {0, 2, 4}, read(train, 0, 0));
    int first = origins(train).lastIndexOf(3);
    assertArrayEquals(new float[] {1, 3, 5}, read(train, 0, first));
    assertArrayEquals(new float[] {7, 9}, read(train, 1, first));
    // Each series gives its last rows to the test: 12 to 14, and 11 to 13.
    assertEquals(List.of(12, 13, 11, 12), origins(examples.test().orElseThrow()));
    assertArrayEquals(new float[] {23, 25}, read(examples.test().orElseThrow(), 1, 2));
    assertArrayEquals(new float[] {19, 21}, read(examples.test().orElseThrow(), 2, 2));
    assertEquals(
        List.of(
            "series.csv: too short to learn from, with a window of 3, a horizon of 2 and a"
                + " season of 2: 'c' (1 rows)"),
        examples.notes().subList(0, 1));
    assertEquals(
        "[series] series.csv: expected the key of one of its series, a, b, c, but got 'd'",
        message(() -> set.of(Optional.of("d"))));
    assertEquals(
        "[series] series.csv: expected the key of one of its series, a, b, c, but got none",
        message(() -> set.of(Optional.empty())));
    assertThrows(DataException.class, () -> set.examples(new Windowing(30, 2, 1, 2), "past", 0, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "a 2024-01-01;b 2024-01-01;a 2024-01-02;b 2024-01-01 | 't' of 'b', row 4: expected a time"
            + " after that of row 2, 2024-01-01, but got '2024-01-01'",
        "a 2024-01-01;b 2024-01-01;a 2024-01-02;b 2024-01-02;b 2024-01-04 | 't' of 'b': 1 gap with 1"
            + " missing row at the frequency 'day', between row 4, 2024-01-02, and row 5,"
            + " 2024-01-04; say \"gaps\": \"previous\", \"interpolate\" or \"split\"",
        "a 2024-01-01;  2024-01-02 | 'k', row 2: expected the key of a series but got ''",
      })
  void mistakesOfOneAreNamed(String rows, String end) {
    assertEquals(
        "[series] series.csv, " + end, message(() -> set(times(Gaps.REFUSE), rows.split(";"))));
  }
}
