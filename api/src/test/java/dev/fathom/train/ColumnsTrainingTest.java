package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.data.DataException;
import dev.fathom.data.IsoTime;
import dev.fathom.data.Numbers;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import dev.fathom.json.SpecException;
import dev.fathom.model.JsonRows;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.model.Rows;
import dev.fathom.spec.SavedModel;
import dev.fathom.spec.Spec;
import dev.fathom.spec.TableSpec;
import dev.fathom.spi.Shape;
import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People as a census has them: numbers, categories, dates, true and false, and texts. */
class ColumnsTrainingTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> JOBS = List.of("clerk", "cook", "doctor", "farmer", "lawyer");
  private static final List<String> RICH = List.of("no", "yes");

  @TempDir Path folder;

  private static Field field(String name, Kind kind, List<String> labels, double... mean) {
    return new Field(
        name, kind, labels, mean.length > 0 ? OptionalDouble.of(mean[0]) : OptionalDouble.empty());
  }

  /** Doctors and lawyers earn well, those who own a house too, and whoever came in winter. */
  private static Table people(int rows, int seed) {
    Random random = new Random(seed);
    double[] age = new double[rows];
    double[] owner = new double[rows];
    double[] came = new double[rows];
    int[] job = new int[rows];
    int[] rich = new int[rows];
    String[] note = new String[rows];
    for (int i = 0; i < rows; i++) {
      age[i] = 20 + random.nextInt(50);
      owner[i] = random.nextInt(2);
      int month = 1 + random.nextInt(12);
      came[i] = IsoTime.seconds("20%02d-%02d-11".formatted(random.nextInt(20), month));
      job[i] = random.nextInt(JOBS.size());
      double score = (job[i] == 2 || job[i] == 4 ? 2 : -1) + owner[i] * 1.5 - 0.5;
      score += month == 12 || month <= 2 ? 1.5 : -0.5;
      rich[i] = score > 0 ? 1 : 0;
      note[i] = (rich[i] == 1 ? "gold " : "sand ") + (char) ('a' + random.nextInt(26));
    }
    SequencedMap<Field, Object> columns = new LinkedHashMap<>();
    columns.put(field("age", Kind.NUMBER, List.of(), 44.5), age);
    columns.put(field("owner", Kind.BOOLEAN, List.of(), 0.5), owner);
    columns.put(field("came", Kind.DATE, List.of(), 1.26e9), came);
    columns.put(field("job", Kind.CATEGORY, JOBS), job);
    columns.put(field("note", Kind.TEXT, List.of()), note);
    columns.put(field("rich", Kind.CLASS, RICH), rich);
    return new Table("people", rows, columns, Map.of());
  }

  private static Spec spec(String data, String model) {
    return Spec.parse(
        """
        {"name": "people",
         "data": {"format": "csv", "train": "train.csv", "test": "test.csv", "target": "rich", %s},
         "model": %s,
         "training": {"epochs": 25, "batchSize": 32, "seed": 1,
           "optimizer": {"type": "adam", "learningRate": 0.02}}}"""
            .formatted(data, model));
  }

  private static final String LAYERS =
      """
      [{"type": "dense", "units": 16, "activation": "relu"}, {"type": "dense", "units": 2}]""";

  private static final String ALL =
      """
      "fit": true, "missing": "mean", "kinds": {"job": "category", "came": "date"},
      "dates": {"came": ["monthCircle"]}""";

  private static TrainingResult train(Spec spec) throws IOException {
    TrainingData data =
        TrainingData.of(TableSpec.examples(spec, people(800, 1), Optional.of(people(300, 2))));
    return Trainer.of(spec, data, Digits.java()).build().run();
  }

  private Model stored(Model model) throws IOException {
    try (DataDirectory directory = DataDirectory.open(folder, "")) {
      return SavedModel.load(model.publish(directory.models()).bundle());
    }
  }

  private static double yes(Predictor predictor, Rows rows) {
    return predictor.answer(rows.inputs()).getFirst().get(1);
  }

  private static Rows json(Model model, String text) throws IOException {
    return JsonRows.read(model.preparation(), JSON.readTree(text));
  }

  @Test
  void categoriesAndDatesTellMoreThanNumbersAlone() throws IOException {
    double without =
        train(spec("\"fit\": true, \"features\": [\"age\", \"owner\"]", LAYERS))
            .test()
            .orElseThrow()
            .accuracy();
    TrainingResult result = train(spec(ALL, LAYERS));
    double with = result.test().orElseThrow().accuracy();
    assertTrue(without < 0.8 && with > 0.95, without + " and " + with);

    Model model = stored(result.model());
    assertEquals(3, model.toJson().path("modelFormat").asInt());
    assertEquals(List.of(-1L, 10L), model.signature().input().shape());
    try (Predictor predictor = Predictor.open(Digits.java().backend(), model)) {
      Rows objects =
          json(
              model,
              """
              [{"job": "doctor", "owner": true, "came": "2011-12-24T18:00", "age": 40, "x": 1},
               {"job": "cook", "owner": false, "came": "2011-06-01", "age": 40}]""");
      Numbers answers = predictor.answer(objects.inputs()).getFirst();
      assertTrue(answers.get(1) > 0.9 && answers.get(3) < 0.1, answers.text());
      assertEquals(Map.of(), objects.unknown());
      Rows arrays =
          json(
              model,
              """
              [[40, true, "2011-12-24T18:00", "doctor"], [40, 0, "2011-06-01", "cook"]]""");
      assertEquals(answers.text(), predictor.answer(arrays.inputs()).getFirst().text());
      Rows columns =
          Rows.of(model.preparation())
              .numbers("age", 40, 40)
              .numbers("owner", 1, 0)
              .texts("job", "doctor", "cook")
              .numbers("came", IsoTime.seconds("2011-12-24T18:00"), IsoTime.seconds("2011-06-01"));
      assertEquals(answers.text(), predictor.answer(columns.inputs()).getFirst().text());
    }
  }

  @Test
  void gapsAreFilledAsInTheTrainingAndUnknownCategoriesAreCounted() throws IOException {
    Model model = stored(train(spec(ALL, LAYERS)).model());
    try (Predictor predictor = Predictor.open(Digits.java().backend(), model)) {
      Rows gaps =
          json(model, "[{\"owner\": null, \"job\": \"pilot\", \"age\": null, \"came\": null}]");
      Rows filled =
          Rows.of(model.preparation())
              .numbers("age", 44.5)
              .numbers("owner", 0.5 > 0 ? Double.NaN : 0)
              .numbers("came", 1.26e9)
              .texts("job", (String) null);
      assertEquals(yes(predictor, filled), yes(predictor, gaps));
      assertEquals(Map.of("job", 1), gaps.unknown());
      assertEquals(Map.of(), filled.unknown()); // Missing is not unknown.
    }
    Model strict = stored(train(spec(ALL.replace("\"missing\": \"mean\",", ""), LAYERS)).model());
    for (String column : List.of("age", "owner", "came", "job")) {
      String row = "{\"age\": 1, \"owner\": true, \"came\": \"2011-01-01\", \"job\": \"cook\"}";
      String gap = row.replaceFirst("\"" + column + "\": [^,}]+", "\"" + column + "\": null");
      assertTrue(
          assertThrows(DataException.class, () -> json(strict, "[" + row + "," + gap + "]"))
              .getMessage()
              .startsWith("[predict] row 1, column '" + column + "': expected "),
          column);
    }
  }

  @Test
  void oddRowsAreRefusedWithRowAndColumn() throws IOException {
    Model model = train(spec(ALL, LAYERS)).model();
    String good = "{\"age\": 1, \"owner\": true, \"came\": \"2011-01-01\", \"job\": \"cook\"}";
    Map<String, String> errors = new LinkedHashMap<>();
    errors.put(
        good.replace("1,", "\"1\","), "row 0, column 'age': expected a number but got \"1\"");
    errors.put(
        good.replace("true", "2"), "row 0, column 'owner': expected true or false but got 2");
    errors.put(good.replace("true", "\"maybe\""), "row 0, column 'owner': expected true or false");
    errors.put(
        good.replace("2011-01-01", "2011-02-30"),
        "row 0, column 'came': expected a date or time of ISO 8601 but got '2011-02-30'");
    errors.put(
        good.replace("\"2011-01-01\"", "1e300"), "row 0, column 'came': expected a date or time");
    errors.put(
        good.replace("\"cook\"", "[1]"), "row 0, column 'job': expected the name of a category");
    errors.put(
        good.replace("\"age\"", "\"aeg\""), "expected a key 'age' in some row but they have");
    errors.put("[1, 2]", "row 0: expected 4 values, one for each of [age, owner, came, job]");
    errors.put("7", "row 0: expected an object but got 7");
    errors.forEach(
        (row, message) -> {
          DataException e =
              assertThrows(DataException.class, () -> json(model, "[" + row + "]"), message);
          assertTrue(e.getMessage().startsWith("[predict] " + message), e.getMessage());
        });
    assertThrows(DataException.class, () -> json(model, "[" + good + ", [1, 2, 3, 4]]"));
    assertThrows(DataException.class, () -> json(model, "[]"));
    Rows rows = Rows.of(model.preparation());
    assertTrue(
        assertThrows(DataException.class, () -> rows.numbers("price", 1))
            .getMessage()
            .contains("expected one of the columns [age, owner, came, job] but got 'price'"));
    rows.numbers("age", 1, 2);
    assertTrue(
        assertThrows(DataException.class, () -> rows.numbers("owner", 1))
            .getMessage()
            .contains("expected 2 rows, as of column 'age', but got 1"));
    assertTrue(
        assertThrows(DataException.class, rows::inputs)
            .getMessage()
            .contains("expected a column 'owner'"));
    assertThrows(DataException.class, () -> rows.numbers("age", Double.POSITIVE_INFINITY, 1));
  }

  @Test
  void categoriesAreLearnedAsVectorsWhoseNumberTheDataTell() throws IOException {
    String graph =
        """
        {"inputs": {"jobs": "job", "numbers": ["age", "owner", "came"]},
         "layers": [
           {"type": "embedding", "name": "vectors", "features": 3, "inputs": ["jobs"]},
           {"type": "flatten"},
           {"type": "concat", "name": "both", "inputs": ["flatten1", "numbers"]},
           {"type": "dense", "units": 16, "activation": "relu"},
           {"type": "dense", "units": 2}]}""";
    TrainingResult result = train(spec(ALL, graph));
    assertTrue(result.test().orElseThrow().accuracy() > 0.95, result.toString());
    assertEquals(6, result.model().spec().orElseThrow().at("/model/layers/0/vocabulary").asInt());
    Model model = stored(result.model());
    try (Predictor predictor = Predictor.open(Digits.java().backend(), model)) {
      Rows rows =
          json(
              model,
              """
              [{"job": "lawyer", "owner": true, "came": "2011-12-24", "age": 40},
               {"job": "pilot", "owner": true, "came": "2011-12-24", "age": 40}]""");
      assertTrue(yes(predictor, rows) > 0.9);
      assertEquals(Map.of("job", 1), rows.unknown());
    }
    SpecException small =
        assertThrows(
            SpecException.class,
            () ->
                train(
                    spec(
                        ALL,
                        graph.replace("\"features\": 3", "\"vocabulary\": 5, \"features\": 3"))));
    assertEquals(
        "/model/inputs/jobs: expected a vocabulary of 6 or more, as the columns have with one for"
            + " what is not known, but got 5",
        small.getMessage());
    DataException open =
        assertThrows(
            DataException.class,
            () -> train(spec(ALL, "[{\"type\": \"embedding\", \"features\": 3}]")));
    assertTrue(open.getMessage().contains("as the input takes ids"), open.getMessage());
    SpecException nobody =
        assertThrows(
            SpecException.class,
            () -> spec(ALL, "[{\"type\": \"embedding\", \"features\": 3}]").network(Shape.of(4)));
    assertTrue(nobody.getMessage().startsWith("/model/0/vocabulary: "), nobody.getMessage());
  }

  @Test
  void aColumnOfTextsLiesBesideNumbers() throws IOException {
    String graph =
        """
        {"inputs": {
           "words": {"text": "note", "tokenizer": {"type": "characters"}, "length": 6},
           "numbers": ["age"]},
         "layers": [
           {"type": "embedding", "name": "letters", "features": 4, "inputs": ["words"]},
           {"type": "flatten"},
           {"type": "concat", "inputs": ["flatten1", "numbers"]},
           {"type": "dense", "units": 2}]}""";
    TrainingResult result = train(spec("\"fit\": true", graph));
    assertEquals(1.0, result.test().orElseThrow().accuracy());
    Model model = stored(result.model());
    assertEquals(
        List.of("words", "numbers"),
        model.signature().inputs().stream().map(port -> port.name()).toList());
    try (Predictor predictor = Predictor.open(Digits.java().backend(), model)) {
      Rows rows =
          json(model, "[{\"note\": \"gold q\", \"age\": 3}, {\"note\": \"sand\", \"age\": 3}]");
      Numbers answers = predictor.answer(rows.inputs()).getFirst();
      assertTrue(answers.get(1) > 0.9 && answers.get(3) < 0.1, answers.text());
      DataException longer =
          assertThrows(
              DataException.class,
              () -> json(model, "[{\"note\": \"far too long\", \"age\": 3}]").inputs());
      assertTrue(longer.getMessage().contains("column 'note'"), longer.getMessage());
    }
  }

  @Test
  void plainNumbersAreStoredAsBefore() throws IOException {
    Model model =
        stored(train(spec("\"fit\": true, \"features\": [\"age\", \"owner\"]", LAYERS)).model());
    assertEquals(2, model.toJson().path("modelFormat").asInt());
    assertEquals(List.of(-1L, 2L), model.signature().input().shape());
    try (Predictor predictor = Predictor.open(Digits.java().backend(), model)) {
      Numbers tensor = predictor.answer(List.of(Numbers.of(40.0, 1))).getFirst();
      Numbers rows =
          predictor.answer(json(model, "[{\"age\": 40, \"owner\": true}]").inputs()).getFirst();
      assertEquals(tensor.text(), rows.text());
      assertArrayEquals(tensor.floats(), predictor.predict(40, 1));
    }
    // What an older Fathom stored knows its columns by name alone.
    var older = model.toJson();
    assertTrue(older.has("encodings"));
    assertEquals(
        List.of("age", "owner"),
        Arrays.asList(JSON.convertValue(older.path("features"), String[].class)));
  }
}
