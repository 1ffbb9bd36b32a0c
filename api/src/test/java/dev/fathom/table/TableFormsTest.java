package dev.fathom.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.data.Table;
import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import dev.fathom.error.FathomException;
import dev.fathom.format.FormatException;
import dev.fathom.json.SpecException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in files of tables: ways to write values and lines, formats, kinds. */
class TableFormsTest {
  @TempDir Path folder;

  private TableFile file(String name, String text) throws IOException {
    return TableFile.of(Files.writeString(folder.resolve(name), text));
  }

  private static List<Kind> kinds(Table table) {
    return table.fields().stream().map(Field::kind).toList();
  }

  private static void assertWrong(TableFile file, String part) {
    String message = assertThrows(FathomException.class, file::read, part).getMessage();
    assertTrue(message.contains(part), message);
  }

  // ---- numbers ----

  private static Cells cells(char decimal, String thousands, boolean percent) {
    return new Cells(Optional.empty(), Missing.REFUSE, List.of(), decimal, thousands, percent);
  }

  private static double number(Cells cells, String text) {
    return new Numbers(cells).read(new Cell().text(Cell.Form.WRITTEN, text));
  }

  /** Every number is the nearest double, as Java reads it. */
  @Test
  void readsNumbersExactly() {
    Random random = new Random(5);
    for (int i = 0; i < 200_000; i++) {
      String text =
          switch (i % 5) {
            case 0 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
            case 1 -> Double.toString(random.nextGaussian());
            case 2 -> Long.toString(random.nextLong());
            case 3 -> random.nextInt(1000) + "." + random.nextLong(1L << 62);
            default -> "000" + random.nextInt() / 1000 + ".e" + (random.nextInt(60) - 30);
          };
      if (text.startsWith("000-") || text.equals("NaN")) {
        continue;
      }
      assertEquals(Double.parseDouble(text), number(Cells.PLAIN, text), text);
    }
    assertEquals(-0.0, number(Cells.PLAIN, "-0"));
    assertEquals(1e300, number(Cells.PLAIN, " 1e300\t"));
    assertEquals(0.1, number(Cells.PLAIN, "0.1000000000000000000000000000000000000000000"));
    assertEquals(Double.POSITIVE_INFINITY, number(Cells.PLAIN, "1e99999999999"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ". | '' | false | 1.5 | 1.5",
        ", | '' | false | -1,5 | -1.5",
        ", | . | false | 1.234.567,5e1 | 12345675",
        ". | , | false | 12,345 | 12345",
        ". | , | false | 1,234.5 | 1234.5",
        ". | ’ | false | 1’234 | 1234",
        ". | ' ' | false | 12 345 678 | 12345678",
        ". | '' | true | 12.5% | 0.125",
        ", | '' | true | '-7,5 %' | -0.075",
      })
  void readsNumbersAsTheyAreWritten(
      char decimal, String thousands, boolean percent, String text, double expected) {
    assertEquals(expected, number(cells(decimal, thousands, percent), text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ". | '' | false | '1,5;1.;,;;-;+;.;1e;1e+;e5;1 2;0x1;1f;NaN;Infinity;١;1-;--1;1_000;5%'",
        ". | , | false | '1,23;,123;1234,567;1,2345;1,,234;1,234,;12,34,567'",
        ", | . | false | '1.5;1,2,3'",
        ". | '' | true | '12;%;1%%;12%5'",
      })
  void refusesWhatIsNoNumber(char decimal, String thousands, boolean percent, String texts) {
    for (String text : texts.split(";")) {
      if (text.equals("1.")) {
        assertEquals(1, number(cells(decimal, thousands, percent), text)); // as ever
      } else {
        assertTrue(Double.isNaN(number(cells(decimal, thousands, percent), text)), text);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "n/a | \"missingWords\": [\"n/a\"] if it means that the value is missing, or \"kinds\":"
            + " {\"x\": \"text\"} if",
        "inf | \"missingWords\": [\"inf\"]",
        "12% | write \"columns\": {\"x\": {\"percent\": true}}, or \"kinds\"",
        "3,14 | write \"columns\": {\"x\": {\"decimal\": \",\"}}, or \"kinds\"",
        "1,234.5 | write \"columns\": {\"x\": {\"thousands\": \",\"}}, or \"kinds\"",
        "1,234 | {\"thousands\": \",\"}}, or \"columns\": {\"x\": {\"decimal\": \",\"}}, or",
        "1.234,5 | {\"decimal\": \",\", \"thousands\": \".\"}}",
        "1 234,5 | {\"decimal\": \",\", \"thousands\": \" \"}}",
        "1 234 567 | {\"thousands\": \" \"}}",
        "$5 | ; in \"data\" write \"kinds\": {\"x\": \"text\"} if the column holds none",
      })
  void anOddValueIsAnErrorThatSaysWhatToWrite(String value, String part) throws IOException {
    // One among numbers, and, where it looks like a number, a whole column.
    String rows = "x;y\n1;a\n2;b\n" + value + ";c\n4;d\n";
    Dialect semicolons = new Dialect(";", Optional.of('"'));
    TableFile one = file("x.csv", rows).dialect(semicolons);
    assertWrong(one, "[csv] x.csv, line 4, column 1 'x': expected a number");
    assertWrong(one, "but got '" + value + "'; in \"data\" write ");
    assertWrong(one, part);
    if (Character.isDigit(value.charAt(value.length() - 1))) {
      assertWrong(file("x.csv", "x;y\n" + (value + ";a\n").repeat(9)).dialect(semicolons), part);
    }
  }

  @Test
  void whatTheErrorSaysMends() throws IOException {
    Table table =
        file("x.csv", "a;b;c;d\n1,5;12%;1.234;n/a\n2;3%;5;7\n")
            .dialect(new Dialect(";", Optional.of('"')))
            .cells("a", cells(',', "", false))
            .cells("b", cells('.', "", true))
            .cells("c", cells(',', ".", false))
            .cells("d", Cells.PLAIN.with(Missing.MEAN, List.of("n/a")))
            .read();
    assertArrayEquals(new double[] {1.5, 2}, table.doubles("a"));
    assertArrayEquals(new double[] {0.12, 0.03}, table.doubles("b"));
    assertArrayEquals(new long[] {1234, 5}, table.integers("c"));
    assertArrayEquals(new long[] {7, 7}, table.integers("d"));
    assertThrows(IllegalArgumentException.class, () -> cells(';', "", false));
    assertThrows(IllegalArgumentException.class, () -> cells('.', ".", false));
    assertThrows(IllegalArgumentException.class, () -> cells('.', "1", false));
  }

  // ---- kinds ----

  @ParameterizedTest
  @CsvSource({
    "1 2 3 x, NUMBER",
    "1 2 x y, TEXT",
    "1 1 x x, CLASS",
    "1 n/a n/a ?, NUMBER",
    "n/a n/a ? -, TEXT",
    "01234 99999 12345 12346, TEXT",
    "007 7 007 7, CLASS",
    "00 01 02 03, TEXT",
    "0 1 0.5 0, NUMBER",
    "0 1 0 1, INTEGER",
    "true FALSE True false, BOOLEAN",
    "yes no yes yes, BOOLEAN",
    "t f f t, BOOLEAN",
    "y n n/a y, BOOLEAN",
    "yes no true false, TEXT",
    "yes no maybe yes, TEXT",
    "yes yes no maybe maybe no, CLASS",
    "2024-01-01 2024-01-02 2024-01-03 2024-01-04, DATE",
    "2024-01-01T00:00Z 2024-01-02T01:00:00.5+01:00 2024-01-03 2024-01-04, DATE",
    "2024-01-01 2024-13-02 2024-01-03 2024-01-04, TEXT",
    "1.2.3 1.2.4 1.3.0 2.0.0, TEXT",
    "10.0.0.1 10.0.0.2 10.0.0.3 x, TEXT",
    "12:30 12:31 12:32 12:33, TEXT",
    "5kg 6kg 7kg 8kg, TEXT",
  })
  void findsKinds(String values, Kind expected) throws IOException {
    TableFile file = file("k.csv", "x\n" + values.replace(' ', '\n') + "\n");
    List<Kind> found = new java.util.ArrayList<>();
    file.leaveOut(
        field -> {
          found.add(field.kind());
          return Optional.of("tried");
        });
    assertEquals(Map.of(), file.read().missing());
    assertEquals(List.of(expected), found);
  }

  @Test
  void readsTrueAndFalseAndDates() throws IOException {
    Table table =
        file(
                "d.csv",
                """
                on,day,set
                Yes,2024-01-01T00:00:00+01:00,1
                no,1970-01-02,0
                ,2024-02-29 12:30:15.25Z,1
                """)
            .column("set", Kind.BOOLEAN)
            .missing(Missing.MEAN)
            .read();
    assertEquals(List.of(Kind.BOOLEAN, Kind.DATE, Kind.BOOLEAN), kinds(table));
    assertArrayEquals(new double[] {1, 0, 0.5}, table.doubles("on"));
    assertArrayEquals(new double[] {1, 0, 1}, table.doubles("set"));
    assertArrayEquals(new double[] {1704063600, 86400, 1709209815.25}, table.doubles("day"));
    assertEquals(
        List.of("d.csv: 'on' is missing in 1 rows and filled with the mean, 0.500000"),
        table.notes());
    assertWrong(
        file("d.csv", "x\nyes\nperhaps\n").column("x", Kind.BOOLEAN),
        "line 3, column 1 'x': expected true or false, yes or no, t or f, y or n, 1 or 0 but got"
            + " 'perhaps'");
    assertWrong(
        file("d.csv", "x\n2024-02-30\n").column("x", Kind.DATE),
        "expected a date or time of ISO 8601, 2012-01-31T13:00 but got '2024-02-30'");
    Path cases = Path.of("src/test/resources/tables/tstz-train.csv");
    Table zoned = TableFile.of(cases).read();
    assertEquals(Kind.DATE, zoned.fields().getFirst().kind());
    assertEquals(1704063600, zoned.doubles("day")[0]); // midnight in the zone of +01:00
  }

  @Test
  void categoriesThatWereNotKnownAreTold() throws IOException {
    Table train = file("a.csv", "job\nx\ny\nx\n").column("job", Kind.CATEGORY).read();
    Table test = file("b.csv", "job\ny\nz\n\nz\n").missing(Missing.MEAN).like(train).read();
    assertArrayEquals(new int[] {1, 2, 2, 2}, test.classes("job"));
    assertEquals(
        List.of(
            "b.csv: 'job' is missing in 1 rows and filled with an unknown category",
            "b.csv: 'job' has categories in 2 rows that were not known"),
        test.notes());
  }

  // ---- rows that miss values ----

  @Test
  void rowsAreLeftOutByColumnsThatAreUsedAlone() throws IOException {
    String text = "a,b,c,d\n1,,,x\n2,5,,y\n,6,,x\n4,7,,y\n";
    Table table =
        file("m.csv", text)
            .only(List.of("a", "b", "d"))
            .missing(Missing.DROP)
            .cells("b", Cells.PLAIN.with(Missing.MEAN, List.of()))
            .read();
    assertArrayEquals(new long[] {1, 2, 4}, table.integers("a"));
    assertArrayEquals(new long[] {6, 5, 7}, table.integers("b"));
    assertEquals(Map.of("c", "not named in the spec"), table.leftOut());
    assertEquals(
        List.of(
            "m.csv: left out c (not named in the spec)",
            "m.csv: 1 of 4 rows are left out, since a value is missing: 'a' in 1",
            "m.csv: 'b' is missing in 1 rows and filled with the mean, 6"),
        table.notes());
  }

  // ---- lines and separators ----

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void linesEndInThreeWays(String end) throws IOException {
    String text = "\uFEFFa,b\n1,\"x\ny\"\n\n2,\"\"\"\"\n3,z".replace("\n", end);
    Table table = file("e.csv", text).column("b", Kind.TEXT).read();
    assertArrayEquals(new long[] {1, 2, 3}, table.integers("a"));
    assertEquals(List.of("x" + end + "y", "\"", "z"), table.texts("b"));
    TableFile wrong = file("e.csv", text + end + "4" + end).column("b", Kind.TEXT);
    assertWrong(wrong, "line 7: expected 2 values, one for each column, but got 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"|", "\t", ":", "§", "😀", " "})
  void anyCharacterSeparates(String separator) throws IOException {
    String text = "a,'b,c'\n1,'x,''y'\n2,ö\n".replace(",", separator);
    Table table = file("s.csv", text).dialect(new Dialect(separator, Optional.of('\''))).read();
    assertArrayEquals(new long[] {1, 2}, table.integers("a"));
    assertEquals(List.of("x" + separator + "'y", "ö"), table.texts("b" + separator + "c"));
  }

  @Test
  void quotesMayBeNone() throws IOException {
    Table table =
        file("q.csv", "a,b\n1,6\" pipe\n2,\"x\n")
            .dialect(new Dialect(",", Optional.empty()))
            .read();
    assertEquals(List.of("6\" pipe", "\"x"), table.texts("b"));
    assertThrows(IllegalArgumentException.class, () -> new Dialect(",,", Optional.empty()));
    assertThrows(IllegalArgumentException.class, () -> new Dialect("\n", Optional.empty()));
    assertThrows(IllegalArgumentException.class, () -> new Dialect("'", Optional.of('\'')));
  }

  @Test
  void tellsWhichSeparatorItMayBe() throws IOException {
    String hint =
        "; there is one column, and the first line has 2 ';': \"separator\": \"semicolon\"?";
    TableFile file = file("s.csv", "a;b;y\n1;2;x\n").need("y", "/data/target");
    assertEquals(
        "/data/target: expected a column of s.csv but got 'y'; there are [a;b;y]" + hint,
        assertThrows(SpecException.class, file::read).getMessage());
    assertWrong(file("s.csv", "a;b;y\n1,5;2;x\n"), "but got 2" + hint);
  }

  @Test
  void valuesMayBeAsLongAsBuffers() throws IOException {
    for (int length : List.of(65_530, 65_535, 65_536, 65_537, 200_000)) {
      String text = "ä".repeat(length / 2);
      Table table =
          file("l.csv", "a,b\n%s,1\n\"%s\",2\n%s,3".formatted(text, text, text))
              .column("a", Kind.TEXT)
              .read();
      assertEquals(List.of(text, text, text), table.texts("a"));
      assertArrayEquals(new long[] {1, 2, 3}, table.integers("b"));
    }
  }

  /** The ends of buffers lie anywhere. */
  @Test
  void manyRowsAreReadWithTheirLines() throws IOException {
    StringBuilder text = new StringBuilder("a,b\r\n");
    for (int row = 0; row < 50_000; row++) {
      text.append(row).append(",\"x\r\n").append(row).append("\"\r\n");
    }
    Table table = file("r.csv", text.toString()).column("b", Kind.TEXT).read();
    assertEquals(50_000, table.size());
    assertEquals(49_999, table.integers("a")[49_999]);
    assertEquals("x\r\n31234", table.texts("b").get(31_234));
    text.append("1,2,3\r\n");
    FormatException wrong =
        assertThrows(FormatException.class, file("r.csv", text.toString())::read);
    assertTrue(wrong.getMessage().contains("line 100002: expected 2 values"), wrong.getMessage());
    assertEquals(text.length() - 7, wrong.offset());
  }

  /** 200 columns by a million rows fit where their numbers do: there is no object for a value. */
  @Test
  void memoryIsThatOfTheNumbers() throws IOException {
    int columns = 50;
    int rows = 20_000;
    Random random = new Random(2);
    StringBuilder text = new StringBuilder("c0");
    for (int column = 1; column < columns; column++) {
      text.append(",c").append(column);
    }
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        text.append(column == 0 ? '\n' : ',');
        text.append(column % 5 == 0 ? "" : "0.").append(random.nextInt(1_000_000));
      }
    }
    TableFile file = file("big.csv", text.toString());
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    Table table = file.read();
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertEquals(rows, table.size());
    long values = 8L * columns * rows;
    // The first thousand distinct values of a column are kept for a while, as they may be classes.
    assertTrue(bytes < values + 300L * 1000 * columns, () -> bytes + " bytes for " + values);
  }

  // ---- other encodings, gzip ----

  @ParameterizedTest
  @CsvSource({"UTF-16LE, UTF-16", "UTF-16, UTF-16", "ISO-8859-1, save the file as UTF-8"})
  void otherEncodingsAreNamed(String charset, String part) throws IOException {
    Path file = folder.resolve("u.csv");
    Files.write(file, "größe,b\n1,2\n".getBytes(Charset.forName(charset)));
    assertWrong(TableFile.of(file), part);
  }

  @Test
  void readsGzipWhateverTheName() throws IOException {
    Path file = folder.resolve("z.csv.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("a,b\n1,2\n".repeat(1).getBytes(StandardCharsets.UTF_8));
    }
    assertArrayEquals(new long[] {1}, TableFile.of(file).read().integers("a"));
    byte[] bytes = Files.readAllBytes(file);
    Path other = folder.resolve("z.csv");
    Files.write(other, bytes);
    assertArrayEquals(new long[] {2}, TableFile.of(other).read().integers("b"));
    for (int length : List.of(2, 5, bytes.length - 9)) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertWrong(TableFile.of(file), "the gzip wrapping is damaged");
    }
    bytes[12] ^= 0x55;
    Files.write(file, bytes);
    assertThrows(FormatException.class, TableFile.of(file)::read);
    Files.writeString(file, "PK\3\4");
    assertWrong(TableFile.of(file), "a ZIP archive");
    Files.writeString(file, "PAR1....");
    assertWrong(TableFile.of(file), "\"format\": \"parquet\"");
  }

  // ---- JSON Lines ----

  @Test
  void readsJsonLines() throws IOException {
    Table table =
        file(
                "j.jsonl",
                """
                {"a": 1, "b": 2.5, "c": "ü", "d": true, "e": "01234", "f": "12"}
                {"b": null, "a": 2, "c": "\\"", "d": false, "e": "1", "f": "13", "g": 1e3}

                {"a": 3, "b": -1, "c": "", "d": true, "e": "2", "f": "14"}
                """)
            .missing(Missing.MEAN)
            .read();
    assertEquals(
        List.of("a", "b", "c", "d", "e", "f", "g"),
        table.fields().stream().map(Field::name).toList());
    assertEquals(
        List.of(
            Kind.INTEGER, Kind.NUMBER, Kind.TEXT, Kind.BOOLEAN, Kind.TEXT, Kind.TEXT, Kind.NUMBER),
        kinds(table));
    assertArrayEquals(new double[] {2.5, 0.75, -1}, table.doubles("b"));
    assertArrayEquals(new double[] {1, 0, 1}, table.doubles("d"));
    assertArrayEquals(new double[] {1000, 1000, 1000}, table.doubles("g"));
    assertEquals(List.of("ü", "\"", ""), table.texts("c"));
    Table other =
        file("k.jsonl", "{\"f\": \"7\", \"x\": []}\n")
            .column("f", Kind.NUMBER)
            .only(List.of("f"))
            .read();
    assertArrayEquals(new double[] {7}, other.doubles("f"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": 1};{\"a\": [2]} | line 2, column 1 'a': expected a text, a number, true, false or"
            + " null but got 'a list'",
        "{\"a\": 1};{\"a\": {}} | line 2, column 1 'a': expected a text, a number, true, false or"
            + " null but got 'an object'",
        "{\"a\": 1};[2] | line 2: expected an object in each line but got [",
        "{\"a\": 1};{\"a\" 2} | line 2: malformed JSON",
        "{\"a\": 1};{\"a\": 2, \"a\": 3} | line 2: expected each key once but got 'a' again",
        "{\"a\": 1};{\"a\": 2};{\"a\": | line 3: malformed JSON",
        "{\"a\": 1};{\"a\": 2};{\"a\": \"n/a\"} | line 3, column 1 'a': expected a number",
        "{\"a\": NaN} | line 1: malformed JSON",
      })
  void namesTheLineOfWhatIsNoRecord(String text, String part) throws IOException {
    assertWrong(file("w.jsonl", text.replace(';', '\n')), "[jsonl] w.jsonl, " + part);
  }
}
