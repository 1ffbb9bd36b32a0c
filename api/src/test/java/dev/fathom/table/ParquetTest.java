package dev.fathom.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.data.Table;
import dev.fathom.data.Table.Kind;
import dev.fathom.error.FathomException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that DuckDB wrote; {@code files.sql} beside them says how. */
class ParquetTest {
  private static final Path FILES = Path.of("src/test/resources/tables/parquet");

  @TempDir Path folder;

  private static void assertWrong(TableFile file, String part) {
    String message = assertThrows(FathomException.class, file::read, part).getMessage();
    assertTrue(message.contains(part), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "snappy", "gzip"})
  void readsEachType(String name) throws IOException {
    Table table =
        TableFile.of(FILES.resolve(name + ".parquet"))
            .missing(Missing.MEAN)
            .leaveOut(field -> field.name().equals("list") ? Optional.of("text") : Optional.empty())
            .read();
    assertEquals(40, table.size());
    assertEquals(
        List.of(
            "length NUMBER",
            "width NUMBER",
            "id INTEGER",
            "big INTEGER",
            "member BOOLEAN",
            "tree CLASS",
            "gap NUMBER",
            "day DATE",
            "at DATE",
            "price NUMBER",
            "zip TEXT"),
        table.fields().stream().map(field -> field.name() + " " + field.kind()).toList());
    assertEquals(2.3, table.doubles("length")[3]);
    assertEquals((double) 0.8f, table.doubles("width")[3]);
    assertEquals(39, table.integers("id")[39]);
    assertEquals(390_000_000_000L, table.integers("big")[39]);
    assertArrayEquals(new double[] {1, 0, 0, 1}, Arrays.copyOf(table.doubles("member"), 4));
    assertEquals(List.of("elm", "oak"), table.field("tree").labels());
    assertEquals(Map.of("gap", 4), table.missing());
    assertEquals(table.field("gap").mean().orElseThrow(), table.doubles("gap")[13]);
    assertEquals(1704067200 + 86_400, table.doubles("day")[1]);
    assertEquals(1704067200 + 13 * 3600 + 0.5, table.doubles("at")[1]);
    assertEquals(0.25, table.doubles("price")[1]);
    assertEquals("00007", table.texts("zip").get(7));
    assertEquals(Map.of("list", "text, some values are lists or objects"), table.leftOut());
  }

  /** Each column has its own values, whichever others are read beside it. */
  @ParameterizedTest
  @ValueSource(strings = {"plain", "snappy", "gzip"})
  void someColumnsAreThoseOfAll(String name) throws IOException {
    Path file = FILES.resolve(name + ".parquet");
    Table all = TableFile.of(file).only(List.of("id", "tree", "price", "length", "zip")).read();
    for (List<String> some :
        List.of(List.of("price"), List.of("zip", "id"), List.of("tree", "length", "zip"))) {
      Table table = TableFile.of(file).only(some).read();
      for (String column : some) {
        switch (all.field(column).kind()) {
          case TEXT -> assertEquals(all.texts(column), table.texts(column));
          case CLASS -> assertArrayEquals(all.classes(column), table.classes(column));
          default -> assertArrayEquals(all.doubles(column), table.doubles(column));
        }
      }
    }
    assertEquals(39, all.integers("id")[39]);
  }

  @Test
  void kindsAndClassesAreDeclaredAsInAnyFormat() throws IOException {
    Table table =
        TableFile.of(FILES.resolve("plain.parquet"))
            .column("id", Kind.CLASS)
            .column("zip", Kind.NUMBER)
            .column("day", Kind.TEXT)
            .column("at", Kind.TEXT)
            .only(List.of("id", "zip", "day", "at"))
            .read();
    assertEquals("10", table.field("id").labels().get(10));
    assertEquals(7, table.doubles("zip")[7]);
    assertEquals("2024-01-08", table.texts("day").get(7));
    assertEquals("2024-01-01T13:00:00.500", table.texts("at").get(1));
    Path csv = Files.writeString(folder.resolve("like.csv"), "id,zip,day,at\n3,5,x,y\n");
    assertArrayEquals(new int[] {3}, TableFile.of(csv).like(table).read().classes("id"));
  }

  @Test
  void namesWhatIsWrong() throws IOException {
    Path plain = FILES.resolve("plain.parquet");
    assertWrong(
        TableFile.of(plain).only(List.of("list")),
        "[parquet] plain.parquet, row 1, column 12 'list': expected a text, a number, true, false"
            + " or null but got 'a list or a structure'");
    assertWrong(
        TableFile.of(plain).only(List.of("gap")), "it is missing in 'gap' 4 times, first in row 4");
    assertWrong(
        TableFile.of(plain).only(List.of("tree")).column("tree", Kind.NUMBER),
        "row 1, column 6 'tree': expected a number that is finite as f32 but got 'elm'");
    assertWrong(TableFile.of(FILES.resolve("zstd.parquet")), "ZSTD");
    byte[] bytes = Files.readAllBytes(plain);
    Path cut = folder.resolve("cut.parquet");
    for (int length : List.of(0, 3, 12, 1000, bytes.length - 1)) {
      Files.write(cut, Arrays.copyOf(bytes, length));
      assertWrong(TableFile.of(cut), "[parquet] cut.parquet, at its start: expected Parquet");
    }
    Path text = Files.writeString(folder.resolve("text.parquet"), "a,b\n1,2\n3,4\n5,6\n");
    assertWrong(TableFile.of(text), "[parquet] text.parquet, at its start: expected Parquet");
  }
}
