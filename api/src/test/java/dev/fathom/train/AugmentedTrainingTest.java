package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.ArrayDataset;
import dev.fathom.data.Dataset;
import dev.fathom.json.SpecException;
import dev.fathom.nn.Network;
import dev.fathom.spec.Spec;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.Training;
import dev.fathom.task.Step;
import dev.fathom.task.Term;
import dev.fathom.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentedTrainingTest {
  private static final String ALL =
      """
      [{"type": "crop", "padding": 1}, "flip", {"type": "rotate", "degrees": 10},
       {"type": "colour", "brightness": 0.2, "contrast": 0.2}, "erase"]""";

  @TempDir Path folder;

  private static Spec spec(String augment, String training) {
    ObjectNode json = Digits.spec(training).expand();
    ((ObjectNode) json.get("data")).set("augment", read(augment));
    return Spec.parse(json);
  }

  private static Training fresh(DataDirectory store) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    return store.trainings().create(mapper.createObjectNode(), mapper.createObjectNode());
  }

  private static JsonNode read(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private TrainingResult run(Spec spec, Checkpoints checkpoints, int stopAfter) throws IOException {
    Trainer[] trainer = new Trainer[1];
    trainer[0] =
        Trainer.of(spec, Digits.data(), Digits.java())
            .checkpoints(checkpoints)
            .listener(
                event -> {
                  if (event instanceof TrainingEvent.EpochEnded ended
                      && ended.epoch() == stopAfter) {
                    trainer[0].cancel();
                  }
                })
            .resume()
            .build();
    return trainer[0].run();
  }

  private static float[] weights(TrainingResult result) {
    return result.learned().get(Group.DEFAULT).parameters().values();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"epochs\": 4",
        "\"epochs\": 4, \"mixup\": 0.4",
        "\"epochs\": 4, \"mixup\": 0.4, \"cutmix\": 1, \"accumulate\": 2"
      })
  void aResumedTrainingSeesTheSame(String training) throws IOException {
    Spec spec = spec(ALL, training);
    try (DataDirectory store = DataDirectory.open(folder, "")) {
      TrainingResult whole = run(spec, Checkpoints.of(fresh(store)), -1);
      Training other = fresh(store);
      assertEquals(TrainingResult.Outcome.CANCELLED, run(spec, Checkpoints.of(other), 2).outcome());
      TrainingResult resumed = run(spec, Checkpoints.of(other), -1);
      assertArrayEquals(weights(whole), weights(resumed));
      TrainingResult plain = run(spec("[]", "\"epochs\": 4"), Checkpoints.of(fresh(store)), -1);
      assertNotEquals(weights(whole)[0], weights(plain)[0]);
    }
  }

  /** With steps that change nothing the loss of the validation is that without augmentation. */
  @Test
  void heldBackExamplesAreLeftAsTheyAre() throws IOException {
    String still = "\"epochs\": 1, \"optimizer\": {\"type\": \"sgd\", \"learningRate\": 1e-30}";
    List<TrainingEvent.EpochEnded> ended = new ArrayList<>();
    List<TrainingResult> results = new ArrayList<>();
    for (Spec spec :
        List.of(
            spec("[]", still),
            spec(
                "[{\"type\": \"erase\", \"probability\": 1, \"least\": 0.3, \"most\": 0.5}]",
                still),
            spec("[]", still + ", \"mixup\": 1"))) {
      // Batch norm measures what it sees, so it is left out.
      ObjectNode json = spec.expand();
      ((ArrayNode) json.get("model")).remove(1);
      results.add(
          Trainer.of(Spec.parse(json), Digits.data(), Digits.java())
              .listener(
                  event -> {
                    if (event instanceof TrainingEvent.EpochEnded epoch) {
                      ended.add(epoch);
                    }
                  })
              .build()
              .run());
    }
    for (int i = 1; i < 3; i++) {
      assertNotEquals(ended.get(0).loss(), ended.get(i).loss());
      assertEquals(
          ended.get(0).validation().orElseThrow().loss(),
          ended.get(i).validation().orElseThrow().loss());
      assertEquals(
          results.get(0).test().orElseThrow().loss(), results.get(i).test().orElseThrow().loss());
    }
  }

  @Test
  void otherDataAreRefused() {
    assertEquals(
        "/training/mixup",
        assertThrows(
                SpecException.class,
                () -> {
                  Spec spec =
                      Spec.parse(
                          """
                          {"name": "x", "data": {"dataset": "bars"}, "model": [{"type": "dense", "units": 2}],
                           "training": {"mixup": 1}}""");
                  Dataset numbers =
                      ArrayDataset.named("numbers")
                          .floats("image", Shape.of(2), 1, 2, 3, 4)
                          .classes("label", List.of("a", "b"), 0, 1)
                          .build();
                  Trainer.of(spec, new TrainingData(numbers, Optional.empty()), Digits.java())
                      .build();
                })
            .pointer());
    assertTrue(
        assertThrows(
                SpecException.class,
                () -> spec("[{\"type\": \"crop\", \"pading\": 1}]", "\"epochs\": 1"))
            .getMessage()
            .contains("/data/augment/0/pading"));
  }

  // ---- mixing ----

  /** A batch of numbers, and a source of chance that gives the same. */
  private record Fixed(Tensor image, Tensor label, Tensor mask, float chance) implements Step {
    @Override
    public Tensor column(String name) {
      return name.equals("image") ? image : label;
    }

    @Override
    public long batch() {
      return mask.size(0);
    }

    @Override
    public boolean training() {
      return true;
    }

    @Override
    public Network.Trace trace(String group, List<Tensor> inputs) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Tensor normal(long... shape) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Tensor uniform(long... shape) {
      return Tensor.full(chance, DType.F32, shape);
    }
  }

  /** Its loss is ten times the label, and the sum of the picture. */
  private static final Objective SUMS =
      new Objective() {
        @Override
        public List<Group> groups() {
          return List.of();
        }

        @Override
        public SequencedMap<String, Term> terms(Step step) {
          Tensor rows =
              step.column("label")
                  .cast(DType.F32)
                  .mul(10)
                  .add(step.column("image").reshape(step.batch(), 16).sum(1));
          SequencedMap<String, Term> terms = new LinkedHashMap<>();
          terms.put("", new Term(rows, step.mask()));
          return terms;
        }
      };

  private static float[] mixed(OptionalDouble mixup, OptionalDouble cutmix, float chance) {
    float[] image = new float[4 * 16];
    for (int i = 0; i < image.length; i++) {
      image[i] = i / 16;
    }
    Fixed step =
        new Fixed(
            Tensor.of(image, 4, 4, 4),
            Tensor.of(new int[] {0, 1, 2, 0}, 4),
            Tensor.of(new float[] {1, 1, 1, 0}, 4),
            chance);
    return new Mixing(SUMS, "image", "label", mixup, cutmix).terms(step).get("").rows().toFloats();
  }

  @Test
  void targetsAreMixedAsPicturesAre() {
    // Of Beta(1, 1) the quantile 0.25 is 0.25: a quarter of itself and the rest of the one before.
    // The first has padding before it, and is left as it is.
    float[] mixup = mixed(OptionalDouble.of(1), OptionalDouble.empty(), 0.25f);
    assertArrayEquals(new float[] {0, 0.25f * 26, 26 + 0.25f * 26}, Arrays.copyOf(mixup, 3), 1e-3f);
    // lambda 0.75 takes a square of a quarter of the area, 2 x 2, with its middle in row and column
    // 3.
    float[] cutmix = mixed(OptionalDouble.empty(), OptionalDouble.of(1), 0.75f);
    assertArrayEquals(
        new float[] {0, 26 * 12 / 16f, 26 + 26 * 12 / 16f}, Arrays.copyOf(cutmix, 3), 1e-3f);
  }

  @Test
  void quantilesAreThoseOfTheBetaDistribution() {
    float[] uniform = Mixing.quantiles(1);
    float[] arcsine = Mixing.quantiles(0.5);
    float[] two = Mixing.quantiles(2);
    for (int i = 0; i <= 1024; i++) {
      double u = i / 1024.0;
      assertEquals(u, uniform[i], 1e-6);
      assertEquals(Math.pow(Math.sin(Math.PI * u / 2), 2), arcsine[i], 1e-5);
      assertEquals(u, 3 * two[i] * two[i] - 2 * Math.pow(two[i], 3), 1e-5);
    }
    float[] small = Mixing.quantiles(0.2);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 1024; i++) {
      double middle = (small[i] + small[i + 1]) / 2;
      sum += middle / 1024;
      squares += middle * middle / 1024;
    }
    assertEquals(0.5, sum, 1e-6);
    // The variance of Beta(a, a) is 1 / (4 (2 a + 1)).
    assertEquals(1 / (4 * 1.4), squares - sum * sum, 1e-3);
  }
}
