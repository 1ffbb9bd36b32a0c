package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.error.FathomException;
import dev.fathom.json.SpecException;
import dev.fathom.spec.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables as people have them: each in {@code src/test/resources/tables}, with its spec. */
class TablesTest {
  private static final Path CASES = Path.of("src/test/resources/tables");

  @TempDir Path folder;

  private static ObjectNode json(String name) throws IOException {
    return (ObjectNode) new ObjectMapper().readTree(CASES.resolve(name + "-spec.json").toFile());
  }

  private static ObjectNode json(String name, String keys) throws IOException {
    ObjectNode spec = json(name);
    ((ObjectNode) spec.get("data"))
        .setAll((ObjectNode) new ObjectMapper().readTree("{" + keys.replace('\'', '"') + "}"));
    return spec;
  }

  private static TrainingData open(ObjectNode spec) throws IOException {
    return TrainingData.open(Spec.parse(spec), CASES);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nanfeat | line 5, column 1 'length': expected a number that is finite as f32, as most"
            + " values of the column are, but got 'nan'; in \"data\" write \"missingWords\":"
            + " [\"nan\"] if it means that the value is missing, or \"kinds\": {\"length\":"
            + " \"text\"}",
        "onena | line 62, column 2 'length': expected a number that is finite as f32, as most"
            + " values of the column are, but got 'n/a'; in \"data\" write \"missingWords\":"
            + " [\"n/a\"]",
        "percent | line 2, column 1 'share': expected a number that is finite as f32, as most"
            + " values of the column are, but got '1.27%'; in \"data\" write \"columns\":"
            + " {\"share\": {\"percent\": true}}",
      })
  void noColumnDisappears(String name, String part) throws IOException {
    FathomException wrong = assertThrows(FathomException.class, () -> open(json(name)));
    assertTrue(
        wrong.getMessage().startsWith("[csv] %s-train.csv, ".formatted(name) + part),
        wrong.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nanfeat | 'missingWords': ['nan'], 'missing': 'drop' | 118",
        "nanfeat | 'columns': {'length': {'missing': 'mean', 'missingWords': ['nan']}} | 120",
        "onena | 'missingWords': ['n/a'], 'missing': 'mean' | 120",
        "percent | 'columns': {'share': {'percent': true}} | 120",
        "gaps | `` | 120",
        "gaps2 | `` | 120",
        "tinylab | `` | 3",
        "unusedblank | `` | 120",
        "unusedid | `` | 120",
        "unusednew | `` | 120",
        "dropunused | `` | 120",
        "pdindex | `` | 120",
        "gz | `` | 120",
      })
  void trains(String name, String keys, int rows) throws IOException {
    ObjectNode spec = json(name, keys);
    ((ObjectNode) spec.get("training")).put("epochs", 20);
    TrainingData data = open(spec);
    assertEquals(rows, data.train().size());
    TrainingResult result = Trainer.of(Spec.parse(spec), data, Digits.java()).build().run();
    assertTrue(result.test().orElseThrow().accuracy() > 0.85, result.toString());
  }

  @Test
  void aTargetIsNeverFilled() throws IOException {
    for (String missing : List.of("mean", "previous", "drop")) {
      TrainingData data = open(json("meantarget", "'missing': '%s'".formatted(missing)));
      assertEquals(60, data.train().size());
      assertEquals(15, data.test().orElseThrow().size());
      assertEquals(
          List.of(
              "meantarget-train.csv: 60 rows; 'y' is learned from length, width",
              "meantarget-train.csv: 60 of 120 rows are left out, since a value is missing: 'y' in"
                  + " 60",
              "meantarget-test.csv: 15 of 30 rows are left out, since a value is missing: 'y' in"
                  + " 15"),
          data.notes());
    }
    assertEquals(
        "[csv] meantarget-train.csv: expected a value everywhere but it is missing in 'y' 60 times,"
            + " first in line 3; \"missing\" in \"data\" says what to do: drop leaves out the row,"
            + " mean and previous fill it",
        assertThrows(DataException.class, () -> open(json("meantarget", "'missing': 'refuse'")))
            .getMessage());
  }

  @Test
  void refusesFilesWithoutRows() throws IOException {
    assertEquals(
        "[csv] zerotest-test.csv: expected rows to test on but there are none",
        assertThrows(DataException.class, () -> open(json("zerotest"))).getMessage());
    Files.writeString(folder.resolve("a.csv"), "x,y\n,1\n2,\n");
    Files.writeString(folder.resolve("one.csv"), "x,y\n,b\n2,a\n3,a\n");
    Spec spec = Spec.parse(json("zerotest", "'train': 'a.csv', 'target': 'y', 'missing': 'drop'"));
    assertEquals(
        "[csv] a.csv: expected rows to learn from but 2 of 2 rows are left out, since a value is"
            + " missing: 'x' in 1, 'y' in 1",
        assertThrows(DataException.class, () -> TrainingData.open(spec, folder)).getMessage());
    Spec one = Spec.parse(json("zerotest", "'train': 'one.csv', 'target': 'y', 'missing': 'drop'"));
    assertEquals(
        "[data] one.csv: expected 2 classes or more in column 'y' but all 2 rows are of class 'a';"
            + " one.csv: 1 of 3 rows are left out, since a value is missing: 'x' in 1",
        assertThrows(DataException.class, () -> TrainingData.open(one, folder)).getMessage());
  }

  @Test
  void tellsWhichColumnsAreUsed() throws IOException {
    Files.writeString(
        folder.resolve("t.csv"),
        """
        ,id,zip,when,member,size,job,note,blank,tree
        0,a1,01234,2024-01-02,yes,1.5,x,p,,elm
        1,b7,99999,2024-01-02,no,,y,q,,oak
        2,c9,01235,2024-01-03,yes,2.5,x,r,,elm
        3,d3,01236,2024-01-04,no,5,x,s,,oak
        """);
    Spec spec =
        Spec.parse(
            json(
                "zerotest",
                "'train': 't.csv', 'test': null, 'columns': {'size': {'missing': 'mean'}}"));
    List<String> notes = new ArrayList<>();
    TrainingData data = TrainingData.open(spec, folder);
    Trainer.of(spec, data, Digits.java())
        .listener(
            event -> {
              if (event instanceof TrainingEvent.Started started) {
                notes.addAll(started.notes());
              }
            })
        .build()
        .run();
    assertEquals(
        List.of(
            "t.csv: 4 rows; 'tree' is learned from member, size",
            "t.csv: left out column 1 (it has no name), id (text), zip (text, some values begin"
                + " with 0), when (date), job (class), note (text), blank (text, without a value)",
            "t.csv: 'size' is missing in 1 rows and filled with the mean, 3.00000"),
        notes.subList(0, 3));
  }

  /** As pandas writes an index that it read before: "Unnamed: 0". */
  @Test
  void tellsWhichColumnCountsTheRows() throws IOException {
    StringBuilder csv = new StringBuilder("Unnamed: 0,x,y\n");
    for (int i = 0; i < 12; i++) {
      csv.append(i).append(',').append(i * i).append(i % 2 == 0 ? ",a\n" : ",b\n");
    }
    Files.writeString(folder.resolve("c.csv"), csv);
    String all = "'train': 'c.csv', 'test': null, 'target': 'y'";
    String told =
        "c.csv: 'Unnamed: 0' counts the rows, which says nothing of others; \"features\" leaves it"
            + " out";
    assertTrue(TrainingData.open(Spec.parse(json("zerotest", all)), folder).notes().contains(told));
    Spec chosen = Spec.parse(json("zerotest", all + ", 'features': ['Unnamed: 0', 'x']"));
    assertFalse(TrainingData.open(chosen, folder).notes().contains(told));
  }

  @Test
  void classesNeedNoKind() throws IOException {
    Files.writeString(folder.resolve("c.csv"), "x,y\n1,007\n2,07\n3,7\n4,007\n");
    Spec spec = Spec.parse(json("zerotest", "'train': 'c.csv', 'test': null, 'target': 'y'"));
    TrainingData data = TrainingData.open(spec, folder);
    assertEquals(List.of("007", "07", "7"), data.train().columns().getLast().labels());
  }

  @Test
  void tellsOfClassesThatDifferInSpellingAlone() throws IOException {
    Files.writeString(folder.resolve("c.csv"), "x,y\n1,Oak\n2,oak \n3,elm\n4,oak\n");
    Spec spec = Spec.parse(json("zerotest", "'train': 'c.csv', 'test': null, 'target': 'y'"));
    assertTrue(
        TrainingData.open(spec, folder)
            .notes()
            .contains(
                "c.csv: 'y' has names that differ in case or spaces alone, each taken for itself:"
                    + " 'Oak' and 'oak' and 'oak '"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "c.csv | c.csv is learned from and measured on: that tells nothing of other examples",
        "d.csv | d.csv is the same as c.csv: it tells nothing of other examples",
        "e.csv | ''",
      })
  void tellsOfATestThatIsTheTraining(String test, String note) throws IOException {
    for (String name : List.of("c.csv", "d.csv", "e.csv")) {
      String more = name.equals("e.csv") ? "5,elm\n" : "";
      Files.writeString(folder.resolve(name), "x,y\n1,oak\n2,oak\n3,elm\n4,elm\n" + more);
    }
    ObjectNode json =
        json("zerotest", "'train': 'c.csv', 'test': '%s', 'target': 'y'".formatted(test));
    List<String> notes = TrainingData.open(Spec.parse(json), folder).notes();
    assertEquals(!note.isEmpty(), notes.contains(note), notes::toString);
    assertEquals(note.isEmpty(), notes.stream().noneMatch(n -> n.contains("tells nothing")));
    ((ObjectNode) json.get("data")).putNull("test");
    ((ObjectNode) json.get("training")).put("validation", test);
    assertEquals(
        !note.isEmpty(), TrainingData.open(Spec.parse(json), folder).notes().contains(note));
  }

  /** What the training took for whole numbers may be others, in a test as in a request. */
  @Test
  void aTestMayHaveNumbersBetweenTheIntegersOfTheTraining() throws IOException {
    Files.writeString(folder.resolve("c.csv"), "x,y\n1,oak\n2,oak\n4,elm\n4,elm\n,elm\n");
    Files.writeString(folder.resolve("d.csv"), "x,y\n1.5,oak\n,elm\n");
    Spec spec =
        Spec.parse(
            json(
                "zerotest",
                "'train': 'c.csv', 'test': 'd.csv', 'target': 'y', 'fit': false, 'missing':"
                    + " 'mean'"));
    Dataset test = TrainingData.open(spec, folder).test().orElseThrow();
    double[] values = new double[2];
    test.read(0, 0, values, 0);
    test.read(0, 1, values, 1);
    assertArrayEquals(new double[] {1.5, 3}, values);
  }

  /** Whoever writes an empty list means none, where it was taken for all. */
  @Test
  void anEmptyListOfFeaturesIsRefused() throws IOException {
    String csv = "{'format': 'csv', 'train': 't', 'target': 'c', 'features': []}";
    assertPointer("/data/features", csv);
    // Fathom itself wrote it as the default.
    Spec stored = Spec.stored(new ObjectMapper().readTree(text(csv)));
    assertEquals(stored, Spec.parse(text(csv.replace(", 'features': []", ""))));
  }

  @Test
  void namesTaskAndKindsWhereTheTargetDoesNotFit() throws IOException {
    Files.writeString(folder.resolve("c.csv"), "x,y\n1,a\n2,b\n3,a\n4,b\n");
    ObjectNode numbers = json("zerotest", "'train': 'c.csv', 'test': null, 'target': 'y'");
    numbers.put("task", "regression");
    ((ObjectNode) numbers.get("training")).put("loss", "meanSquaredError");
    String text =
        assertThrows(
                FathomException.class,
                () -> {
                  Spec spec = Spec.parse(numbers);
                  Trainer.of(spec, TrainingData.open(spec, folder), Digits.java()).build();
                })
            .getMessage();
    assertTrue(text.contains("task") && text.contains("kinds"), text);
    Spec classes =
        Spec.parse(
            json(
                "zerotest",
                "'train': 'c.csv', 'test': null, 'target': 'x', 'fit': false, 'features': ['x2'],"
                    + " 'kinds': {'x': 'number'}"));
    Files.writeString(folder.resolve("c.csv"), "x,x2\n1,1\n2,1\n3,1\n4,1\n");
    TrainingData data = TrainingData.open(classes, folder);
    String none =
        assertThrows(FathomException.class, () -> Trainer.of(classes, data, Digits.java()).build())
            .getMessage();
    assertTrue(none.contains("task") && none.contains("kinds"), none);
  }

  @Test
  void columnsSayTheSameAsKinds() {
    String csv = "{'format': 'csv', 'train': 't', 'target': 'c', %s}";
    for (String[] same :
        new String[][] {
          {"'kinds': {'a': 'class'}", "'columns': {'a': {'kind': 'class'}}"},
          {
            "'missing': 'mean', 'columns': {'a': {'percent': true}}",
            "'missing': 'mean', 'columns': {'a': {'percent': true, 'missing': 'mean'}}"
          },
          {"'separator': ';'", "'separator': 'semicolon'"},
        }) {
      assertEquals(data(csv.formatted(same[0])), data(csv.formatted(same[1])));
    }
    assertPointer(
        "/data/columns/a/kind",
        csv.formatted("'kinds': {'a': 'class'}, 'columns': {'a': {'kind': 'text'}}"));
    assertPointer("/data/columns/a/kid", csv.formatted("'columns': {'a': {'kid': 'text'}}"));
    assertPointer("/data/columns/a", csv.formatted("'columns': {'a': 'text'}"));
    assertPointer(
        "/data/columns/a/thousands", csv.formatted("'columns': {'a': {'thousands': '.'}}"));
    assertPointer("/data/decimal", csv.formatted("'decimal': 'comma'"));
    assertPointer("/data/quote", csv.formatted("'separator': '|', 'quote': '|'"));
    assertPointer(
        "/data/columns/c/missing", csv.formatted("'columns': {'c': {'missing': 'mean'}}"));
    assertPointer("/data/separator", csv.replace("csv", "jsonl").formatted("'separator': ';'"));
  }

  private static String text(String data) {
    return """
    {"name": "n", "data": %s, "model": [{"type": "dense", "units": 2}]}\
    """
        .formatted(data.replace('\'', '"'));
  }

  private static Object data(String data) {
    Spec spec = Spec.parse(text(data));
    assertEquals(spec, Spec.parse(spec.expand()));
    return spec.data();
  }

  private static void assertPointer(String pointer, String data) {
    assertEquals(
        pointer,
        assertThrows(SpecException.class, () -> Spec.parse(text(data)), data).pointer(),
        data);
  }
}
