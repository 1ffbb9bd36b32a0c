package dev.fathom.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fathom.spi.Shape;
import dev.fathom.table.TableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
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
    return Series.of(table, List.of("a", "b"), "y", Optional.empty());
  }

  private static float[] read(Dataset dataset, int column, int row) {
    float[] values = new float[(int) dataset.columns().get(column).shape().elements()];
    dataset.read(column, row, values, 0);
    return values;
  }

  @Test
  void cutsWindowsAndWhatFollows() throws IOException {
    SeriesWindows windows = counting(20).windows(new Windowing(3, 2, 4, 5), "past", 0, 20);
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
    List<Float> naive = IntStream.range(10, 17).mapToObj(row -> series.naive(10, row, 3)).toList();
    assertEquals(List.of(7f, 8f, 9f, 7f, 8f, 9f, 7f), naive);
    assertEquals(9f, series.naive(10, 16, 1));
  }

  @Test
  void refusesWhatIsTooShort() throws IOException {
    Series series = counting(20);
    Windowing windowing = new Windowing(15, 6, 1, 1);
    assertEquals(
        "[series] 'count.csv': expected 21 rows or more, for a window of 15 and a horizon of 6, but"
            + " got 20",
        assertThrows(DataException.class, () -> series.windows(windowing, "x", 0, 20))
            .getMessage());
    SeriesWindows held = series.windows(new Windowing(2, 2, 1, 12), "x", 11, 20);
    assertEquals(
        "[series] expected a season of 12 rows or more before the held-back rows of 'count.csv' but"
            + " they begin with row 12, 11",
        assertThrows(DataException.class, held::comparable).getMessage());
    assertThrows(DataException.class, () -> series.windows(windowing, "y", 0, 20));
    assertThrows(DataException.class, () -> new Windowing(1, 1, 0, 1));
  }

  private Series at(String... times) throws IOException {
    StringBuilder text = new StringBuilder("t,y\n");
    for (String time : times) {
      text.append(time).append(",1\n");
    }
    Table table =
        TableFile.of(Files.writeString(folder.resolve("times.csv"), text))
            .column("t", Table.Kind.TEXT)
            .read();
    return Series.of(table, List.of("y"), "y", Optional.of("t"));
  }

  @Test
  void knowsWhenARowIs() throws IOException {
    assertEquals("2012-03-01", at("2012-02-27", "2012-02-28", "2012-02-29").time(3));
    assertEquals("2015-05-31", at("2015-01-31", "2015-02-28", "2015-03-31").time(4));
    assertEquals("2020-01-01", at("2018-01-01", "2019-01-01").time(2));
    assertEquals("2012-01-01T02:30", at("2012-01-01T01:00", "2012-01-01 01:30:00").time(3));
    assertEquals("7", counting(3).time(7));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2012-01-01 2012-01-02 2012-01-04 | row 3: expected 2012-01-03, at the distance of the rows,"
            + " but got '2012-01-04'",
        "2012-01-01 2012-02-01 2012-04-01 | row 3: expected 2012-03-01, at the distance of the rows,"
            + " but got '2012-04-01'",
        "2012-01-02 2012-01-01 | row 2: expected a time after 2012-01-02, but got '2012-01-01'",
        "2012-01-01 2012-13-01 | row 2: expected a date or time of ISO 8601, 2012-01-31T13:00, but"
            + " got '2012-13-01'",
        "2012-01-01 | expected 2 rows or more but got 1",
      })
  void refusesTimesThatAreNotInStep(String times, String end) {
    DataException wrong = assertThrows(DataException.class, () -> at(times.split(" ")));
    String comma = end.startsWith("row") ? ", " : ": ";
    assertEquals("[series] times.csv, 't'" + comma + end, wrong.getMessage());
  }
}
