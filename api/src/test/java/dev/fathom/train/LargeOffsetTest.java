package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.data.ArrayDataset;
import dev.fathom.data.Dataset;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.data.Series;
import dev.fathom.json.SpecException;
import dev.fathom.metric.Evaluation;
import dev.fathom.model.Forecaster;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.spec.SavedModel;
import dev.fathom.spec.SeriesSpec;
import dev.fathom.spec.Spec;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers whose distances are far smaller than they are: seconds since 1970, 1e9 and a sine. */
class LargeOffsetTest {
  private static final Path CASE = Path.of("src/test/resources/cases/02-f32-offset");

  @TempDir Path folder;

  private static TrainingResult train(Spec spec, Path files) throws IOException {
    return Trainer.of(spec, TrainingData.open(spec, files), Digits.java()).build().run();
  }

  private static Spec spec(String name) throws IOException {
    return Spec.parse(Files.readString(CASE.resolve(name + "-spec.json")));
  }

  @Test
  void secondsSince1970ParClasses() throws IOException {
    TrainingResult result = train(spec("unixs"), CASE);
    assertEquals(1.0, result.test().orElseThrow().accuracy());
    Model model = result.model();
    assertEquals(DType.F64, model.signature().input().dtype());
    assertEquals(DType.F32, model.signature().output().dtype());
    try (Predictor predictor = Predictor.open(Digits.java().backend(), model)) {
      Numbers answers = predictor.answer(List.of(Numbers.of(1.7e9, 1.7e9 + 40))).getFirst();
      assertTrue(answers.get(0) > 0.9 == answers.get(2) < 0.1, answers.text());
    }
  }

  @Test
  void aSeriesIsForecastAsWithoutItsOffset() throws IOException {
    Spec spec = spec("tsbig");
    TrainingResult result = train(spec, CASE);
    Evaluation test = result.test().orElseThrow();
    assertEquals(0.32, test.figure("meanAbsoluteError"), 0.03);
    assertEquals(0.34, test.figure("seasonalNaiveError"), 0.01);
    try (DataDirectory directory = DataDirectory.open(folder, "")) {
      Model stored = SavedModel.load(result.model().publish(directory.models()).bundle());
      assertEquals(DType.F64, stored.signature().output().dtype());
      Series series =
          ((SeriesSpec) spec.data().source())
              .series(spec.data().target(), CASE.resolve("tsbig-train.csv"))
              .of(Optional.empty());
      try (Predictor predictor = Predictor.open(Digits.java().backend(), stored)) {
        Forecaster forecaster = new Forecaster(predictor);
        assertEquals(0.32, forecaster.backtest(series, 30).error().meanAbsolute(), 0.15);
      }
    }
  }

  @Test
  void aTargetOfLargeNumbersIsAnsweredInF64() throws IOException {
    StringBuilder rows = new StringBuilder("x,y\n");
    for (int i = 0; i < 100; i++) {
      rows.append(i).append(',').append(1_700_000_000L + 3 * i).append('\n');
    }
    Files.writeString(folder.resolve("train.csv"), rows);
    Spec spec = line("\"fit\": true");
    TrainingResult result = train(spec, folder);
    try (Predictor predictor = Predictor.open(Digits.java().backend(), result.model())) {
      Numbers answer = predictor.answer(List.of(Numbers.of(50.0))).getFirst();
      assertEquals(1_700_000_150.0, answer.get(0), 3);
      assertEquals(
          answer.get(0),
          result.model().task().describe(List.of(answer)).json().at("/prediction/0").asDouble());
    }
    SpecException refused =
        assertThrows(SpecException.class, () -> train(line("\"fit\": false"), folder));
    assertEquals(
        "/data: column 'y' differs by too little beside its mean for the 32 bits that a network"
            + " has: say \"fit\": true, or give \"targetMean\"",
        refused.getMessage());
  }

  private static Spec line(String fit) {
    return Spec.parse(
        """
        {"name": "line", "data": {"format": "csv", "train": "train.csv", "target": "y", %s},
         "model": [{"type": "dense", "units": 1}],
         "training": {"epochs": 60, "batchSize": 10, "seed": 1, "loss": "meanSquaredError",
           "optimizer": {"type": "adam", "learningRate": 0.05}}}"""
            .formatted(fit));
  }

  @Test
  void withoutFitTheColumnIsNamed() throws IOException {
    Files.writeString(
        folder.resolve("train.csv"),
        "x,seen,tree\n1,1700000000,oak\n2,1700000040,elm\n1,1700000000,oak\n2,1700000040,elm\n");
    Spec spec =
        Spec.parse(
            """
            {"name": "trees",
             "data": {"format": "csv", "train": "train.csv", "target": "tree"},
             "model": [{"type": "dense", "units": 2}], "training": {"epochs": 1}}""");
    SpecException refused = assertThrows(SpecException.class, () -> train(spec, folder));
    assertTrue(refused.getMessage().contains("column 'seen'"), refused.getMessage());
    assertTrue(refused.getMessage().contains("\"fit\": true"), refused.getMessage());
  }

  @Test
  void constantsAndYearsAreHeldByF32() {
    Dataset dataset =
        ArrayDataset.named("d")
            .doubles("x", Shape.of(3), 1.7e9, 2024, 0.1, 1.7e9, 2025, 0.1, 1.7e9, 2026, 0.1)
            .build();
    assertEquals(-1, Normalisation.NONE.lostByF32(dataset, "x"));
    Normalisation fitted = Normalisation.fit(dataset, "x", 1, 0);
    assertEquals(List.of(1.7e9, 2025.0, 0.1), fitted.mean());
    assertEquals(1, fitted.deviation().getFirst()); // No value differs.
    double[] raw = {1.7e9 + 0.25, 2025, 0.1};
    float[] rounded = new float[3];
    fitted.apply(raw, 1, Shape.of(3), rounded);
    assertArrayEquals(new float[] {0.25f, 0, 0}, rounded);
  }
}
