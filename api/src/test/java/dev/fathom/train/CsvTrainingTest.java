package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Table.Kind;
import dev.fathom.format.FormatException;
import dev.fathom.json.SpecException;
import dev.fathom.metric.Evaluation;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.spec.DataSpec;
import dev.fathom.spec.Spec;
import dev.fathom.spec.TableSpec;
import dev.fathom.table.Missing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvTrainingTest {
  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("train.csv"), points(200, 1));
    Files.writeString(folder.resolve("test.csv"), points(100, 2));
  }

  /** Points left and right of a line, far from it. */
  private static String points(int rows, int seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder("x,side,y,sum\n");
    for (int row = 0; row < rows; row++) {
      double distance = (random.nextBoolean() ? 1 : -1) * (0.3 + random.nextDouble());
      double x = random.nextGaussian();
      double y = distance - x;
      text.append(
          String.format(
              Locale.ROOT, "%f,%s,%f,%f%n", x, x + y > 0 ? "right" : "left", y, 2 * x + y));
    }
    return text.toString();
  }

  private static Spec spec(String data, String model, String training) {
    return Spec.parse(
        """
        {"name": "points", "data": {"format": "csv", "train": "train.csv", "test": "test.csv", %s},
         "model": [%s], "training": {%s "batchSize": 32,
           "optimizer": {"type": "adam", "learningRate": 0.05}}}"""
            .formatted(
                data,
                model,
                training.contains("epochs") || training.contains("steps")
                    ? training
                    : "\"epochs\": 40, " + training));
  }

  private static Spec classifier(String data) {
    return spec(data, "{\"type\": \"dense\", \"units\": 2}", "");
  }

  @Test
  void classifies() throws IOException {
    Spec spec = classifier("\"target\": \"side\", \"features\": [\"x\", \"y\"]");
    TrainingData data = TrainingData.open(spec, folder);
    TrainingResult result = Trainer.of(spec, data, Digits.java()).build().run();
    assertEquals(1.0, result.test().orElseThrow().accuracy(), 0.02);
    assertEquals(List.of("left", "right"), result.model().labels());
    assertEquals(0.5, result.baseline().orElseThrow().figures().get("accuracy"), 0.15);
    assertTrue(result.baseline().orElseThrow().guess().startsWith("always '"));
    assertEquals(List.of(-1L, 2L), result.model().signature().inputs().getFirst().shape());
    try (Predictor predictor = Predictor.open(Digits.java().backend(), result.model())) {
      assertTrue(predictor.predict(2, 2)[1] > 0.9);
    }
  }

  @Test
  void fitsANumber() throws IOException {
    Spec spec =
        spec(
            "\"target\": \"sum\", \"kinds\": {\"side\": \"text\"}",
            "{\"type\": \"dense\", \"units\": 1}",
            "\"loss\": \"meanSquaredError\",");
    TrainingData data = TrainingData.open(spec, folder);
    TrainingResult result = Trainer.of(spec, data, Digits.java()).build().run();
    Evaluation test = result.test().orElseThrow();
    assertTrue(test.loss() < 1e-3, result.toString());
    // The share of the spread that is left is 1 less r2, and that of a mean is all of it.
    double error = test.figure("rootMeanSquaredError");
    double guessed = result.baseline().orElseThrow().figures().get("rootMeanSquaredError");
    assertEquals(test.figure("r2"), 1 - error * error / (guessed * guessed), 1e-3);
  }

  /** It is published all the same, so somebody has to say it. */
  @ParameterizedTest
  @CsvSource({
    "side, 2, crossEntropy, 'always ', loss",
    "sum, 1, meanSquaredError, 'always the mean', meanAbsoluteError",
  })
  void aModelThatDivergedIsToldToBeWorseThanAGuess(
      String target, int units, String loss, String guess, String figure) throws IOException {
    for (String validation : List.of("", "\"validation\": 0.2,")) {
      for (double rate : new double[] {1e6, 1e-3}) {
        ObjectNode json =
            spec(
                    "\"target\": \"%s\", \"features\": [\"x\"]".formatted(target),
                    "{\"type\": \"dense\", \"units\": %d}".formatted(units),
                    "\"loss\": \"%s\", \"steps\": 2, %s".formatted(loss, validation))
                .expand();
        ObjectNode training = (ObjectNode) json.get("training");
        training.putObject("optimizer").put("type", "sgd").put("learningRate", rate);
        Spec spec = Spec.parse(json);
        TrainingData data = TrainingData.open(spec, folder);
        if (!validation.isEmpty()) { // Without a test it is the validation.
          data =
              new TrainingData(
                  data.train(),
                  data.validation(),
                  Optional.empty(),
                  data.features(),
                  data.tokenizer(),
                  data.notes());
        }
        Optional<String> warning = Trainer.of(spec, data, Digits.java()).build().run().warning();
        assertEquals(rate == 1e6, warning.isPresent(), warning::toString);
        warning.ifPresent(
            text ->
                assertTrue(
                    text.startsWith("this model is far worse than a guess, " + guess)
                        && text.contains(": " + figure + " "),
                    text));
      }
    }
  }

  @Test
  void endsWithTheBestWeightsWhenTheTimeIsUp() throws IOException {
    Spec spec =
        spec(
            "\"target\": \"side\", \"features\": [\"x\", \"y\"]",
            "{\"type\": \"dense\", \"units\": 2}",
            "\"epochs\": 1000000, \"maxSeconds\": 0.5, \"validation\": 0.2,");
    TrainingData data = TrainingData.open(spec, folder);
    long began = System.nanoTime();
    TrainingResult result = Trainer.of(spec, data, Digits.java()).build().run();
    assertTrue(System.nanoTime() - began < 20_000_000_000L);
    assertEquals(TrainingResult.Outcome.STOPPED_EARLY, result.outcome());
    assertEquals(1.0, result.validation().orElseThrow().accuracy(), 0.05);
    assertEquals(1.0, result.test().orElseThrow().accuracy(), 0.05);
  }

  @Test
  void findsMeansAndDeviationsInTheTraining() throws IOException {
    Spec spec =
        spec(
            "\"target\": \"sum\", \"features\": [\"x\", \"y\"], \"fit\": true",
            "{\"type\": \"dense\", \"units\": 1}",
            "\"loss\": \"meanSquaredError\",");
    TrainingData data = TrainingData.open(spec, folder);
    Model model = Trainer.of(spec, data, Digits.java()).build().run().model();
    DataSpec fitted = Spec.of(model).orElseThrow().data();
    assertEquals(2, fitted.normalisation().mean().size());
    assertFalse(fitted.fit());
    assertEquals(Normalisation.fit(data.train(), "sum", 1), fitted.targetNormalisation());
    try (Predictor predictor = Predictor.open(Digits.java().backend(), model)) {
      assertEquals(2 * 3 + 4, predictor.predict(3, 4)[0], 0.1);
    }
    Spec classes = classifier("\"target\": \"side\", \"targetMean\": 3");
    TrainingData sides = TrainingData.open(classes, folder);
    assertEquals(
        "/data/targetMean",
        assertThrows(SpecException.class, () -> Trainer.of(classes, sides, Digits.java()).build())
            .pointer());
  }

  @Test
  void findsTheFilesInADataset() throws IOException {
    String inside = "\"dataset\": \"%s\", \"target\": \"side\"";
    Path home = Files.createDirectory(folder.resolve("points"));
    Spec spec = classifier(inside.formatted("points"));
    assertEquals(Optional.of("points"), spec.data().dataset());
    assertEquals(
        "/data: expected a file train.csv in dataset 'points' but it has []",
        assertThrows(SpecException.class, () -> TrainingData.open(spec, folder)).getMessage());
    Files.writeString(home.resolve("train.csv"), points(7, 1));
    Files.writeString(home.resolve("test.csv"), points(5, 1));
    assertEquals(7, TrainingData.open(spec, folder).train().size());
    assertEquals(5, TrainingData.open(spec, home).test().orElseThrow().size());
    assertPointer("/data/dataset", inside.formatted("../points"));
  }

  @Test
  void refusesAClassThatTheTrainingHasNot() throws IOException {
    Spec spec = classifier("\"target\": \"side\"");
    Files.writeString(folder.resolve("test.csv"), "x,side,y,sum\n1,left,1,1\n1,up,1,1\n");
    FormatException wrong =
        assertThrows(FormatException.class, () -> TrainingData.open(spec, folder));
    assertEquals(
        "[csv] test.csv, line 3, column 2 'side': expected one of the classes left, right but got"
            + " 'up'",
        wrong.getMessage());
  }

  @Test
  void namesWhatIsWrongInTheSpec() throws IOException {
    Spec target = classifier("\"target\": \"top\"");
    assertEquals(
        "/data/target: expected a column of train.csv but got 'top'; there are [x, side, y, sum]",
        assertThrows(SpecException.class, () -> TrainingData.open(target, folder)).getMessage());
    Files.delete(folder.resolve("test.csv"));
    Spec spec = classifier("\"target\": \"side\"");
    assertEquals(
        "/data: there is no file 'test.csv' beside the spec",
        assertThrows(SpecException.class, () -> TrainingData.open(spec, folder)).getMessage());
    assertPointer("/data/target", "\"input\": \"x\"");
    assertPointer("/data/separator", "\"target\": \"side\", \"separator\": \",,\"");
    assertPointer("/data/missing", "\"target\": \"side\", \"missing\": \"zero\"");
    assertPointer("/data/kinds/x", "\"target\": \"side\", \"kinds\": {\"x\": \"float\"}");
    assertPointer("/data/images", "\"target\": \"side\", \"images\": \"x\"");
  }

  private static void assertPointer(String pointer, String data) {
    assertEquals(
        pointer, assertThrows(SpecException.class, () -> classifier(data)).pointer(), data);
  }

  @Test
  void expandsAllItsKeys() {
    Spec spec =
        classifier(
            """
            "target": "side", "features": ["y"], "kinds": {"n": "class"}, "separator": "tab",
            "missing": "mean", "missingWords": ["NA"]""");
    TableSpec csv = (TableSpec) spec.data().source();
    assertEquals("\t", csv.dialect().separator());
    assertEquals(Missing.MEAN, csv.missing());
    assertEquals(Map.of("n", Kind.CLASS), csv.kinds());
    assertEquals(spec, Spec.parse(spec.expand()));
    assertEquals(spec.data(), Spec.parse(spec.expand()).data());
    assertEquals("features", spec.data().input());
  }
}
