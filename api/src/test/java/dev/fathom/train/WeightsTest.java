package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.PyTorch;
import dev.fathom.data.ArrayDataset;
import dev.fathom.data.Dataset;
import dev.fathom.data.Shuffle;
import dev.fathom.format.FormatException;
import dev.fathom.json.SpecException;
import dev.fathom.model.Weights;
import dev.fathom.nn.Layout;
import dev.fathom.spec.Spec;
import dev.fathom.spi.Shape;
import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights of classes and of examples. */
class WeightsTest {
  private static final JsonNode EXPECTED = PyTorch.read("weights");
  private static final int ROWS = 13;

  @TempDir Path folder;

  private static Spec spec(String data, String training, int units, int batch) {
    return Spec.parse(
        """
        {"name": "leaf", "data": {"dataset": "leaves", "input": "x", %s},
         "model": [{"type": "dense", "units": %d}],
         "training": {%s "batchSize": %d, %s
                      "optimizer": {"type": "sgd", "learningRate": 0.5, "momentum": 0}}}"""
            .formatted(
                data, units, training.contains("epochs") ? "" : "\"epochs\": 1,", batch, training));
  }

  /** The examples of the fixture, placed so that the order of the first epoch is PyTorch's. */
  private static Dataset examples(boolean ordered) {
    int[] order = Shuffle.order(ROWS, 0, 0);
    float[] x = new float[3 * ROWS];
    int[] y = new int[ROWS];
    float[] number = new float[ROWS];
    float[] weight = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      int at = ordered ? order[i] : i;
      for (int j = 0; j < 3; j++) {
        x[at * 3 + j] = EXPECTED.get("x").get(3 * i + j).floatValue();
      }
      y[at] = EXPECTED.get("y").get(i).intValue();
      number[at] = EXPECTED.get("number").get(i).floatValue();
      weight[at] = EXPECTED.get("examples").get(i).floatValue();
    }
    return dataset(x, y, number, weight);
  }

  private static Dataset dataset(float[] x, int[] y, float[] number, float[] weight) {
    return ArrayDataset.named("leaves")
        .floats("x", Shape.of(3), x)
        .classes("tree", List.of("ash", "elm", "oak"), y)
        .floats("number", Shape.of(1), number)
        .floats("w", Shape.of(1), weight)
        .build();
  }

  private static final String TREE = "\"target\": \"tree\"";
  private static final String WEIGHTED = TREE + ", \"weight\": \"w\"";
  private static final String BALANCED = "\"classWeights\": \"balanced\",";
  private static final String GIVEN = "\"classWeights\": {\"ash\": 2, \"oak\": 0.25},";

  private static float[] floats(JsonNode values) {
    float[] all = new float[values.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = values.get(i).floatValue();
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "balanced", "given", "examples", "both", "squared"})
  void areThoseOfPyTorch(String name) throws IOException {
    boolean squared = name.equals("squared");
    String data =
        switch (name) {
          case "examples", "both" -> WEIGHTED;
          case "squared" -> "\"target\": \"number\", \"weight\": \"w\"";
          default -> TREE;
        };
    String training =
        switch (name) {
          case "balanced" -> BALANCED;
          case "given", "both" -> GIVEN;
          case "squared" -> "\"loss\": \"meanSquaredError\",";
          default -> "";
        };
    JsonNode expected = EXPECTED.get("cases").get(name);
    List<TrainingEvent> events = new ArrayList<>();
    Dataset examples = examples(true);
    TrainingResult result =
        fromZeros(
            spec(data, training, squared ? 1 : 3, EXPECTED.get("batch").intValue()),
            new TrainingData(examples, Optional.of(examples)),
            events);
    float[] learned = result.model().parameters().values();
    float[] weights = floats(expected.get("weights"));
    float[] bias = floats(expected.get("bias"));
    float[] all = new float[weights.length + bias.length];
    System.arraycopy(weights, 0, all, 0, weights.length);
    System.arraycopy(bias, 0, all, weights.length, bias.length);
    assertArrayEquals(all, learned, 2e-6f);
    double loss =
        events.stream()
            .filter(TrainingEvent.EpochEnded.class::isInstance)
            .map(TrainingEvent.EpochEnded.class::cast)
            .findFirst()
            .orElseThrow()
            .loss();
    assertEquals(expected.get("loss").doubleValue(), loss, 2e-6);
    assertEquals(expected.get("measured").doubleValue(), result.test().orElseThrow().loss(), 2e-6);
  }

  private TrainingResult fromZeros(Spec spec, TrainingData data, List<TrainingEvent> events)
      throws IOException {
    try (DataDirectory store = DataDirectory.open(folder, "")) {
      Checkpoints kept = Checkpoints.of(store.trainings().create(spec.expand(), spec.expand()));
      Trainer fresh = Trainer.of(spec, data, Digits.java()).build();
      Layout layout = fresh.network().parameters();
      Digits.start(kept, fresh, new Weights(layout, new float[(int) layout.elements()]));
      return Trainer.of(spec, data, Digits.java())
          .checkpoints(kept)
          .resume()
          .listener(events::add)
          .build()
          .run();
    }
  }

  private static float[] learned(Dataset examples, String data, String training)
      throws IOException {
    Spec spec = spec(data, training, 3, 32);
    return Trainer.of(spec, new TrainingData(examples, Optional.empty()), Digits.java())
        .build()
        .run()
        .model()
        .parameters()
        .values();
  }

  /** As often as an example counts, as often it might be there. */
  @Test
  void aWeightIsANumberOfExamples() throws IOException {
    float[] x = {1, 2, 3, -1, 0, 2, 2, 2, -3, 1, 1, 1};
    int[] y = {0, 1, 1, 2};
    float[] counted =
        learned(dataset(x, y, new float[4], new float[] {2, 1, 0, 3}), WEIGHTED, "\"epochs\": 4,");
    float[] often = {1, 2, 3, 1, 2, 3, -1, 0, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    int[] classes = {0, 0, 1, 2, 2, 2};
    float[] there =
        learned(dataset(often, classes, new float[6], new float[6]), TREE, "\"epochs\": 4,");
    assertArrayEquals(there, counted, 2e-6f);
    assertFalse(
        Arrays.equals(
            there, learned(dataset(x, y, new float[4], new float[4]), TREE, "\"epochs\": 4,")));
  }

  @Test
  void accumulateToTheSameStep() throws IOException {
    String both = WEIGHTED;
    float[] whole = learned(examples(false), both, GIVEN);
    float[] parts = learned(examples(false), both, "\"accumulate\": 8," + GIVEN);
    assertArrayEquals(whole, parts, 2e-6f);
  }

  @Test
  void metricsCountEachExampleOnce() throws IOException {
    float[] x = {1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0};
    Dataset examples =
        dataset(x, new int[] {0, 1, 0, 1}, new float[4], new float[] {1, 1000, 1, 1});
    Spec spec = spec(WEIGHTED, "\"classWeights\": {\"ash\": 3},", 3, 4);
    TrainingData data = new TrainingData(examples, Optional.of(examples));
    var test = fromZeros(spec, data, new ArrayList<>()).test().orElseThrow();
    // The second example counts for all of its kind, so the two others are wrong.
    assertEquals(0.5, test.accuracy());
    assertTrue(test.loss() < 1, "and it has most of the loss");
  }

  private static float[] column(Dataset dataset, String name) {
    float[] values = new float[dataset.size()];
    for (int row = 0; row < values.length; row++) {
      dataset.read(dataset.column(name), row, values, row);
    }
    return values;
  }

  /** Nothing of what is held back is known, not even how many there are. */
  @Test
  void balancedCountsWhatIsLearnedAlone() throws IOException {
    int[] y = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      y[i] = i < 10 ? 0 : 2; // No row is of class 1.
    }
    Dataset examples = dataset(new float[3 * ROWS], y, new float[ROWS], new float[ROWS]);
    Plan plan =
        Trainer.of(
                spec(TREE, "\"validation\": 0.4, " + BALANCED, 3, 4),
                new TrainingData(examples, Optional.empty()),
                Digits.java())
            .build()
            .plan;
    Dataset train = plan.split().train();
    assertEquals(8, train.size()); // 6 and 2
    float[] classes = column(train, "tree");
    float[] weights = column(train, Weighting.COLUMN);
    for (int i = 0; i < classes.length; i++) {
      assertEquals(classes[i] == 0 ? 8f / (2 * 6) : 8f / (2 * 2), weights[i]);
    }
    assertArrayEquals(
        new float[] {1, 1, 1, 1, 1}, column(plan.split().validation(), Weighting.COLUMN));
  }

  @Test
  void areKeptOverAnInterruption() throws IOException {
    String training = "\"epochs\": 3, \"checkpointSteps\": 1, \"validation\": 0.2, " + GIVEN;
    Spec spec = spec(WEIGHTED, training, 3, 4);
    TrainingData data = new TrainingData(examples(false), Optional.empty());
    TrainingResult whole = Trainer.of(spec, data, Digits.java()).build().run();
    try (DataDirectory store = DataDirectory.open(folder, "")) {
      Checkpoints kept = Checkpoints.of(store.trainings().create(spec.expand(), spec.expand()));
      Trainer[] trainer = new Trainer[1];
      trainer[0] =
          Trainer.of(spec, data, Digits.java())
              .checkpoints(kept)
              .listener(
                  event -> {
                    if (event instanceof TrainingEvent.Checkpointed && event.step() == 2) {
                      trainer[0].cancel();
                    }
                  })
              .build();
      assertEquals(2, trainer[0].run().steps());
      List<TrainingEvent> events = new ArrayList<>();
      TrainingResult rest =
          Trainer.of(spec, data, Digits.java())
              .checkpoints(kept)
              .resume()
              .listener(events::add)
              .build()
              .run();
      assertArrayEquals(whole.model().parameters().values(), rest.model().parameters().values());
      assertEquals(whole.validation().orElseThrow().loss(), rest.validation().orElseThrow().loss());
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`\"target\": \"tree\"`, `\"classWeights\": {\"eln\": 1}`,"
            + " `/training/classWeights/eln: expected one of the classes ash, elm, oak but got 'eln';"
            + " did you mean 'elm'?`",
        "`\"target\": \"tree\"`, `\"classWeights\": {\"a/b\": 1}`,"
            + " `/training/classWeights/a~1b: expected one of the classes ash, elm, oak but got"
            + " 'a/b'`",
        "`\"target\": \"number\"`, `\"loss\": \"meanSquaredError\", \"classWeights\": \"balanced\"`,"
            + " `/training/classWeights: expected a target of one class for each example but"
            + " 'number' is none`",
        "`\"target\": \"number\"`, `\"loss\": \"binaryCrossEntropy\", \"classWeights\": \"balanced\"`,"
            + " `/training/classWeights: expected a target of one class for each example but"
            + " 'number' is none`",
        "`\"target\": \"tree\"`, `\"classWeights\": {\"ash\": 1e300}`,"
            + " `/training/classWeights: expected weights whose product with those of examples is in"
            + " the range of f32 but got Infinity`",
        "`\"target\": \"tree\", \"weight\": \"x\"`, `\"seed\": 1`,"
            + " `/data/weight: expected a column of one number for each example but 'x' has [3]`",
        "`\"target\": \"tree\", \"weight\": \"number\"`, `\"seed\": 1`,"
            + " `/data/weight: expected weights of 0 or more but row 1 of 'leaves' has"
            + " -0.18827148`",
      })
  void areRefused(String data, String training, String message) {
    TrainingData examples = new TrainingData(examples(false), Optional.empty());
    assertEquals(
        message,
        assertThrows(
                SpecException.class,
                () -> Trainer.of(spec(data, training + ",", 3, 4), examples, Digits.java()).build())
            .getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "/training/classWeights, `\"classWeights\": \"even\"`",
        "/training/classWeights, `\"classWeights\": {}`",
        "/training/classWeights, `\"classWeights\": 3`",
        "/training/classWeights/ash, `\"classWeights\": {\"ash\": 0}`",
        "/training/classWeights/ash, `\"classWeights\": {\"ash\": -1}`",
        "/training/classWeights/ash, `\"classWeights\": {\"ash\": \"1\"}`",
      })
  void areReadStrictly(String pointer, String training) {
    SpecException wrong = assertThrows(SpecException.class, () -> spec(TREE, training + ",", 3, 4));
    assertEquals(pointer, wrong.pointer());
    assertThrows(SpecException.class, () -> spec(TREE + ", \"weight\": \"tree\"", "", 3, 4));
  }

  @Test
  void expand() {
    for (String training : List.of("", BALANCED, GIVEN)) {
      Spec spec = spec(WEIGHTED, training, 3, 4);
      assertEquals(spec.training(), Spec.parse(spec.expand()).training());
      assertEquals(Optional.of("w"), Spec.parse(spec.expand()).data().weight());
    }
    assertNotEquals(spec(TREE, GIVEN, 3, 4), spec(TREE, BALANCED, 3, 4));
  }

  @Test
  void areTold() throws IOException {
    Dataset all = examples(false);
    Dataset unweighted =
        ArrayDataset.named("test")
            .floats("x", Shape.of(3), 1, 2, 3)
            .classes("tree", List.of("ash", "elm", "oak"), 1)
            .build();
    Plan plan =
        Trainer.of(
                spec(WEIGHTED, BALANCED, 3, 4),
                new TrainingData(all.select("leaves", 0, 1, 2, 4), Optional.of(unweighted)),
                Digits.java())
            .build()
            .plan;
    assertEquals(
        List.of(
            "4 examples to learn from (ash: 1, elm: 3, oak: 0); 1 to test on (ash: 0, elm: 1, oak: 0)",
            "no example is learned of the classes 'oak'",
            "'test' has no column 'w': each of its examples counts once",
            "weights of classes: ash 2.000, elm 0.6667, oak 1.000"),
        plan.notes().get());
  }

  private Trainer csv(String file, String data) throws IOException {
    Files.writeString(folder.resolve("train.csv"), file);
    Spec spec =
        Spec.parse(
            """
            {"name": "leaf", "data": {"format": "csv", "train": "train.csv", "target": "tree", %s},
             "model": [{"type": "dense", "units": 2}], "training": {"steps": 1}}"""
                .formatted(data));
    return Trainer.of(spec, TrainingData.open(spec, folder), Digits.java()).build();
  }

  @Test
  void ofTextsAreAColumnBesideThem() throws IOException {
    String rows = "word,tree,counts\n" + "aab,oak,2\nbba,elm,1.5\nab,oak,0\nb,elm,1\n".repeat(5);
    Files.writeString(folder.resolve("train.csv"), rows);
    Files.writeString(folder.resolve("test.csv"), "word,tree\nab,oak\n");
    Spec spec =
        Spec.parse(
            """
            {"name": "leaf",
             "data": {"format": "csv", "train": "train.csv", "test": "test.csv", "text": "word",
                      "target": "tree", "length": 4, "tokenizer": {"type": "bytes"},
                      "weight": "counts"},
             "model": [{"type": "embedding", "vocabulary": 257, "features": 2, "padding": 256},
                       {"type": "sequencepool"}, {"type": "dense", "units": 2}],
             "training": {"steps": 1}}""");
    assertEquals(spec, Spec.parse(spec.expand()));
    Trainer trainer = Trainer.of(spec, TrainingData.open(spec, folder), Digits.java()).build();
    assertEquals(15, trainer.plan.split().train().size());
    assertEquals(2f, column(trainer.plan.split().train(), Weighting.COLUMN)[0]);
    assertTrue(
        trainer
            .plan
            .notes()
            .get()
            .contains("'test.csv' has no column 'counts': each of its examples counts once"));
    trainer.run();
    Spec missing = Spec.parse(spec.toString().replace("\"counts\"", "\"count\""));
    assertEquals(
        "/data/weight",
        assertThrows(SpecException.class, () -> TrainingData.open(missing, folder)).pointer());
  }

  @Test
  void ofAFileAreNoFeature() throws IOException {
    String rows = "length,tree,counts\n" + "1,oak,2\n5,elm,1.5\n3,oak,0\n5,elm,1\n".repeat(5);
    Trainer trainer = csv(rows, "\"weight\": \"counts\"");
    assertEquals(Shape.of(1), trainer.network().input());
    assertEquals(15, trainer.plan.split().train().size());
    assertEquals(2f, column(trainer.plan.split().train(), Weighting.COLUMN)[0]);
    assertEquals(
        Shape.of(2),
        csv(rows, "\"weight\": \"counts\", \"features\": [\"length\", \"counts\"]")
            .network()
            .input());
    assertThrows(
        SpecException.class, () -> csv(rows, "\"weight\": \"count\""), "there is no such column");
    String texts = rows.replace(",1.5", ",many");
    FormatException text =
        assertThrows(FormatException.class, () -> csv(texts, "\"weight\": \"counts\""));
    assertTrue(text.getMessage().contains("line 3, column 3 'counts'"), text.getMessage());
    String none = rows.replaceAll(",[0-9.]+\n", ",0\n");
    assertEquals(
        "/data/weight: expected a weight above 0 but all 20 of 'train.csv' are 0",
        assertThrows(SpecException.class, () -> csv(none, "\"weight\": \"counts\"")).getMessage());
  }
}
