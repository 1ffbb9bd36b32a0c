package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Series;
import dev.fathom.data.SeriesSet;
import dev.fathom.format.FormatException;
import dev.fathom.json.SpecException;
import dev.fathom.metric.Evaluation;
import dev.fathom.model.Forecaster;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.model.SeriesForecast;
import dev.fathom.spec.DataSpec;
import dev.fathom.spec.SeriesSpec;
import dev.fathom.spec.Spec;
import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesTrainingTest {
  private static final Path WEATHER = Path.of("../samples/weather");
  private static final Path OFFSETS = Path.of("src/test/resources/series/offsets.csv");

  @TempDir Path folder;

  private static Spec spec(String data, String training) {
    return Spec.parse(
        """
        {"name": "waves",
         "data": {"format": "series", "train": "waves.csv", "target": "y", "window": 8,
                  "horizon": 3, "season": 12, "heldOut": 0.2 %s},
         "model": [{"type": "lstm", "units": 8}, {"type": "dense", "units": 9}],
         "training": {"batchSize": 16, "seed": 5, "loss": "quantile", "validation": 0.25,
                      "optimizer": {"type": "adam", "learningRate": 0.02}, %s}}"""
            .formatted(data, training));
  }

  private void write(List<?> values) throws IOException {
    StringBuilder text = new StringBuilder("x,y\n");
    values.forEach(value -> text.append("0,").append(value).append('\n'));
    Files.writeString(folder.resolve("waves.csv"), text);
  }

  /** A wave of 12 rows in noise, its level on a walk, which a season ago was elsewhere. */
  private void waves() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    double[] level = {0};
    write(
        IntStream.range(0, 405)
            .mapToObj(
                i -> {
                  level[0] = 0.9 * level[0] + 4 * random.nextGaussian();
                  return 1000 + level[0] + 10 * Math.sin(i * Math.PI / 6) + random.nextGaussian();
                })
            .toList());
  }

  /** What is held back is later, and nothing that is learned from knows of it. */
  @Test
  void nothingOfTheHeldBackRowsIsLearned() throws IOException {
    write(IntStream.range(0, 100).boxed().toList());
    Spec spec = spec("", "\"epochs\": 1");
    TrainingData data = TrainingData.open(spec, folder);
    Dataset held = data.validation().orElseThrow();
    Dataset test = data.test().orElseThrow();
    // Rows 8 to 79 are forecast, a quarter of them, the last 18, held back; 80 to 99 are the test.
    assertArrayEquals(new float[] {0, 61}, range(data.train(), "window", "y"));
    assertArrayEquals(new float[] {62, 79}, range(held, "y"));
    assertArrayEquals(new float[] {54, 76}, range(held, "window"));
    assertArrayEquals(new float[] {80, 99}, range(test, "y"));
    assertArrayEquals(new float[] {72, 96}, range(test, "window"));

    Plan plan = SpecPlan.of(spec, data, ModelSource.NONE);
    Spec fitted = Spec.parse(plan.description());
    assertEquals(Normalisation.fit(data.train(), "window", 1, 1), fitted.data().normalisation());
    assertEquals(Normalisation.fit(data.train(), "y", 1), fitted.data().targetNormalisation());
    assertTrue(fitted.data().targetNormalisation().mean().getFirst() < 61 / 2.0 + 8);
    assertTrue(plan.isSame().test(fitted.expand()));
  }

  private static float[] range(Dataset dataset, String... columns) {
    float[] range = {Float.MAX_VALUE, -Float.MAX_VALUE};
    for (String name : columns) {
      int column = dataset.column(name);
      float[] values = new float[(int) dataset.columns().get(column).shape().elements()];
      for (int row = 0; row < dataset.size(); row++) {
        dataset.read(column, row, values, 0);
        for (float value : values) {
          range[0] = Math.min(range[0], value);
          range[1] = Math.max(range[1], value);
        }
      }
    }
    return range;
  }

  @Test
  void learnsAndSaysHowSureItIs() throws IOException {
    waves();
    // Of some seeds the last bits of a number decide where training ends.
    Spec spec = spec(", \"stride\": 3", "\"epochs\": 60").withSeed(4);
    TrainingResult result = train(spec);
    Evaluation test = result.test().orElseThrow();
    assertEquals(27, test.examples());
    assertTrue(
        test.figure("meanAbsoluteError") < 0.8 * test.figure("seasonalNaiveError"), errors(test));
    assertEquals(0.8, test.figure("coverage"), 0.15, errors(test));
    assertEquals(
        test.figure("meanAbsoluteError"),
        result.model().metrics().at("/test/meanAbsoluteError").asDouble());
    forecastsAsItWasMeasured(result.model(), test);
  }

  private TrainingResult train(Spec spec) throws IOException {
    return Trainer.of(spec, TrainingData.open(spec, folder), Digits.java()).build().run();
  }

  private static String errors(Evaluation evaluation) {
    return evaluation.figures().toString();
  }

  /** The examples of the test, a horizon apart, are the parts of a backtest. */
  private void forecastsAsItWasMeasured(Model model, Evaluation test) throws IOException {
    DataSpec data = Spec.of(model).orElseThrow().data();
    Series series =
        ((SeriesSpec) data.source())
            .series(data.target(), folder.resolve("waves.csv"))
            .of(Optional.empty());
    try (Predictor predictor = Predictor.open(Digits.java().backend(), model)) {
      Forecaster forecaster = new Forecaster(predictor);
      assertEquals(393, forecaster.mostRows(series));
      SeriesForecast ahead = forecaster.ahead(series);
      assertEquals(3, ahead.rows());
      assertEquals(405, ahead.from());
      SeriesForecast known = forecaster.backtest(series, 81);
      assertEquals(81, known.rows());
      for (int i = 0; i < known.rows(); i++) {
        assertTrue(
            known.value(i, 0) <= known.value(i, 1) && known.value(i, 1) <= known.value(i, 2));
      }
      assertEquals(test.figure("meanAbsoluteError"), known.error().meanAbsolute(), 1e-4);
      assertEquals(test.figure("seasonalNaiveError"), known.error().referenceMeanAbsolute(), 1e-4);
      assertEquals(test.figure("coverage"), known.error().coverage().orElseThrow());
      assertEquals(80, forecaster.backtest(series, 80).rows());
      assertEquals(
          "[forecast] expected 1 to 393 of the 405 rows of 'waves.csv', with a window of 8 and a"
              + " season of 12 before them, but got 394",
          assertThrows(DataException.class, () -> forecaster.backtest(series, 394)).getMessage());
    }
  }

  @Test
  void aSquaredErrorMakesForecastsWithoutInterval() throws IOException {
    waves();
    Spec quantiles = spec("", "\"epochs\": 8");
    String json = quantiles.toString().replace("\"quantile\"", "\"meanSquaredError\"");
    json =
        json.replaceAll("\"quantiles\" : [^\\]]*],?", "").replace("\"units\" : 9", "\"units\" : 3");
    TrainingResult result = train(Spec.parse(json));
    Evaluation test = result.test().orElseThrow();
    assertArrayEquals(
        result.model().parameters().values(),
        train(Spec.parse(json)).model().parameters().values());
    assertTrue(test.figure("meanAbsoluteError") < test.figure("seasonalNaiveError"), errors(test));
    assertFalse(test.figures().containsKey("coverage"));
  }

  @Test
  void goesOnAfterACheckpointAsIfNothingWere() throws IOException {
    waves();
    Spec spec = spec(", \"stride\": 3", "\"epochs\": 2");
    TrainingData data = TrainingData.open(spec, folder);
    try (DataDirectory store = DataDirectory.open(folder.resolve("store"), "")) {
      Checkpoints checkpoints =
          Checkpoints.of(
              store
                  .trainings()
                  .create(
                      JsonNodeFactory.instance.objectNode(),
                      JsonNodeFactory.instance.objectNode()));
      List<Trainer> running = new ArrayList<>();
      running.add(
          Trainer.of(spec, data, Digits.java())
              .checkpoints(checkpoints)
              .listener(
                  event -> {
                    if (event instanceof TrainingEvent.EpochEnded) {
                      running.getFirst().cancel();
                    }
                  })
              .build());
      assertEquals(TrainingResult.Outcome.CANCELLED, running.getFirst().run().outcome());
      TrainingResult rest =
          Trainer.of(spec, data, Digits.java()).checkpoints(checkpoints).resume().build().run();
      assertEquals(TrainingResult.Outcome.COMPLETED, rest.outcome());
      assertArrayEquals(
          train(spec).model().parameters().values(), rest.model().parameters().values());
    }
  }

  @Test
  void saysHowManyOutputsAreNeeded() throws IOException {
    waves();
    Spec spec =
        Spec.parse(spec("", "\"epochs\": 1").toString().replace("\"units\" : 9", "\"units\" : 3"));
    TrainingData data = TrainingData.open(spec, folder);
    assertEquals(
        "/model: expected a last layer with output [9], the shape of column 'y', but it gives [3]",
        assertThrows(SpecException.class, () -> Trainer.of(spec, data, Digits.java()).build())
            .getMessage());
  }

  @Test
  void refusesBadFiles() throws IOException {
    Path file = folder.resolve("waves.csv");
    Files.writeString(file, "x,y\n0,1\n0\n");
    assertWrong(
        FormatException.class,
        "[csv] waves.csv, line 3: expected 2 values, one for each column, but got 1");
    Files.writeString(file, "x,y\n0,1\n0,NaN\n");
    assertWrong(
        FormatException.class,
        "[csv] waves.csv, line 3, column 2 'y': expected a number that is finite as f32 but got"
            + " 'NaN'");
    Files.writeString(file, "x,y\n0,1\n0,\n");
    assertWrong(
        DataException.class,
        "[csv] waves.csv: expected a value everywhere but it is missing in 'y' 1 times, first in"
            + " line 3");
    Files.writeString(file, "x,z\n0,1\n");
    assertWrong(DataException.class, "[csv] waves.csv: expected a column 'y' but it has [x, z]");
    write(List.of(1, 2, 3, 4, 5));
    assertWrong(
        DataException.class,
        "[series] 'waves.csv': expected 11 rows or more, for a window of 8 and a horizon of 3, but"
            + " got 4");
  }

  @Test
  void gapsAndFrequencyAreOfTimes() {
    for (String key : List.of("frequency", "gaps")) {
      String value = key.equals("gaps") ? "split" : "day";
      assertEquals(
          "/data/%s: expected \"time\" too, the column of the times".formatted(key),
          assertThrows(
                  SpecException.class,
                  () -> spec(", \"%s\": \"%s\"".formatted(key, value), "\"epochs\": 1"))
              .getMessage());
    }
  }

  /** The value before would be that of another series. */
  @Test
  void valuesAreNotFilledAcrossSeries() {
    assertEquals(
        "/data/missing: expected refuse beside \"key\": the row before may be of another series",
        assertThrows(
                SpecException.class,
                () -> spec(", \"key\": \"k\", \"missing\": \"previous\"", "\"epochs\": 1"))
            .getMessage());
  }

  /** What the error says to write is taken. */
  @Test
  void aKeyedSeriesWithoutATargetHasAGap() throws IOException {
    StringBuilder text = new StringBuilder("k,day,y\n");
    for (int i = 0; i < 60; i++) {
      LocalDate day = LocalDate.of(2024, 1, 1).plusDays(i);
      text.append("a,%s,%s\nb,%s,%d\n".formatted(day, i == 30 ? "" : i, day, i));
    }
    Files.writeString(folder.resolve("waves.csv"), text);
    String data = ", \"key\": \"k\", \"time\": \"day\"";
    DataException wrong =
        assertThrows(
            DataException.class, () -> TrainingData.open(spec(data, "\"epochs\": 1"), folder));
    assertEquals(
        "[csv] waves.csv: expected a value everywhere but it is missing in 'y' 1 times, first in"
            + " line 62; a row without a target is a gap: say \"gaps\": \"previous\","
            + " \"interpolate\" or \"split\"",
        wrong.getMessage());
    TrainingData.open(spec(data + ", \"gaps\": \"split\"", "\"epochs\": 1"), folder);
  }

  @Test
  void aColumnsOwnMissingValuesLeaveNoRowOutEither() {
    assertEquals(
        "/data/columns/y/missing: expected refuse or previous for a series, which has all rows and"
            + " knows no later ones",
        assertThrows(
                SpecException.class,
                () -> spec(", \"columns\": {\"y\": {\"missing\": \"drop\"}}", "\"epochs\": 1"))
            .getMessage());
  }

  /** Without times the rows after it would be another's. */
  @Test
  void aTargetIsNeverFilled() throws IOException {
    StringBuilder text = new StringBuilder("x,y\n");
    for (int i = 0; i < 60; i++) {
      text.append("%s,%s\n".formatted(i == 5 ? "" : i, i == 9 ? "" : i % 7));
    }
    Files.writeString(folder.resolve("waves.csv"), text);
    Spec spec = spec(", \"features\": [\"x\", \"y\"], \"missing\": \"previous\"", "\"epochs\": 1");
    DataException wrong = assertThrows(DataException.class, () -> TrainingData.open(spec, folder));
    assertTrue(wrong.getMessage().contains("it is missing in 'y' 1 times"), wrong.getMessage());
    Files.writeString(folder.resolve("waves.csv"), text.toString().replace("9,\n", "9,2\n"));
    assertEquals(
        List.of("waves.csv: 'x' is missing in 1 rows and filled with the value of the row before"),
        TrainingData.open(spec, folder).notes());
  }

  /** Other columns may be anything, the file may have any name, and what was read is told. */
  @Test
  void onlyColumnsOfTheSeriesAreRead() throws IOException {
    StringBuilder text = new StringBuilder("day,note,y\n");
    LocalDate first = LocalDate.of(2024, 1, 1);
    for (int i = 0; i < 60; i++) {
      text.append(i == 30 ? "" : "%s,%s,%s\n".formatted(first.plusDays(i), i % 2, i == 3 ? "" : i));
    }
    Files.writeString(folder.resolve("waves.txt"), text);
    String data = ", \"time\": \"day\", \"gaps\": \"previous\", \"missing\": \"previous\"";
    Spec spec =
        Spec.parse(
            spec(data, "\"epochs\": 1").toString().replace("\"waves.csv\"", "\"waves.txt\""));
    TrainingData read = TrainingData.open(spec, folder);
    assertEquals(
        List.of(
            "waves.txt: left out note (not named in the spec)",
            "waves.txt: 1 of 59 rows are left out, since a value is missing: 'y' in 1",
            "waves.txt: 2 of the 60 rows of 'waves.txt' are missing by their times; they are filled"
                + " in windows, and never forecast"),
        read.notes());
    assertTrue(
        Trainer.of(spec, read, Digits.java()).build().plan.notes().get().containsAll(read.notes()));
  }

  /** Days that begin at midnight, whose offset changes in summer. */
  @Test
  void daysOfALocalClock() throws IOException {
    Files.copy(OFFSETS, folder.resolve("offsets.csv"));
    Spec spec =
        Spec.parse(
            """
            {"name": "load",
             "data": {"format": "series", "train": "offsets.csv", "time": "day", "target": "load",
                      "window": 14, "horizon": 3, "season": 7, "heldOut": 0.2},
             "model": [{"type": "gru", "units": 8}, {"type": "dense", "units": 3}],
             "training": {"epochs": 3, "batchSize": 16, "seed": 1, "loss": "meanSquaredError",
                          "optimizer": {"type": "adam", "learningRate": 0.02}, "validation": 0.2}}
            """);
    TrainingResult result = train(spec);
    assertEquals(38, result.test().orElseThrow().examples());
    // The frequency that was found is kept, for files of a few rows.
    DataSpec learned = Spec.of(result.model()).orElseThrow().data();
    Path few = folder.resolve("few.csv");
    Files.writeString(few, "day,load\n2024-05-01,1\n");
    assertEquals("2024-05-02", read(learned, few).time(1));
    Files.writeString(few, "day,load\n2024-05-01,1\n2024-05-08,2\n");
    assertTrue(
        assertThrows(DataException.class, () -> read(learned, few))
            .getMessage()
            .contains("1 gap with 6 missing rows at the frequency 'day'"));
    Series series = read(learned, OFFSETS);
    assertEquals("2024-03-30T00:00:00+01:00", series.time(89));
    assertEquals("2024-03-31T00:00:00+02:00", series.time(90));
    try (Predictor predictor = Predictor.open(Digits.java().backend(), result.model())) {
      SeriesForecast ahead = new Forecaster(predictor).ahead(series);
      assertEquals("2024-07-19T00:00:00+02:00", series.time(ahead.from()));
    }
  }

  private static Series read(DataSpec data, Path file) throws IOException {
    return ((SeriesSpec) data.source()).series(data.target(), file).of(Optional.empty());
  }

  /** Means, examples and errors are of all series; a window is of one, across no gap. */
  @Test
  void learnsSeveralSeriesWithGaps() throws IOException {
    StringBuilder text = new StringBuilder("store,day,y\n");
    LocalDate day = LocalDate.of(2024, 1, 1);
    for (int i = 0; i < 60; i++) {
      // North lacks a day, south two; east is too short.
      text.append(i == 30 ? "" : "north,%s,%d\n".formatted(day.plusDays(i), i));
      text.append(i == 20 || i == 55 ? "" : "south,%s,%d\n".formatted(day.plusDays(i), 1000 + i));
      text.append(i > 5 ? "" : "east,%s,5\n".formatted(day.plusDays(i)));
    }
    Files.writeString(folder.resolve("waves.csv"), text);
    Spec spec =
        spec(", \"key\": \"store\", \"time\": \"day\", \"gaps\": \"split\"", "\"epochs\": 1");
    TrainingData data = TrainingData.open(spec, folder);
    int window = data.train().column("window");
    float[] values = new float[8];
    for (int row = 0; row < data.train().size(); row++) {
      data.train().read(window, row, values, 0);
      assertEquals(7, values[7] - values[0]);
    }
    // Of rows 8 to 47, those of 8 to 37 are learned: 28 examples, without those of 11 rows, 30
    // gone.
    assertEquals(28 - 8 + 28 - 11, data.train().size());
    assertArrayEquals(new float[] {8, 1037}, range(data.train(), "y"));
    assertArrayEquals(new float[] {48, 1054}, range(data.test().orElseThrow(), "y"));
    SeriesSet all =
        ((SeriesSpec) spec.data().source())
            .series(spec.data().target(), folder.resolve("waves.csv"));
    assertEquals(List.of("north", "south", "east"), all.keys());
    TrainingResult result = train(spec);
    assertEquals(data.test().orElseThrow().size(), result.test().orElseThrow().examples());
    try (Predictor predictor = Predictor.open(Digits.java().backend(), result.model())) {
      Forecaster forecaster = new Forecaster(predictor);
      Series south = all.of(Optional.of("south"));
      assertEquals(
          "[series] 'south': expected 8 rows without a gap before 2024-03-01, a window, but there is"
              + " none of 2024-02-25",
          assertThrows(DataException.class, () -> forecaster.ahead(south)).getMessage());
      SeriesForecast known = forecaster.backtest(south, 12);
      assertEquals(
          List.of(true, true, true, true, true, true, true, true, true, false, false, false),
          IntStream.range(0, 12).mapToObj(known::has).toList());
      assertTrue(Double.isFinite(known.error().meanAbsolute()));
      assertEquals("2024-03-01", all.of(Optional.of("north")).time(60));
      assertEquals(3, forecaster.ahead(all.of(Optional.of("north"))).rows());
    }
  }

  private void assertWrong(Class<? extends Exception> type, String message) {
    Spec spec = spec("", "\"epochs\": 1");
    String came = assertThrows(type, () -> TrainingData.open(spec, folder)).getMessage();
    assertTrue(came.startsWith(message), came); // What to do stands behind it.
  }

  /** The sample, for a few of its epochs. */
  @Test
  void theWeatherIsKnownBetterThanAYearAgo() throws IOException {
    String json = Files.readString(WEATHER.resolve("lstm.json"));
    assertTrue(json.contains("\"epochs\": 30"));
    Spec spec = Spec.parse(json.replace("\"epochs\": 30", "\"epochs\": 10"));
    TrainingData data = TrainingData.open(spec, WEATHER);
    TrainingResult result = Trainer.of(spec, data, Digits.java()).build().run();
    Evaluation test = result.test().orElseThrow();
    assertEquals(359, test.examples());
    assertTrue(
        test.figure("meanAbsoluteError") < 0.9 * test.figure("seasonalNaiveError"), errors(test));
    assertEquals(0.8, test.figure("coverage"), 0.15, errors(test));
  }
}
