package dev.fathom.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.data.DataException;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Kind;
import dev.fathom.format.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableFileTest {
  private static final String PEOPLE =
      """
      name,age,height,city
      "Lovelace, Ada",36,1.65,London
      "Grace ""Amazing"" Hopper",85,1.7,"New
      York"
      Alan Turing,41,1.78e0,London
      Emmy Noether, 53 ,-.5,"New
      York"
      """;

  @TempDir Path folder;

  private TableFile csv(String text) throws IOException {
    return csv("people.csv", text);
  }

  private TableFile csv(String name, String text) throws IOException {
    return TableFile.of(Files.writeString(folder.resolve(name), text));
  }

  @Test
  void findsTypes() throws IOException {
    Table table = csv(PEOPLE).read();
    assertEquals("people.csv", table.name());
    assertEquals(4, table.size());
    assertEquals(
        List.of(Kind.TEXT, Kind.INTEGER, Kind.NUMBER, Kind.CLASS),
        table.fields().stream().map(Table.Field::kind).toList());
    assertEquals(
        List.of("Lovelace, Ada", "Grace \"Amazing\" Hopper", "Alan Turing", "Emmy Noether"),
        table.texts("name"));
    assertArrayEquals(new long[] {36, 85, 41, 53}, table.integers("age"));
    assertArrayEquals(new float[] {36, 85, 41, 53}, table.numbers("age"));
    assertArrayEquals(new float[] {1.65f, 1.7f, 1.78f, -.5f}, table.numbers("height"));
    assertEquals(List.of("London", "New\nYork"), table.field("city").labels());
    assertArrayEquals(new int[] {0, 1, 0, 1}, table.classes("city"));
    assertEquals(53.75, table.field("age").mean().orElseThrow());
    assertEquals(Map.of(), table.missing());
    assertWrong(
        DataException.class, () -> table.numbers("city"), "expected numbers in column 'city'");
    assertWrong(DataException.class, () -> table.texts("sex"), "[name, age, height, city]");
  }

  /** Any texts, written by the rules of RFC 4180, are read back. */
  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n"})
  void readsWhatTheFormatAllows(String end) throws IOException {
    String characters = "a,\"\n\r; é😀\u0000'";
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int columns = 1 + random.nextInt(3);
      String[] cells = new String[columns * (1 + random.nextInt(5))];
      StringBuilder file = new StringBuilder(random.nextBoolean() ? "\uFEFF" : "");
      for (int column = 0; column < columns; column++) {
        file.append(column == 0 ? "c" : ",c").append(column);
      }
      for (int i = 0; i < cells.length; i++) {
        StringBuilder cell = new StringBuilder();
        for (int length = random.nextInt(6); length > 0; length--) {
          int at = random.nextInt(characters.codePointCount(0, characters.length()));
          cell.appendCodePoint(characters.codePoints().skip(at).findFirst().orElseThrow());
        }
        cells[i] = cell.toString();
        boolean plain = cells[i].matches("[a é😀;]+") && random.nextBoolean();
        file.append(i % columns == 0 ? end : ",")
            .append(plain ? cells[i] : '"' + cells[i].replace("\"", "\"\"") + '"');
      }
      TableFile csv = csv(file + (random.nextBoolean() ? end : ""));
      for (int column = 0; column < columns; column++) {
        csv.column("c" + column, Kind.TEXT);
      }
      Table table = csv.read();
      for (int i = 0; i < cells.length; i++) {
        assertEquals(
            cells[i], table.texts("c" + i % columns).get(i / columns), "seed " + seed + file);
      }
    }
  }

  @Test
  void readsFilesOfOtherHabits() throws IOException {
    Table table =
        csv("1.5;x\n\n\n2;y\n")
            .dialect(new Dialect(";", Optional.of('"')))
            .header(List.of("a", "b"))
            .read();
    assertArrayEquals(new float[] {1.5f, 2}, table.numbers("a"));
    assertEquals(List.of("x", "y"), table.texts("b"));
    assertEquals(0, csv("a,b").read().size());
    assertEquals(0, csv("a,b\r\n").read().size());
    assertEquals(
        List.of("", "1", ""), csv("a\n\n1\n\"\"").column("a", Kind.TEXT).read().texts("a"));
    assertThrows(IllegalArgumentException.class, () -> new Dialect("\"", Optional.empty()));
  }

  @Test
  void ordersClasses() throws IOException {
    Table table =
        csv("n,s\n10,b\n9,B\n10,b\n-1,a\n").column("n", Kind.CLASS).column("s", Kind.CLASS).read();
    assertEquals(List.of("-1", "9", "10"), table.field("n").labels());
    assertEquals(List.of("B", "a", "b"), table.field("s").labels());
    assertArrayEquals(new int[] {2, 1, 2, 0}, table.classes("n"));
    assertEquals(Kind.TEXT, csv("a\nx\ny\nx\nz\n").read().field("a").kind());
    assertEquals(Kind.NUMBER, csv("a\n9999999999999999999\n1\n").read().field("a").kind());
    assertEquals(Kind.TEXT, csv("a\nNaN\n1f\n0x1p3\n").read().field("a").kind());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a,b;1,2;3 | line 3: expected 2 values, one for each column, but got 1 | 8",
        "a,b;1,2,3 | line 2: expected 2 values, one for each column, but got 3 | 4",
        "a,b;`x;y`,1,2 | line 2: expected 2 values | 4",
        "a,b;`x;y`,1;1 | line 4: expected 2 values | 12",
        "a,b;1,x`y | line 2, column 2: expected no quote inside an unquoted value | 7",
        "a,b;1,`x`y | line 2, column 2: expected a separator or the end of the line | 9",
        "a,b;1,`xy | line 2, column 2: expected a closing quote but the file ends | 6",
        "a,b;1,2;`;;` ,2 | line 5, column 1: expected a separator | 12",
      })
  void namesLineAndColumnOfWhatIsNoCsv(String text, String part, long offset) throws IOException {
    TableFile csv = csv(text.replace(';', '\n').replace('`', '"'));
    FormatException wrong = assertThrows(FormatException.class, csv::read);
    assertTrue(wrong.getMessage().startsWith("[csv] people.csv, " + part), wrong.getMessage());
    assertEquals(offset, wrong.offset(), wrong.getMessage());
  }

  @Test
  void namesLineAndColumnOfAWrongType() throws IOException {
    assertWrong(
        FormatException.class,
        csv("n,x\n1,2\n\"\n\",1.5x\n").column("n", Kind.TEXT).column("x", Kind.NUMBER)::read,
        "[csv] people.csv, line 4, column 2 'x': expected a number that is finite as f32 but got"
            + " '1.5x'");
    for (String value : List.of("NaN", "1e99", "-1e99", "Infinity", "1,5", "1f", "0x10", "")) {
      assertWrong(
          FormatException.class,
          csv("x\n\"%s\"\n".formatted(value)).column("x", Kind.NUMBER)::read,
          "line 2, column 1 'x': expected a number");
    }
    assertWrong(
        FormatException.class,
        csv("x\n1\n2.5\n").column("x", Kind.INTEGER)::read,
        "line 3, column 1 'x': expected a whole number of 64 bits but got '2.5'");
    assertWrong(
        FormatException.class,
        csv("x\n9223372036854775808\n").column("x", Kind.INTEGER)::read,
        "line 2");
  }

  @Test
  void namesTheByteThatIsNotUtf8() throws IOException {
    Path file = folder.resolve("latin.csv");
    Files.write(file, "a,b\ncafé,1\n".getBytes(StandardCharsets.ISO_8859_1));
    assertWrong(
        FormatException.class,
        TableFile.of(file)::read,
        "[utf-8] latin.csv, line 2, byte 7: expected UTF-8 but got e9; save the file as UTF-8");
  }

  @Test
  void refusesNamesThatCannotBeUsed() throws IOException {
    assertWrong(FormatException.class, csv("")::read, "line 1: expected the columns' names");
    assertWrong(DataException.class, csv("a,b,a\n")::read, "column 3 but got 'a'");
    assertWrong(
        DataException.class,
        csv("a,b\n").column("c", Kind.TEXT)::read,
        "expected a column 'c' but it has [a, b]");
  }

  private static final String HOLES = "a,b,c,t\n1,0.5,x,\n,1.5,,t\n4,NA,x,NA\n,,y,\"\"\n2,1,y,u\n";

  @Test
  void reportsMissingValues() throws IOException {
    assertWrong(
        DataException.class,
        csv(HOLES).column("t", Kind.TEXT).missing(Missing.REFUSE, "NA")::read,
        "[csv] people.csv: expected a value everywhere but it is missing in 'a' 2 times, first in"
            + " line 3; 'b' 2 times, first in line 4; 'c' 1 times, first in line 3");
    assertWrong(
        DataException.class,
        csv(HOLES).column("c", Kind.CLASS).missing(Missing.MEAN, "NA")::read,
        "missing in 'c' 1 times, first in line 3");
    assertWrong(
        DataException.class,
        csv("x,y\n,1\n").column("x", Kind.NUMBER).missing(Missing.MEAN)::read,
        "'x' 1 times");
  }

  @Test
  void dropsRowsWithMissingValues() throws IOException {
    Table table =
        csv(HOLES)
            .column("c", Kind.CLASS)
            .column("t", Kind.TEXT)
            .missing(Missing.DROP, "NA")
            .read();
    assertEquals(2, table.size());
    assertArrayEquals(new long[] {1, 2}, table.integers("a"));
    assertEquals(List.of("", "u"), table.texts("t"));
    assertEquals(Map.of("a", 2, "b", 2, "c", 1), table.missing());
  }

  @Test
  void fillsMissingNumbersWithTheMeanOfTheTraining() throws IOException {
    Table train = csv("a,b\n1,0.5\n,1.5\n5,NA\n2,1\n").missing(Missing.MEAN, "NA").read();
    assertArrayEquals(new long[] {1, 3, 5, 2}, train.integers("a")); // 8 / 3, rounded
    assertArrayEquals(new float[] {0.5f, 1.5f, 1, 1}, train.numbers("b"));
    assertEquals(Map.of("a", 1, "b", 1), train.missing());
    Table test = csv("test.csv", "a,b\n100,\n").missing(Missing.MEAN).like(train).read();
    assertArrayEquals(new float[] {1}, test.numbers("b"));
  }

  @Test
  void fillsMissingValuesWithThoseOfTheRowBefore() throws IOException {
    Table table =
        csv("a,b,c\n1,x,0.5\n,NA,\n3,y,NA\n")
            .column("b", Kind.CLASS)
            .missing(Missing.PREVIOUS, "NA")
            .read();
    assertArrayEquals(new long[] {1, 1, 3}, table.integers("a"));
    assertArrayEquals(new int[] {0, 0, 1}, table.classes("b"));
    assertArrayEquals(new float[] {0.5f, 0.5f, 0.5f}, table.numbers("c"));
    assertEquals(Map.of("a", 1, "b", 1, "c", 2), table.missing());
    assertWrong(
        DataException.class,
        csv("a,b\n,1\n2,\n").missing(Missing.PREVIOUS)::read,
        "expected a value everywhere but it is missing in 'a' 1 times, first in line 2");
  }

  @Test
  void readsOneFileLikeAnother() throws IOException {
    Table train = csv("x,y,label\n1,2.5,cat\n2,3,dog\n3,4,cat\n4,5,dog\n").read();
    Table test = csv("test.csv", "label,y,x\ndog,1,7\n").like(train).read();
    assertEquals(
        train.fields().stream().map(Table.Field::name).toList(), List.of("x", "y", "label"));
    assertEquals(
        test.fields().stream().map(Table.Field::name).toList(), List.of("x", "y", "label"));
    assertArrayEquals(new int[] {1}, test.classes("label"));

    assertWrong(
        FormatException.class,
        csv("test.csv", "x,y,label\n1,2,dog\n1,2,cow\n").like(train)::read,
        "[csv] test.csv, line 3, column 3 'label': expected one of the classes cat, dog but got"
            + " 'cow'");
    assertWrong(
        DataException.class,
        csv("test.csv", "x,y\n").like(train)::read,
        "expected a column 'label' but it has [x, y]");
    assertEquals(
        train.fields().stream().map(Table.Field::name).toList(),
        csv("test.csv", "x,,z,y,z,label\n1,?,,2,\"\",dog\n").like(train).read().fields().stream()
            .map(Table.Field::name)
            .toList());
  }

  private interface Call {
    void run() throws IOException;
  }

  private static void assertWrong(Class<? extends Exception> type, Call call, String part) {
    String message = assertThrows(type, call::run, part).getMessage();
    assertTrue(message.contains(part), message);
  }
}
