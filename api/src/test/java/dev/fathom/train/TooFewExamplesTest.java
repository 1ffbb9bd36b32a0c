package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fathom.data.ArrayDataset;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.Feed;
import dev.fathom.error.FathomException;
import dev.fathom.loss.MeanSquaredError;
import dev.fathom.nn.Dense;
import dev.fathom.nn.Network;
import dev.fathom.nn.Sequential;
import dev.fathom.optim.Sgd;
import dev.fathom.spec.Spec;
import dev.fathom.spec.TrainingSpec;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trainings that are refused before their first step, since there is too little to learn from. */
class TooFewExamplesTest {
  private static final String HEADER = "length,tree\n";

  @TempDir Path folder;

  private Trainer build(String data, String training) throws IOException {
    Spec spec =
        Spec.parse(
            """
            {"name": "leaf", "data": {"format": "csv", "train": "train.csv", %s},
             "model": [{"type": "dense", "units": 2}], "training": {"epochs": 1, %s}}"""
                .formatted(data, training));
    return Trainer.of(spec, TrainingData.open(spec, folder), Digits.java()).build();
  }

  private void write(String train, String test) throws IOException {
    Files.writeString(folder.resolve("train.csv"), HEADER + train);
    Files.writeString(folder.resolve("test.csv"), HEADER + test);
  }

  private static final String TREE = "\"target\": \"tree\", \"kinds\": {\"tree\": \"class\"}";
  private static final String TESTED = TREE + ", \"test\": \"test.csv\"";

  private static void assertRefused(String message, Executable build) {
    assertEquals(message, assertThrows(FathomException.class, build).getMessage());
  }

  @Test
  void aShareThatIsNoRow() throws IOException {
    write("1,oak\n5,elm\n".repeat(20), "");
    assertRefused(
        "/training/validation: a share of 0.01 of 40 rows, taken from each class, is no row; 0.025"
            + " or more holds one back",
        () -> build(TREE, "\"validation\": 0.01"));
    assertEquals(2, build(TREE, "\"validation\": 0.025").plan.split().validation().size());
    assertEquals(0, build(TREE, "\"validation\": 0").plan.split().validation().size());
    String number = "\"target\": \"length\", \"features\": [\"x\"]";
    Files.writeString(folder.resolve("train.csv"), "length,x,tree\n" + "1,2,a\n5,4,b\n".repeat(20));
    String loss = ", \"loss\": \"meanSquaredError\"";
    assertRefused(
        "/training/validation: a share of 0.01 of 40 rows is no row; 0.013 or more holds one back",
        () -> build(number, "\"validation\": 0.01" + loss));
  }

  @Test
  void aShareOfClassesOfOneRow() throws IOException {
    write("1,oak\n5,elm\n", "");
    assertRefused(
        "/training/validation: a share of 0.9 of 2 rows, taken from each class, is no row, since one"
            + " of each is needed to learn from",
        () -> build(TREE, "\"validation\": 0.9"));
  }

  @Test
  void aFileOfOneClassIsRefusedAndSoIsOneThatIsLeft() throws IOException {
    write("1,oak\n".repeat(7), "");
    String one =
        "[data] train.csv: expected 2 classes or more in column 'tree' but all 7 rows are of class"
            + " 'oak'";
    assertRefused(one, () -> build(TREE, "\"seed\": 1"));
    write("1,oak\n".repeat(7) + ",elm\n".repeat(3), "");
    assertRefused(
        one + "; train.csv: 3 of 10 rows are left out, since a value is missing: 'length' in 3",
        () -> build(TREE + ", \"missing\": \"drop\"", "\"seed\": 1"));
  }

