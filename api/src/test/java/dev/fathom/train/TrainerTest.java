package dev.fathom.train;

import static dev.fathom.PyTorch.assertClose;
import static dev.fathom.PyTorch.values;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.PyTorch;
import dev.fathom.data.ArrayDataset;
import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.data.Shuffle;
import dev.fathom.device.Backends;
import dev.fathom.device.DecoratedBackend;
import dev.fathom.json.SpecException;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.model.Weights;
import dev.fathom.nn.Layout;
import dev.fathom.spec.SavedModel;
import dev.fathom.spec.Spec;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.Device;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Shape;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.Training;
import dev.fathom.task.Port;
import dev.fathom.train.TrainingResult.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
  private static final String ADAM =
      "\"epochs\": 4, \"checkpointSteps\": 2, \"clipNorm\": 1,"
          + " \"optimizer\": {\"type\": \"adam\", \"learningRate\": 0.02}";

  /** No epoch but the first is good enough, so that the rate falls after the second and third. */
  private static final String PLATEAU =
      "\"schedule\": {\"type\": \"reduceOnPlateau\", \"patience\": 0, \"threshold\": 0.99}";

  @TempDir Path folder;

  private static Trainer.Builder trainer(String training) {
    return Trainer.of(Digits.spec(training), Digits.data(), Digits.java());
  }

  private static Training training(DataDirectory store) throws IOException {
    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
    return store.trainings().create(nothing, nothing);
  }

  @Test
  void learnsAndTells() throws IOException {
    List<TrainingEvent> events = new ArrayList<>();
    TrainingResult result = trainer(ADAM).listener(events::add).build().run();
    assertEquals(Outcome.COMPLETED, result.outcome());
    assertEquals(20, result.steps());
    assertEquals(4, result.epochs());
    assertTrue(result.test().orElseThrow().accuracy() > 0.8, result::toString);
    TrainingEvent.Started started = (TrainingEvent.Started) events.getFirst();
    assertEquals(20, started.steps());
    assertEquals(71, started.examples());
    assertTrue(started.memoryBytes() > 4 * started.parameters());
    List<TrainingEvent.EpochEnded> epochs =
        events.stream()
            .filter(TrainingEvent.EpochEnded.class::isInstance)
            .map(TrainingEvent.EpochEnded.class::cast)
            .toList();
    assertEquals(List.of(5L, 10L, 15L, 20L), epochs.stream().map(e -> e.step()).toList());
    assertEquals(List.of(1L, 2L, 3L, 4L), epochs.stream().map(e -> e.epoch()).toList());
    assertTrue(epochs.getLast().loss() < epochs.getFirst().loss());
    assertEquals(19, epochs.getLast().validation().orElseThrow().examples());
    assertEquals(0, epochs.getLast().secondsLeft());
  }

  @Test
  void tellsHowLongStepsWaitedForData() throws IOException {
    // Far apart, since other processes may hold up either of the two threads.
    assertTrue(dataStall(Duration.ZERO) < 0.5);
    assertTrue(dataStall(Duration.ofMillis(5)) > 0.5);
  }

  /** {@return the least share of an epoch that its steps waited, each example read so slowly} */
  private static double dataStall(Duration perExample) throws IOException {
    Dataset bars = Digits.bars("bars", 160, 1);
    Dataset slow =
        new Dataset() {
          @Override
          public String name() {
            return "slow";
          }

          @Override
          public int size() {
            return bars.size();
          }

          @Override
          public List<Column> columns() {
            return bars.columns();
          }

          @Override
          public void read(int column, int row, float[] target, int offset) {
            LockSupport.parkNanos(perExample.toNanos());
            bars.read(column, row, target, offset);
          }

          @Override
          public void read(int column, int row, int[] target, int offset) {
            bars.read(column, row, target, offset);
          }
        };
    Spec spec =
        Spec.parse(
            """
            {"name": "bars", "data": {"dataset": "bars"},
             "model": [
               {"type": "flatten"},
               {"type": "dense", "units": 1000, "activation": "relu"},
               {"type": "dense", "units": 1000, "activation": "relu"},
               {"type": "dense", "units": 3}],
             "training": {"batchSize": 16, "epochs": 4, "validation": 0}}""");
    List<Double> shares = new ArrayList<>();
    Trainer.of(spec, new TrainingData(slow, Optional.empty()), Digits.java())
        .listener(
            event -> {
              if (event instanceof TrainingEvent.EpochEnded epoch) {
                shares.add(epoch.dataStallShare());
              }
            })
        .build()
        .run();
    assertEquals(4, shares.size());
    assertTrue(shares.stream().allMatch(share -> share >= 0 && share <= 1), shares::toString);
    return shares.stream().mapToDouble(share -> share).min().getAsDouble();
  }

  @Test
  void sameSeedSameBits() throws IOException {
    float[] first = trainer(ADAM).build().run().model().parameters().values();
    float[] second = trainer(ADAM).build().run().model().parameters().values();
    assertArrayEquals(first, second);
  }

  @Test
  void anEpochIsPyTorchs() throws IOException {
    JsonNode expected = PyTorch.read("training");
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", "test");
    json.putObject("data").put("dataset", "none");
    json.set("model", expected.get("layers"));
    ObjectNode options = json.putObject("training").put("epochs", 1).put("batchSize", 6);
    options.put("clipNorm", 1).putObject("optimizer").put("type", "adam").put("learningRate", 0.01);
    Spec spec = Spec.parse(json);

    // Placed so that the shuffled order is PyTorch's.
    int[] order = Shuffle.order(44, spec.training().seed(), 0);
    float[] given = values(expected.get("images"));
    float[] images = new float[given.length];
    int[] labels = new int[44];
    for (int i = 0; i < 44; i++) {
      System.arraycopy(given, i * 36, images, order[i] * 36, 36);
      labels[order[i]] = expected.get("labels").get(i).intValue();
    }
    Dataset examples =
        ArrayDataset.named("examples")
            .floats("image", Shape.of(1, 6, 6), images)
            .classes("label", List.of("a", "b", "c"), labels)
            .build();
    TrainingData data = new TrainingData(examples, Optional.of(examples));
    List<TrainingEvent> events = new ArrayList<>();
    TrainingResult result = from(expected.get("start"), spec, data, events);
    Layout layout = result.model().network().parameters();
    TrainingEvent.EpochEnded epoch =
        (TrainingEvent.EpochEnded)
            events.stream().filter(TrainingEvent.EpochEnded.class::isInstance).findFirst().get();
    assertEquals(expected.get("loss").doubleValue(), epoch.loss(), 1e-5);
    Model model = result.model();
    assertClose(
        weights(layout, expected.get("end")).values(),
        model.parameters().values(),
        2e-5,
        "parameters");
    assertClose(
        weights(model.network().states(), expected.get("states")).values(),
        model.states().values(),
        1e-5,
        "running statistics");
    assertEquals(
        expected.get("evaluation").doubleValue(), result.test().orElseThrow().loss(), 1e-5);
  }

  /**
   * Eight steps with clipping, two groups of decay, smoothed labels and steps that do not count.
   */
  @Test
  void aSmallGptTrainsAsPyTorchs() throws IOException {
    JsonNode cases = PyTorch.read("sequences");
    JsonNode gpt = cases.get(cases.size() - 1);
    JsonNode expected = PyTorch.read("gpt-loss");
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", "test");
    json.putObject("data").put("dataset", "none").put("input", "ids").put("target", "next");
    json.set("model", gpt.get("layers"));
    ObjectNode options = json.putObject("training").put("epochs", 8).put("batchSize", 3);
    options.put("clipNorm", 1).put("labelSmoothing", expected.get("smoothing").asDouble());
    ObjectNode adamw = options.putObject("optimizer").put("type", "adamw");
    adamw.put("learningRate", 0.01).put("weightDecay", 0.1).put("decayVectors", false);
    // The bias of the keys has no gradient but noise, which a small epsilon would blow up.
    adamw.put("epsilon", 1e-4);
    Dataset text =
        ArrayDataset.named("text")
            .ints("ids", Shape.of(7), PyTorch.integers(gpt.get("input")))
            .ints("next", Shape.of(7), PyTorch.integers(expected.get("target")))
            .build();
    List<TrainingEvent> events = new ArrayList<>();
    TrainingData data = new TrainingData(text, Optional.empty());
    Model model = from(gpt.get("parameters"), Spec.parse(json), data, events).model();
    float[] losses = new float[8];
    for (TrainingEvent event : events) {
      if (event instanceof TrainingEvent.EpochEnded epoch) {
        losses[(int) epoch.epoch() - 1] = (float) epoch.loss();
      }
    }
    for (int step = 0; step < 8; step++) {
      assertEquals(expected.get("losses").get(step).floatValue(), losses[step], 1e-4, "loss");
    }
    assertClose(
        weights(model.network().parameters(), expected.get("end")).values(),
        model.parameters().values(),
        1e-4,
        "parameters");
  }

  /** A training that starts with the given parameters. */
  private TrainingResult from(
      JsonNode parameters, Spec spec, TrainingData data, List<TrainingEvent> events)
      throws IOException {
    Trainer fresh = Trainer.of(spec, data, Digits.java()).build();
    Layout layout = fresh.network().parameters();
    try (DataDirectory store = DataDirectory.open(folder, "")) {
      Checkpoints checkpoints = Checkpoints.of(training(store));
      Digits.start(checkpoints, fresh, weights(layout, parameters));
      return Trainer.of(spec, data, Digits.java())
          .checkpoints(checkpoints)
          .resume()
          .listener(events::add)
          .build()
          .run();
    }
  }

  private static Weights weights(Layout layout, JsonNode tensors) {
    float[] flat = new float[(int) layout.elements()];
    for (Layout.Slot slot : layout.slots()) {
      float[] values = values(tensors.get(slot.name()));
      System.arraycopy(values, 0, flat, (int) slot.offset(), values.length);
    }
    return new Weights(layout, flat);
  }

  /** Every moment of a run is one to stop at: within an epoch, at its end, at the very start. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 5, 7, 13, 19, 20})
  void cancelledAndResumedIsBitwiseTheSame(int stopAfter) throws IOException {
    TrainingResult whole = trainer(ADAM).build().run();
    try (DataDirectory store = DataDirectory.open(folder, "")) {
      Checkpoints checkpoints = Checkpoints.of(training(store));
      Trainer[] first = new Trainer[1];
      Checkpoints counting =
          new Checkpoints() {
            @Override
            public void save(Kind kind, Checkpoint checkpoint) throws IOException {
              checkpoints.save(kind, checkpoint);
              if (checkpoint.progress().step() >= stopAfter) {
                first[0].cancel();
              }
            }

            @Override
            public Optional<Checkpoint.Stored> load(Kind kind) throws IOException {
              return checkpoints.load(kind);
            }
          };
      String everyStep = ADAM.replace("\"checkpointSteps\": 2", "\"checkpointSteps\": 1");
      first[0] = trainer(everyStep).checkpoints(counting).build();
      if (stopAfter == 0) {
        first[0].cancel();
      }
      TrainingResult part = first[0].run();
      assertEquals(stopAfter, part.steps());
      assertEquals(stopAfter == 20 ? Outcome.COMPLETED : Outcome.CANCELLED, part.outcome());

      TrainingResult rest = trainer(everyStep).checkpoints(checkpoints).resume().build().run();
      assertEquals(Outcome.COMPLETED, rest.outcome());
      assertEquals(20, rest.steps());
      assertArrayEquals(whole.model().parameters().values(), rest.model().parameters().values());
      assertArrayEquals(whole.model().states().values(), rest.model().states().values());
      assertEquals(whole.test().orElseThrow().loss(), rest.test().orElseThrow().loss());
      assertEquals(whole.validation().orElseThrow().loss(), rest.validation().orElseThrow().loss());
    }
  }

  /** Without batch norm and dropout, parts make no difference but in the order of sums. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 16})
  void aStepInPartsIsTheSameStep(int parts) throws IOException {
    TrainingResult[] results = new TrainingResult[2];
    for (int i = 0; i < 2; i++) {
      Spec spec =
          Spec.parse(
              """
              {"name": "bars", "data": {"dataset": "bars", "scale": 0.004},
               "model": [{"type": "flatten"}, {"type": "dense", "units": 9, "activation": "tanh"},
                         {"type": "dense", "units": 3}],
               "training": {"epochs": 2, "batchSize": 16, "accumulate": %d, "clipNorm": 0.5,
                 "optimizer": {"type": "sgd", "learningRate": 0.3, "momentum": 0.9}}}\
              """
                  .formatted(i == 0 ? 1 : parts));
      results[i] = Trainer.of(spec, Digits.data(), Digits.java()).build().run();
      assertEquals(12, results[i].steps());
    }
    assertClose(
        results[0].model().parameters().values(),
        results[1].model().parameters().values(),
        1e-5,
        "parameters");
  }

  /** The average is what is kept: after a step it is 9 / 11 of the way from the start. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void averagingKeepsTheMeanOfTheWeights(int accumulate) throws IOException {
    String once = "\"steps\": 1, \"accumulate\": " + accumulate;
    Trainer plain = trainer(once).build();
    float[] start = plain.network().parameters().initial(plain.plan.training().seed());
    float[] moved = plain.run().model().parameters().values();
    TrainingResult averaged = trainer(once + ", \"averaging\": 0.99").build().run();
    float[] expected = new float[start.length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (float) (start[i] + (moved[i] - start[i]) * 9.0 / 11);
    }
    assertClose(expected, averaged.model().parameters().values(), 1e-6, "average");
    assertNotEquals(plain.run().test().orElseThrow().loss(), averaged.test().orElseThrow().loss());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"accumulate\": 4",
        "\"averaging\": 0.9",
        "\"averaging\": 0.9, \"accumulate\": 2",
        PLATEAU,
      })
  void whatAStepHasBesideParametersResumesBitwise(String option) throws IOException {
    String training = ADAM.replace("\"checkpointSteps\": 2", "\"checkpointSteps\": 7, " + option);
    TrainingResult whole = trainer(training).build().run();
    assertEquals(20, whole.steps());
    try (DataDirectory store = DataDirectory.open(folder, "")) {
      Checkpoints checkpoints = Checkpoints.of(training(store));
      Trainer[] first = new Trainer[1];
      first[0] =
          trainer(training)
              .checkpoints(checkpoints)
              .listener(
                  event -> {
                    if (event instanceof TrainingEvent.Checkpointed && event.step() == 7) {
                      first[0].cancel();
                    }
                  })
              .build();
      assertEquals(7, first[0].run().steps());
      TrainingResult rest = trainer(training).checkpoints(checkpoints).resume().build().run();
      assertArrayEquals(whole.model().parameters().values(), rest.model().parameters().values());
      assertArrayEquals(whole.model().states().values(), rest.model().states().values());
    }
  }

  /** The third epoch is slower than without, by a factor of 0.1, and the first two are not. */
  @Test
  void theRateFallsOnAPlateau() throws IOException {
    List<List<Double>> losses = new ArrayList<>();
    String constant = "\"schedule\": {\"type\": \"constant\"}";
    for (String training : List.of(ADAM + ", " + constant, ADAM + ", " + PLATEAU)) {
      List<Double> each = new ArrayList<>();
      trainer(training)
          .listener(
              event -> {
                if (event instanceof TrainingEvent.EpochEnded epoch) {
                  each.add(epoch.validation().orElseThrow().loss());
                }
              })
          .build()
          .run();
      losses.add(each);
    }
    assertEquals(losses.get(0).subList(0, 2), losses.get(1).subList(0, 2));
    double moved = Math.abs(losses.get(0).get(2) - losses.get(0).get(1));
    double slower = Math.abs(losses.get(1).get(2) - losses.get(1).get(1));
    assertTrue(slower < 0.5 * moved, losses::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lamb", "lion", "rmsprop", "adagrad"})
  void everyOptimizerLearns(String type) throws IOException {
    String rate = type.equals("lion") ? "0.003" : "0.05";
    String training =
        "\"epochs\": 20, \"clipValue\": 1, \"optimizer\": {\"type\": \"%s\", \"learningRate\": %s}"
            .formatted(type, rate);
    TrainingResult result = trainer(training).build().run();
    assertTrue(result.test().orElseThrow().accuracy() > 0.8, type);
  }

  /** The training is the same; its result is rounded, and measured as it is stored. */
  @Test
  void weightsOfBf16AreThoseOfTheF32TrainingRounded() throws IOException {
    TrainingResult wide = trainer(ADAM).build().run();
    TrainingResult narrow = trainer(ADAM + ", \"weights\": \"bf16\"").build().run();
    float[] rounded = wide.model().parameters().stored(DType.BF16).values();
    assertArrayEquals(rounded, narrow.model().parameters().values());
    assertFalse(Arrays.equals(rounded, wide.model().parameters().values()));
    assertEquals(wide.validation().orElseThrow().loss(), narrow.validation().orElseThrow().loss());
    double loss = wide.test().orElseThrow().loss();
    assertNotEquals(loss, narrow.test().orElseThrow().loss());
    assertEquals(loss, narrow.test().orElseThrow().loss(), 0.02);
  }

  @Test
  void resumingAnotherSpecIsRefused() throws IOException {
    try (DataDirectory store = DataDirectory.open(folder, "")) {
      Checkpoints checkpoints = Checkpoints.of(training(store));
      trainer("\"steps\": 1").checkpoints(checkpoints).build().run();
      Trainer other =
          trainer("\"steps\": 1, \"optimizer\": {\"type\": \"sgd\", \"momentum\": 0.9}")
              .checkpoints(checkpoints)
              .resume()
              .build();
      assertEquals(
          "[train] expected a checkpoint of the same spec to resume from but its spec differs",
          assertThrows(IllegalArgumentException.class, other::run).getMessage());
    }
  }

  /** A backend whose driver or tuning changed, and which can or cannot go back. */
  private static final class Changed extends DecoratedBackend {
    final Optional<Changed> before;
    int compiled;

    Changed(String variant, Optional<Changed> before) {
      super(Digits.java().backend(), new Device(0, "changed", 1L << 32, variant));
      this.before = before;
    }

    @Override
    public Kernel compile(KernelSpec spec) {
      compiled++;
      return super.compile(spec);
    }

    @Override
    public Optional<Backend> pinned(String variant) {
      return before.filter(b -> b.device().variant().equals(variant)).map(Backend.class::cast);
    }

    TrainingEvent.Started train(Checkpoints checkpoints, String training) throws IOException {
      List<TrainingEvent> events = new ArrayList<>();
      Trainer.of(Digits.spec(training), Digits.data(), new Backends.Selection("changed", this))
          .checkpoints(checkpoints)
          .listener(events::add)
          .resume()
          .build()
          .run();
      return (TrainingEvent.Started) events.getFirst();
    }
  }

  @Test
  void resumePinsTheKernelVariantsOfTheCheckpointOrSaysThatItCannot() throws IOException {
    try (DataDirectory store = DataDirectory.open(folder, "")) {
      Checkpoints checkpoints = Checkpoints.of(training(store));
      assertEquals(
          Optional.empty(),
          new Changed("tiles 8", Optional.empty()).train(checkpoints, "\"steps\": 3").notice());

      Changed pinned = new Changed("tiles 8", Optional.empty());
      Changed retuned = new Changed("tiles 16", Optional.of(pinned));
      assertEquals(Optional.empty(), retuned.train(checkpoints, "\"steps\": 3").notice());
      assertTrue(pinned.compiled > 0, "the pinned one compiles");
      assertEquals(0, retuned.compiled, "and nothing else");
      assertEquals(
          "tiles 8",
          checkpoints.load(Checkpoints.Kind.LAST).orElseThrow().progress().variant(),
          "the next resume pins the same");

      Changed other = new Changed("tiles 32", Optional.empty());
      assertEquals(
          "resumed on backend changed (tiles 32) what ran on changed (tiles 8): the result is not"
              + " bitwise the same",
          other.train(checkpoints, "\"steps\": 3").notice().orElseThrow());
      assertTrue(other.compiled > 0);
    }
  }

  @Test
  void stepsMayEndWithinAnEpoch() throws IOException {
    TrainingResult result = trainer("\"steps\": 7").build().run();
    assertEquals(7, result.steps());
    assertEquals(1, result.epochs());
    assertTrue(result.validation().isPresent());
  }

  @Test
  void stopsEarlyAndKeepsTheBest() throws IOException {
    List<TrainingEvent> events = new ArrayList<>();
    TrainingResult result =
        trainer(
                "\"epochs\": 50, \"earlyStopping\": {\"patience\": 2},"
                    + " \"optimizer\": {\"type\": \"sgd\", \"learningRate\": 1, \"momentum\": 0.9}")
            .listener(events::add)
            .build()
            .run();
    assertEquals(Outcome.STOPPED_EARLY, result.outcome());
    assertTrue(result.epochs() < 50);
    List<Double> losses =
        events.stream()
            .filter(TrainingEvent.EpochEnded.class::isInstance)
            .map(e -> ((TrainingEvent.EpochEnded) e).validation().orElseThrow().loss())
            .toList();
    double best = losses.stream().min(Double::compare).orElseThrow();
    assertEquals(best, result.validation().orElseThrow().loss());
    assertEquals(losses.size() - 3, losses.indexOf(best));
  }

  @Test
  void aLossThatIsNotFiniteNamesStepAndLayer() throws IOException {
    Trainer trainer =
        trainer("\"epochs\": 9, \"optimizer\": {\"type\": \"sgd\", \"learningRate\": 1e30}")
            .build();
    NonFiniteException stopped = assertThrows(NonFiniteException.class, trainer::run);
    assertTrue(stopped.step() > 1 && stopped.step() < 10, stopped::getMessage);
    assertTrue(stopped.place().matches("the (output of layer|gradient of) '.+'"), stopped::place);
    assertTrue(
        stopped.getMessage().startsWith("[train] step " + stopped.step() + ": "),
        stopped::getMessage);
  }

  /** Whichever part of the step it is in. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aNumberThatIsNotFiniteIsFoundInAnyPart(int seed) throws IOException {
    float[] x = {1, 2, 1e30f, 3};
    Dataset bad =
        ArrayDataset.named("bad").floats("x", Shape.of(1), x).floats("y", Shape.of(1), x).build();
    Spec spec =
        Spec.parse(
            """
            {"name": "bad", "data": {"dataset": "bad", "input": "x", "target": "y"},
             "model": [{"type": "dense", "units": 1}],
             "training": {"epochs": 1, "batchSize": 4, "accumulate": 4, "seed": %d,
               "loss": "meanSquaredError"}}\
            """
                .formatted(seed));
    Trainer trainer =
        Trainer.of(spec, new TrainingData(bad, Optional.empty()), Digits.java()).build();
    assertEquals("the loss", assertThrows(NonFiniteException.class, trainer::run).place());
  }

  @Test
  void learnsNumbersToo() throws IOException {
    float[] x = new float[64];
    float[] y = new float[128];
    for (int i = 0; i < 64; i++) {
      x[i] = i / 32f - 1;
      y[2 * i] = 3 * x[i];
      y[2 * i + 1] = 1 - x[i];
    }
    Dataset line =
        ArrayDataset.named("line").floats("x", Shape.of(1), x).floats("y", Shape.of(2), y).build();
    Spec spec =
        Spec.parse(
            """
            {"name": "line", "data": {"dataset": "line", "input": "x", "target": "y"},
             "model": [{"type": "dense", "units": 2}],
             "training": {"epochs": 100, "batchSize": 24, "loss": "meanSquaredError",
               "optimizer": {"type": "sgd", "learningRate": 0.2, "momentum": 0.5}}}\
            """);
    TrainingResult result =
        Trainer.of(spec, new TrainingData(line, Optional.of(line)), Digits.java()).build().run();
    assertTrue(result.test().orElseThrow().loss() < 1e-6);
    assertFalse(result.test().orElseThrow().figures().containsKey("accuracy"));
    try (Predictor predictor = Predictor.open(Digits.java().backend(), result.model())) {
      predictor.warmUp(Duration.ofMillis(1)); // Changes no answer.
      assertClose(new float[] {1.5f, 0.5f}, predictor.predict(0.5f), 1e-3, "prediction");
    }
  }

  @Test
  void aPublishedModelAnswersLikeTheTrainedOne() throws IOException {
    TrainingResult result = trainer(ADAM).build().run();
    Dataset test = Digits.data().test().orElseThrow();
    float[] raw = new float[40 * 25];
    int[] label = new int[1];
    for (int i = 0; i < 40; i++) {
      test.read(0, i, raw, i * 25);
    }
    Model loaded;
    try (DataDirectory store = DataDirectory.open(folder, "")) {
      assertEquals(1, result.model().publish(store.models()).version());
      loaded = SavedModel.load(store.models().newest("bars").bundle());
    }
    assertEquals(
        List.of(new Port("image", DType.F32, List.of(-1L, 5L, 5L))), loaded.signature().inputs());
    assertEquals(
        List.of(new Port("probabilities", DType.F32, List.of(-1L, 3L))),
        loaded.signature().outputs());
    assertEquals(List.of("none", "upright", "lying"), loaded.labels());
    assertEquals(result.model().spec(), loaded.spec());
    assertEquals(result.model().metrics().toString(), loaded.metrics().toString());
    try (Predictor predictor = Predictor.open(Digits.java().backend(), loaded)) {
      // 40 examples take the programs for 128 rows; singly they take the one for 1.
      float[] all = predictor.predict(raw);
      assertEquals(120, all.length);
      int right = 0;
      for (int i = 0; i < 40; i++) {
        float[] one = predictor.predict(Arrays.copyOfRange(raw, i * 25, i * 25 + 25));
        assertClose(Arrays.copyOfRange(all, 3 * i, 3 * i + 3), one, 1e-5, "example " + i);
        assertEquals(1, one[0] + one[1] + one[2], 1e-5);
        int best = IntStream.range(0, 3).reduce(0, (a, b) -> one[b] > one[a] ? b : a);
        test.read(1, i, label, 0);
        right += best == label[0] ? 1 : 0;
      }
      assertEquals(result.test().orElseThrow().accuracy(), right / 40.0);
      assertEquals(0, predictor.predict().length);
      assertEquals(
          "[predict] expected a multiple of 25 values, examples of shape [5, 5], but got 24",
          assertThrows(IllegalArgumentException.class, () -> predictor.predict(new float[24]))
              .getMessage());
    }
  }

  @Test
  void aPredictorServesSeveralThreads() throws Exception {
    Model model = trainer("\"steps\": 2").build().run().model();
    Predictor predictor = Predictor.open(Digits.java().backend(), model);
    float[] raw = new float[25];
    Arrays.fill(raw, 100);
    float[] expected = predictor.predict(raw);
    List<float[]> answers =
        IntStream.range(0, 64)
            .parallel()
            .mapToObj(i -> predictor.predict(raw))
            .collect(Collectors.toList());
    answers.forEach(answer -> assertArrayEquals(expected, answer));
    predictor.close();
    assertThrows(IllegalStateException.class, () -> predictor.predict(raw));
  }

  @Test
  void aModelBeyondTheBackendIsRefused() {
    Spec spec =
        Spec.parse(
            """
            {"name": "bars", "data": {"dataset": "bars"},
             "model": [{"type": "flatten"}, {"type": "dense", "units": 2000000000},
               {"type": "dense", "units": 3}],
             "training": {"epochs": 1}}\
            """);
    var refused =
        assertThrows(
            SpecException.class, () -> Trainer.of(spec, Digits.data(), Digits.java()).build());
    assertEquals("/model", refused.pointer());
    assertTrue(refused.detail().contains("2^31 - 1 elements"), refused.detail());
  }

  @Test
  void whatDoesNotFitTheDataIsNamed() {
    assertEquals("/model", wrong("\"units\": 3", "\"units\": 4").pointer());
    assertEquals(
        "expected a last layer with 3 outputs, one for each class of 'label', but it gives [4]",
        wrong("\"units\": 3", "\"units\": 4").detail());
    assertEquals(
        "/data/input: expected a column of the dataset, one of [image, label], but got 'imag'",
        wrong("\"dataset\": \"bars\"", "\"dataset\": \"bars\", \"input\": \"imag\"").getMessage());
    assertEquals(
        "/data/target: expected a column of classes for the task classification but 'image' is"
            + " none; in \"data\" write \"kinds\": {\"image\": \"class\"}, or \"task\":"
            + " \"regression\" to learn numbers",
        wrong("\"dataset\": \"bars\"", "\"dataset\": \"bars\", \"target\": \"image\"")
            .getMessage());
    assertEquals(
        "/model/0", wrong("\"kernel\": 3, \"padding\": \"same\"", "\"kernel\": 6").pointer());
  }

  private static SpecException wrong(String part, String replacement) {
    String source =
        """
        {"name": "bars", "data": {"dataset": "bars"},
         "model": [{"type": "conv2d", "filters": 3, "kernel": 3, "padding": "same"},
                   {"type": "flatten"}, {"type": "dense", "units": 3}]}\
        """;
    assertNotEquals(source, source.replace(part, replacement));
    Spec spec = Spec.parse(source.replace(part, replacement));
    return assertThrows(
        SpecException.class, () -> Trainer.of(spec, Digits.data(), Digits.java()).build());
  }
}
