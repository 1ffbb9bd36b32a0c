package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Json;
import dev.fathom.json.SpecException;
import dev.fathom.model.Model;
import dev.fathom.model.Weights;
import dev.fathom.nn.Layout;
import dev.fathom.spec.Spec;
import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A training that begins with another's weights, and what of them it changes. */
class TransferTest {
  private static final String SGD =
      "\"steps\": 4, \"optimizer\": {\"type\": \"sgd\", \"learningRate\": 0.1, \"weightDecay\": 0.01}";

  /** The network of {@link Digits#spec} with keys of a spec beside it. */
  private static Spec spec(String keys, String training) {
    ObjectNode json = Digits.spec(training).expand();
    json.setAll((ObjectNode) read("{" + keys + "}"));
    return Spec.parse(json);
  }

  private static JsonNode read(String json) {
    try {
      return Json.read(json);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Model trained(Spec spec, ModelSource models) throws IOException {
    return Trainer.of(spec, Digits.data(), Digits.java()).models(models).build().run().model();
  }

  private static Model pretrained() throws IOException {
    return trained(Digits.spec("\"epochs\": 2"), ModelSource.NONE);
  }

  private static ModelSource source(Model model) {
    return from -> new ModelSource.Found(from.model() + " 1", model);
  }

  private static float[] values(Weights weights, String name) {
    Layout.Slot slot = weights.layout().slot(name).orElseThrow();
    int from = (int) slot.offset();
    return Arrays.copyOfRange(weights.values(), from, from + (int) slot.shape().elements());
  }

  @Test
  void whatIsFrozenStaysBitForBitAndTheRestLearns() throws IOException {
    Model before = pretrained();
    for (String optimizer : List.of("adam", "sgd", "adamw", "lamb")) {
      Spec spec =
          spec(
              "\"from\": \"old\", \"freeze\": [\"*\", \"!dense1.*\"]",
              "\"epochs\": 2, \"averaging\": 0.9, \"optimizer\": {\"type\": \"%s\", \"weightDecay\": 0.01}"
                  .formatted(optimizer));
      Model after = trained(spec, source(before));
      for (Layout.Slot slot : before.parameters().layout().slots()) {
        float[] old = values(before.parameters(), slot.name());
        float[] now = values(after.parameters(), slot.name());
        if (slot.name().startsWith("dense1.")) {
          assertFalse(Arrays.equals(old, now), optimizer + " " + slot.name());
        } else {
          assertArrayEquals(old, now, optimizer + " " + slot.name());
        }
      }
      assertArrayEquals(before.states().values(), after.states().values());
    }
  }

  @Test
  void tellsWhatItBeginsWithAndWhatItLearns() throws IOException {
    List<String> notes = new ArrayList<>();
    Spec spec =
        spec(
            "\"from\": {\"model\": \"old\", \"weights\": [\"*\", \"!dense1.*\"]}, \"freeze\": [\"conv1.*\"]",
            SGD);
    Trainer.of(spec, Digits.data(), Digits.java())
        .models(source(pretrained()))
        .listener(
            event -> {
              if (event instanceof TrainingEvent.Started started) {
                notes.addAll(started.notes());
              }
            })
        .build()
        .run();
    assertTrue(
        notes.contains("learns 234 of 264 parameters, the others are frozen"), notes::toString);
    assertTrue(
        notes.contains("begins with 42 of 270 numbers (6 tensors) of model old 1"),
        notes::toString);
  }

  @Test
  void aFactorOfTheLearningRateIsThatOfTheStep() throws IOException {
    Model before = pretrained();
    String one =
        "\"steps\": 1, \"schedule\": {\"type\": \"constant\"}, \"optimizer\": {\"type\": \"sgd\","
            + " \"learningRate\": 0.1, \"momentum\": 0}";
    Model whole = trained(spec("\"from\": \"old\"", one), source(before));
    Model half =
        trained(
            spec(
                "\"from\": \"old\"",
                one + ", \"learningRates\": {\"*\": 0.25, \"dense1.*\": 0.5, \"*.bias\": 0}"),
            source(before));
    for (Layout.Slot slot : before.parameters().layout().slots()) {
      String name = slot.name();
      double factor = name.endsWith(".bias") ? 0 : name.startsWith("dense1") ? 0.5 : 0.25;
      float[] old = values(before.parameters(), name);
      float[] full = values(whole.parameters(), name);
      float[] some = values(half.parameters(), name);
      for (int i = 0; i < old.length; i++) {
        assertEquals(old[i] + factor * (full[i] - old[i]), some[i], 1e-6, name);
      }
    }
  }

  @Test
  void adaptersAreMergedIntoTheirMatrices() throws IOException {
    Model before = pretrained();
    Spec spec =
        spec(
            "\"from\": \"old\", \"freeze\": [\"*\"], \"lora\": {\"rank\": 2, \"alpha\": 4, \"weights\": \"dense1.*\"}",
            "\"epochs\": 20, \"optimizer\": {\"type\": \"adam\", \"learningRate\": 0.02}");
    TrainingResult result =
        Trainer.of(spec, Digits.data(), Digits.java()).models(source(before)).build().run();
    Model after = result.model();
    assertEquals(before.parameters().layout(), after.parameters().layout());
    float[] old = values(before.parameters(), "dense1.weight");
    float[] now = values(after.parameters(), "dense1.weight");
    assertEquals(2, rank(old, now, 3), "the rank of the change");
    assertArrayEquals(
        values(before.parameters(), "dense1.bias"), values(after.parameters(), "dense1.bias"));
    assertArrayEquals(
        values(before.parameters(), "conv1.weight"), values(after.parameters(), "conv1.weight"));
    // Learned with adapters and measured with them; published without.
    Spec again =
        spec(
            "\"from\": \"lora\", \"freeze\": [\"*\", \"!dense1.*\"]",
            "\"steps\": 1, \"learningRates\": {\"*\": 1e-9}");
    TrainingResult measured =
        Trainer.of(again, Digits.data(), Digits.java()).models(source(after)).build().run();
    assertEquals(
        result.test().orElseThrow().figures().get("loss"),
        measured.test().orElseThrow().figures().get("loss"),
        1e-5);
  }

  /** The rank of a difference of matrices of so many rows, by elimination. */
  private static int rank(float[] a, float[] b, int rows) {
    int columns = a.length / rows;
    double[][] rest = new double[rows][columns];
    for (int i = 0; i < a.length; i++) {
      rest[i / columns][i % columns] = b[i] - a[i];
    }
    int rank = 0;
    for (int step = 0; step < rows; step++) {
      int row = -1;
      int column = 0;
      double most = 1e-5;
      for (int i = rank; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          if (Math.abs(rest[i][j]) > most) {
            most = Math.abs(rest[i][j]);
            row = i;
            column = j;
          }
        }
      }
      if (row < 0) {
        return rank;
      }
      double[] pivot = rest[row];
      rest[row] = rest[rank];
      rest[rank++] = pivot;
      for (int i = rank; i < rows; i++) {
        double factor = rest[i][column] / pivot[column];
        for (int j = 0; j < columns; j++) {
          rest[i][j] -= factor * pivot[j];
        }
      }
    }
    return rank;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "freeze": ["body.*"]            | /freeze: expected names of parameters, of [conv1.weight
          "freeze": ["*"]                 | /freeze: expected a parameter that is learned but all are frozen
          "from": {"model": "old", "weights": "bod*"} | /from/weights: expected names of parameters such as
          "lora": {"weights": "conv*"}    | /lora/weights: expected names of matrices, of [dense1.weight], but 'conv*' matches none
          "lora": {"rank": 0, "weights": "*"} | /lora/rank
          "from": {"model": "old", "version": 0} | /from/version
          """)
  void refusesPatternsThatChooseNothing(String keys, String message) throws IOException {
    Model before = pretrained();
    SpecException e =
        assertThrows(SpecException.class, () -> trained(spec(keys, SGD), source(before)));
    assertTrue(e.getMessage().startsWith(message), e::getMessage);
  }

  @Test
  void refusesAShapeThatDoesNotFit() throws IOException {
    Model before = pretrained();
    ObjectNode json = spec("\"from\": \"old\"", SGD).expand();
    ((ObjectNode) json.withArray("model").get(0)).put("filters", 4);
    SpecException e =
        assertThrows(SpecException.class, () -> trained(Spec.parse(json), source(before)));
    assertEquals(
        "/from/weights: * matches 'conv1.weight', which has the shape [4, 1, 3, 3] here and"
            + " [3, 1, 3, 3] in model old 1; \"!conv1.*\" leaves it out",
        e.getMessage());
  }

  @Test
  void findsModelsInADataDirectoryAndGoesOnWithoutThem(@TempDir Path folder) throws IOException {
    try (DataDirectory directory = DataDirectory.open(folder, "http://127.0.0.1:0")) {
      pretrained().publish(directory.models());
      ModelSource models = ModelSource.of(directory.models());
      Spec spec =
          spec(
              "\"from\": \"bars\", \"freeze\": [\"conv1.*\"]",
              "\"epochs\": 3, \"checkpointSteps\": 1");
      Model whole = trained(spec, models);
      SpecException e =
          assertThrows(SpecException.class, () -> trained(spec("\"from\": \"cars\"", SGD), models));
      assertTrue(e.getMessage().startsWith("/from: "), e::getMessage);
      // Interrupted, and resumed when the model is not there any more.
      Checkpoints kept = Checkpoints.of(directory.trainings().create(spec.expand(), spec.expand()));
      Trainer[] running = new Trainer[1];
      running[0] =
          Trainer.of(spec, Digits.data(), Digits.java())
              .models(models)
              .checkpoints(kept)
              .listener(
                  event -> {
                    if (event instanceof TrainingEvent.EpochEnded) {
                      running[0].cancel();
                    }
                  })
              .build();
      assertEquals(TrainingResult.Outcome.CANCELLED, running[0].run().outcome());
      TrainingResult resumed =
          Trainer.of(spec, Digits.data(), Digits.java()).checkpoints(kept).resume().build().run();
      assertArrayEquals(whole.parameters().values(), resumed.model().parameters().values());
      assertEquals(Optional.of(spec.expand()), whole.spec());
    }
  }

  @Test
  void learnsAFewOfEachClass() throws IOException {
    List<Long> examples = new ArrayList<>();
    Trainer.of(Digits.spec("\"steps\": 2, \"examplesPerClass\": 4"), Digits.data(), Digits.java())
        .listener(
            event -> {
              if (event instanceof TrainingEvent.Started started) {
                examples.add(started.examples());
              }
            })
        .build()
        .run();
    assertEquals(List.of(12L), examples);
  }
}