  @Test
  void aFileWithoutRows() throws IOException {
    write("1,oak\n5,elm\n2,oak\n6,elm\n", "");
    assertRefused(
        "[csv] test.csv: expected rows to test on but there are none",
        () -> build(TESTED, "\"seed\": 1"));
    write("1,oak\n5,elm\n2,oak\n6,elm\n", ",oak\n");
    assertRefused(
        "[csv] test.csv: expected rows to test on but 1 of 1 rows are left out, since a value is"
            + " missing: 'length' in 1",
        () -> build(TESTED + ", \"missing\": \"drop\"", "\"seed\": 1"));
    write("", "1,oak\n");
    assertRefused(
        "[csv] train.csv: expected rows to learn from but there are none",
        () -> build(TREE.replace("{", "{\"length\": \"number\", "), "\"seed\": 1"));
  }

  /** None of these is too few. */
  @ParameterizedTest
  @CsvSource({"128, 1", "3, 3", "4, 2"})
  void aBatchMayBeLargerThanTheData(int batch, int accumulate) throws IOException {
    write("1,oak\n5,elm\n2,oak\n", "6,elm\n");
    TrainingResult result =
        build(TESTED, "\"batchSize\": %d, \"accumulate\": %d".formatted(batch, accumulate)).run();
    assertEquals(1, result.steps());
    assertEquals(1, result.test().orElseThrow().examples());
  }

  @ParameterizedTest
  @CsvSource({
    "0.001, 0, '/data/heldOut: a share of 0.001 of 40 rows is no row; 0.013 or more holds one back'",
    "0, 0.01, '/training/validation: a share of 0.01 of 35 rows is no row; 0.015 or more holds one"
        + " back'",
  })
  void aShareOfASeriesThatIsNoRow(double heldOut, double validation, String message)
      throws IOException {
    assertRefused(message, () -> series(5, heldOut, validation));
  }

  @Test
  void aShareOfEachOfSeveralSeries() throws IOException {
    Files.writeString(folder.resolve("train.csv"), "k,y\n" + "a,1\nb,2\na,3\n".repeat(20));
    assertRefused(
        "/data/heldOut: a share of 0.01 of 60 rows, taken from each series, is no row; 0.013 or more"
            + " holds one back",
        () -> open("5, \"key\": \"k\"", 0.01, 0));
    assertRefused(
        "/training/validation: a share of 0.01 of 50 rows, taken from each series, is no row; 0.015"
            + " or more holds one back",
        () -> open("5, \"key\": \"k\"", 0, 0.01));
  }

  @Test
  void aSeriesThatIsShorterThanItsWindow() throws IOException {
    assertThrows(DataException.class, () -> series(40, 0, 0));
    assertThrows(DataException.class, () -> series(5, 0.02, 0), "a part shorter than the horizon");
  }

  private void series(int window, double heldOut, double validation) throws IOException {
    Files.writeString(folder.resolve("train.csv"), "y\n" + "1\n2\n".repeat(20));
    open(Integer.toString(window), heldOut, validation);
  }

  private void open(String window, double heldOut, double validation) throws IOException {
    Spec spec =
        Spec.parse(
            """
            {"name": "s", "data": {"format": "series", "train": "train.csv", "target": "y",
              "window": %s, "horizon": 2, "heldOut": %s},
             "model": [{"type": "flatten"}, {"type": "dense", "units": 2}],
             "training": {"validation": %s, "loss": "meanSquaredError"}}"""
                .formatted(window, heldOut, validation));
    TrainingData.open(spec, folder);
  }

  @Test
  void aShareOfATrainingByHand() {
    Dataset line =
        ArrayDataset.named("line")
            .floats("x", Shape.of(1), 1, 2, 3)
            .floats("y", Shape.of(1), 1, 2, 3)
            .build();
    Objective objective =
        Objective.supervised(
            new Network(Sequential.of(new Dense(1)), Shape.of(1)),
            new Sgd(0.1, 0, false, 0),
            new MeanSquaredError(),
            "x",
            "y");
    Trainer.Builder builder =
        Trainer.of(
            objective,
            Feed.EMPTY.floats("x").floats("y"),
            TrainingSpec.parse("{\"validation\": 0.1}"),
            line,
            Optional.empty(),
            Digits.java());
    assertRefused(
        "/training/validation: a share of 0.1 of 3 rows is no row; 0.17 or more holds one back",
        builder::build);
  }
}
