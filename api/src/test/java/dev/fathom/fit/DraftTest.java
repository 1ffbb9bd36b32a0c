package dev.fathom.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.data.DataException;
import dev.fathom.error.FathomException;
import dev.fathom.format.FormatException;
import dev.fathom.spec.Spec;
import dev.fathom.train.TrainingData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DraftTest {
  @TempDir Path folder;

  private Draft draft(String csv, String target, String... missingWords) throws IOException {
    Path file = Files.writeString(folder.resolve("t.csv"), csv);
    return Draft.of(file, request(target, Optional.empty(), missingWords));
  }

  private static Draft.Request request(
      String target, Optional<String> task, String... missingWords) {
    return new Draft.Request(
        "t",
        Optional.empty(),
        "t.csv",
        Optional.empty(),
        target,
        task,
        List.of(missingWords),
        5,
        word -> "ask for " + word);
  }

  private static String rows(String header, int count, String... cells) {
    return header
        + "\n"
        + IntStream.range(0, count)
            .mapToObj(i -> cells[i % cells.length].replace("#", Integer.toString(i)) + "\n")
            .collect(Collectors.joining());
  }

  @Test
  void findsWhatHelpsAndTellsWhatDoesNot() throws IOException {
    String csv =
        rows(
            "id,size,job,note,same,came,void,class",
            40,
            "#,1.5,cook,note #,x,2024-01-02,,7",
            "#,,nurse,note #,x,2024-03-02,-,9",
            "#,2.5,,note #,x,2024-03-05, ,9");
    Draft draft = draft(csv, "class", "-");
    assertEquals(
        List.of(
            "target class: 2 classes",
            "left out id: it counts the rows",
            "left out note: text, 40 different ones",
            "left out same: it never changes",
            "left out void: it is blank"),
        draft.notes());
    Spec spec = Spec.parse(draft.spec());
    assertEquals("classification", spec.task().name());
    assertEquals("[\"size\",\"job\",\"came\"]", draft.spec().at("/data/features").toString());
    assertEquals("category", draft.spec().at("/data/kinds/job").asText());
    assertEquals("date", draft.spec().at("/data/kinds/came").asText());
    assertEquals("class", draft.spec().at("/data/kinds/class").asText());
    assertEquals(2, draft.spec().path("model").path(4).path("units").asInt());
  }

  /** As spreadsheets write it where a comma is that of decimals. */
  @ParameterizedTest
  @CsvSource({
    "'x;y', '1,5;a', '7;b', semicolon, ','",
    "'x;y', '1.5;a', '7;b', semicolon, '.'",
    "'x|y', '1,5|a', '7|b', '|', ','",
    "'x\ty', '1.5\ta', '7\tb', tab, '.'",
  })
  void findsWhatSeparates(String header, String row, String other, String separator, String decimal)
      throws IOException {
    Draft draft = draft(rows(header, 40, row, other), "y");
    assertEquals("number", draft.spec().at("/data/kinds/x").asText());
    assertEquals(
        "values are separated by %s, decimals by '%s'".formatted(separator, decimal),
        draft.notes().getLast());
    Spec spec = Spec.parse(draft.spec());
    assertTrue(TrainingData.open(spec, folder).notes().getFirst().startsWith("t.csv: 40 rows"));
  }

  /** 1.234,5 may be thousands, and may be a mistake. */
  @Test
  void whatCouldBeOneOrTheOtherIsNotGuessed() {
    FormatException wrong =
        assertThrows(FormatException.class, () -> draft(rows("x;y", 40, "1.234,5;a", "2;b"), "y"));
    assertTrue(
        wrong.getMessage().contains("{\"decimal\": \",\", \"thousands\": \".\"}}"),
        wrong::getMessage);
  }

  /** Whole numbers of few values are classes unless somebody says otherwise. */
  @ParameterizedTest
  @CsvSource({
    "'1,0;2,1', classification",
    "'1,3;2,10', classification",
    "'1,true;2,false', classification",
    "'1,yes;2,no', classification",
    "'1,007;2,07', classification",
    "'1,0.5;2,1.5', regression",
    "'#,#;1,2', regression",
  })
  void theTargetSaysTheTask(String cells, String task) throws IOException {
    Draft draft = draft(rows("x,y", 40, cells.split(";")), "y");
    assertEquals(task, draft.spec().path("task").asText());
    Spec.parse(draft.spec());
  }

  @Test
  void aTaskThatIsGivenCounts() throws IOException {
    Path file = Files.writeString(folder.resolve("t.csv"), rows("x,y", 40, "#.5,1", "3,2"));
    Draft draft = Draft.of(file, request("y", Optional.of("regression")));
    assertEquals("regression", draft.spec().path("task").asText());
    assertEquals(1, draft.spec().path("model").path(4).path("units").asInt());
    Draft.Request wrong = request("y", Optional.of("forecast"));
    assertEquals(
        "[fit] expected the task classification or regression but got 'forecast'",
        assertThrows(DataException.class, () -> Draft.of(file, wrong)).getMessage());
  }

  /** The network gives as many numbers as the training finds classes, however these are written. */
  @ParameterizedTest
  @CsvSource({"0 -0 1, 3", "1 +1 2, 3", "yes Yes no, 3", "2 2 1, 2"})
  void classesAreCountedAsTheyAreWritten(String cells, int classes) throws IOException {
    String[] rows = Stream.of(cells.split(" ")).map(cell -> "#.5," + cell).toArray(String[]::new);
    Draft draft = draft(rows("x,y", 30, rows), "y");
    assertEquals("target y: %d classes".formatted(classes), draft.notes().getFirst());
    assertEquals(classes, draft.spec().path("model").path(4).path("units").asInt());
  }

  @Test
  void textsThatAreFewAreClassesWhereTheTaskSaysSo() throws IOException {
    Path file =
        Files.writeString(folder.resolve("t.csv"), "x,y\n1,a\n3,b\n4,c\n5,d\n9,e\n1,a\n2,a\n7,a\n");
    Draft draft = Draft.of(file, request("y", Optional.of("classification")));
    assertEquals("target y: 5 classes", draft.notes().getFirst());
  }

  @Test
  void refusesWhatCannotBeFitted() {
    assertTrue(
        message(rows("y", 9, "a", "b"), "y").contains("to learn 'y' from but there is none"));
    assertTrue(
        message(rows("x,y", 9, "text #,a", "text #,b"), "y")
            .contains("a spec with \"text\": \"x\" in \"data\" learns from texts"));
    assertTrue(message(rows("x,y", 9, "1,2"), "z").contains("expected a column"));
    assertTrue(message("x,y\n", "y").contains("expected rows to learn from"));
    assertTrue(
        message(rows("x,y", 3, "1.5,2.5", "2,3.5"), "y").contains("expected 4 rows or more"));
    assertTrue(message(rows("x,y", 6, "1,a", "3,b"), "y").contains("4 rows or more of a class"));
    assertTrue(message(rows("x,y", 40, "1,a", "1,b"), "y").contains("left out x: it never"));
    assertTrue(message(rows("x,y", 40, "1,a #"), "y").contains("40 different texts in 40 rows"));
    assertTrue(message(rows("x,y", 20, "1,a", "2,b", "3,n/a", "4,c"), "x").isEmpty());
    assertTrue(message(rows("x,y", 15, "1,2", "2,3", "n/a,4"), "y").contains("'n/a'"));
  }

  @Test
  void wordsMayMeanThatAValueIsMissing() throws IOException {
    Draft draft = draft(rows("x,y", 15, "1,2", "2,3", "n/a,4"), "y", "n/a");
    assertEquals("[\"n/a\"]", draft.spec().at("/data/missingWords").toString());
    assertFalse(draft.spec().path("data").has("dataset"));
  }

  /** {@return the message of the error, empty if there is none} */
  private String message(String csv, String target) {
    try {
      draft(csv, target);
      return "";
    } catch (FathomException e) {
      return e.getMessage();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
