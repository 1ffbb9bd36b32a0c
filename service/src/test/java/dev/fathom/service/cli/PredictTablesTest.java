package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A model of a table is asked rows as people have them. */
@Timeout(60)
class PredictTablesTest {
  private static final Path CASE = Path.of("src/test/resources/cases/11-predict-missing");

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var all = new String[arguments.length + 4];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(
        new String[] {"--data", folder.resolve("data").toString(), "--backend", "java"},
        0,
        all,
        arguments.length,
        4);
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }

  private String predict(String input) {
    assertEquals(0, run("predict", "missingtest2", input), err::toString);
    return out.toString().replaceAll(", \\d+ %", "").replace('\n', ' ').strip();
  }

  @Test
  void gapsAreFilledAsTheTrainingFilledThem() throws IOException {
    assertEquals(0, run("train", CASE.resolve("spec.json").toString()), err::toString);
    assertEquals("oak elm", predict(CASE.resolve("blank.csv").toString()));
    assertTrue(err.toString().contains("note: 'width' is filled in 1 row"), err::toString);
    var answers = out.toString();
    assertEquals("oak elm", predict(CASE.resolve("blank-unused.csv").toString()));
    assertEquals("", err.toString());

    assertEquals(
        "oak elm",
        predict("[{\"length\": 3, \"width\": null}, {\"width\": 0.7, \"length\": 6.1}]"));
    assertEquals(answers, out.toString());
    assertEquals("oak elm", predict("[[3, null], [6.1, 0.7]]"));
    assertEquals(answers, out.toString());
    assertEquals("elm", predict("{\"length\": 6.1, \"width\": 0.7}"));
    assertEquals("elm", predict("[6.1, 0.7]"));
    assertEquals("elm", predict("[6.1, null]"));
    var file =
        Files.writeString(folder.resolve("rows.json"), "[{\"length\": 3.0, \"width\": 1.5}]");
    assertEquals("oak", predict(file.toString()));
    assertEquals(
        0,
        run(
            "predict",
            "missingtest2",
            CASE.resolve("test.csv").toString(),
            "--first",
            "1",
            "--count",
            "3"));
    assertEquals(3, out.toString().lines().count());

    assertEquals(2, run("predict", "missingtest2", "[{\"length\": 3, \"wide\": 1.5}]"));
    assertTrue(
        err.toString().contains("expected a key 'width' in some row but they have [length, wide]"),
        err::toString);
    assertEquals(2, run("predict", "missingtest2", "[[3, 1.5], [6.1]]"));
    assertTrue(
        err.toString()
            .contains("row 1: expected 2 values, one for each of [length, width], but got 1"),
        err::toString);
    assertEquals(2, run("predict", "missingtest2", "[{\"length\": NaN, \"width\": 1}]"));
    assertTrue(err.toString().contains("malformed JSON"), err::toString);
    assertEquals(2, run("predict", "missingtest2", "[{\"length\": 1e999, \"width\": 1}]"));
    assertTrue(err.toString().contains("row 0, column 'length': expected a number"), err::toString);
    var bad = Files.writeString(folder.resolve("bad.csv"), "length\n3\n");
    assertEquals(2, run("predict", "missingtest2", bad.toString()));
    assertTrue(err.toString().contains("expected a column 'width'"), err::toString);
  }
}
