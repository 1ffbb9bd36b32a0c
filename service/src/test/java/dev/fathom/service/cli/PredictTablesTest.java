package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
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
    var all = new String[arguments.length + 4];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(
        new String[] {"--data", folder.resolve("data").toString(), "--backend", "java"},
        0,
        all,
        arguments.length,
        4);
    return CommandLines.run(out, err, all);
  }

  private String predict(String input) {
    assertEquals(0, run("predict", "missingtest2", input), err::toString);
    return out.toString().replaceAll(", \\d+ %", "").replace('\n', ' ').strip();
  }

  @Test
  void gapsAreFilledAsTheTrainingFilledThem() throws IOException {
    assertEquals(0, run("train", CASE.resolve("spec.json").toString()), err::toString);
    assertEquals("oak elm", predict(CASE.resolve("blank.csv").toString()));
    assertTrue(
        err.toString()
            .contains(
                "note: blank.csv: 'width' is missing in 1 rows and filled with the mean, 1.1"),
        err::toString);
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
    Path none = Files.writeString(folder.resolve("none.csv"), "length,width\n");
    assertEquals(2, run("predict", "missingtest2", none.toString()));
    assertTrue(err.toString().contains("expected an example or more but"), err::toString);
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

  private static final String HIRED =
      """
      {"name": "hired",
       "data": {"format": "csv", "train": "train.csv", "test": "test.csv", "target": "hired",
         "fit": true, "missing": "mean", "kinds": {"job": "category", "zip": "category"},
         "dates": {"came": ["year", "monthCircle"]}},
       "model": [{"type": "dense", "units": 16, "activation": "relu"},
                 {"type": "dense", "units": 2}],
       "training": {"epochs": 40, "batchSize": 32, "seed": 1,
         "optimizer": {"type": "adam", "learningRate": 0.02}}}""";

  /** Cooks are hired, and owners who came in summer; some cells are blank. */
  private void people(String name, int rows, int seed, String more) throws IOException {
    var random = new Random(seed);
    var jobs = List.of("cook", "clerk", "pilot, retired", "");
    var text = new StringBuilder("id,age,owner,job,came,zip,children,hired\n");
    for (int i = 0; i < rows; i++) {
      int job = random.nextInt(jobs.size());
      boolean owner = random.nextBoolean();
      int month = 1 + random.nextInt(12);
      boolean hired = job == 0 || owner && month >= 5 && month <= 9;
      text.append(
          "x%d,%s,%s,%s,20%02d-%02d-03,0%d,%s,%s%n"
              .formatted(
                  i,
                  random.nextInt(9) == 0 ? "" : 20 + random.nextInt(40),
                  owner ? "yes" : "no",
                  jobs.get(job).contains(",") || i % 2 == 0
                      ? '"' + jobs.get(job) + '"'
                      : jobs.get(job),
                  random.nextInt(24),
                  month,
                  1000 + random.nextInt(5),
                  random.nextInt(7) == 0 ? "" : random.nextInt(4),
                  hired ? "yes" : "no"));
    }
    Files.writeString(folder.resolve(name), text + more);
  }

  private String ask(String input) {
    assertEquals(0, run("predict", "hired", input), err::toString);
    return out.toString().replaceAll(", \\d+ %", "").replace('\n', ' ').strip();
  }

  @Test
  void categoriesDatesAndBlanksOfAFile() throws IOException {
    people("train.csv", 600, 1, "");
    people("test.csv", 200, 2, "x,30,yes,astronaut,2011-07-03,09999,1,yes\n");
    var spec = Files.writeString(folder.resolve("hired.json"), HIRED).toString();
    assertEquals(0, run("train", spec), err::toString);
    var told = out.toString();
    assertTrue(told.contains("'hired' is learned from age, owner, job, came, zip, children"), told);
    assertTrue(told.contains("left out id (text"), told);
    assertTrue(told.contains("test.csv: 'job' has categories in 1 rows that were not known"), told);
    var accuracy = Pattern.compile("test accuracy ([0-9.]+)").matcher(told);
    assertTrue(accuracy.find() && Double.parseDouble(accuracy.group(1)) > 0.95, told);

    var row =
        "{\"age\": 30, \"owner\": %s, \"job\": %s, \"came\": %s, \"zip\": \"01001\", \"children\": 1}";
    assertEquals("yes", ask(row.formatted("true", "\"clerk\"", "\"2011-07-03\"")));
    assertEquals("no", ask(row.formatted("false", "\"clerk\"", "\"2011-07-03\"")));
    assertEquals("yes", ask(row.formatted("\"no\"", "\"cook\"", "null")));
    assertEquals("", err.toString());
    assertEquals("no", ask(row.formatted("\"no\"", "\"diver\"", "\"2011-07-03\"")));
    assertEquals("note: 'job' is not known to the training in 1 row\n", err.toString());
    assertEquals("yes", ask("[30, \"yes\", \"\", \"2011-07-03T12:00\", \"01001\", null]"));

    Files.writeString(
        folder.resolve("new.csv"),
        "job,came,owner,age,children,zip,anything\ncook,2020-01-01,no,,,01003,\n"
            + "diver,2020-07-01,yes,20,1,01003,n/a\n");
    assertEquals("yes yes", ask(folder.resolve("new.csv").toString()));
    assertTrue(
        err.toString().contains("'job' has categories in 1 rows that were not known"),
        err::toString);
    assertTrue(err.toString().contains("'age' is missing in 1 rows and filled"), err::toString);
    assertFalse(err.toString().contains("anything"), err::toString);
    Files.writeString(
        folder.resolve("bad.csv"),
        "job,came,owner,age,children,zip\ncook,2020-13-01,no,1,1,01003\n");
    assertEquals(2, run("predict", "hired", folder.resolve("bad.csv").toString()));
    assertTrue(err.toString().contains("line 2, column 2 'came'"), err::toString);
  }
}
