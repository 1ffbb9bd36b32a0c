package dev.fathom.train;

import static dev.fathom.PyTorch.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import dev.fathom.data.ArrayDataset;
import dev.fathom.data.Batches;
import dev.fathom.data.Dataset;
import dev.fathom.data.Feed;
import dev.fathom.loss.BinaryCrossEntropy;
import dev.fathom.loss.MeanSquaredError;
import dev.fathom.metric.Evaluation;
import dev.fathom.model.Weights;
import dev.fathom.nn.Activation;
import dev.fathom.nn.BatchNorm;
import dev.fathom.nn.Dense;
import dev.fathom.nn.Dropout;
import dev.fathom.nn.Network;
import dev.fathom.nn.Sequential;
import dev.fathom.optim.Adam;
import dev.fathom.optim.Averaged;
import dev.fathom.optim.Optimizer;
import dev.fathom.optim.Sgd;
import dev.fathom.spec.TrainingSpec;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.store.DataDirectory;
import dev.fathom.task.Step;
import dev.fathom.task.Term;
import dev.fathom.tensor.Tensor;
import dev.fathom.train.TrainingResult.Outcome;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings of objectives that somebody wrote: several networks, and loops by hand. */
class ObjectiveTest {
  private static final String GENERATOR = "generator";
  private static final String DISCRIMINATOR = "discriminator";

  @TempDir Path folder;

  /** A game of two networks, with all that has state: norm, dropout, noise, moments. */
  private record Game(List<Group> groups) implements Objective {
    static Game of(Optimizer generator, int every) {
      Network made =
          new Network(
              Sequential.of(new Dense(6), new BatchNorm(0.1, 1e-5, Activation.RELU), new Dense(2)),
              Shape.of(3));
      Network judge =
          new Network(
              Sequential.of(new Dense(7, Activation.TANH), new Dropout(0.2), new Dense(1)),
              Shape.of(2));
      return new Game(
          List.of(
              new Group(DISCRIMINATOR, judge, new Adam(0.01)),
              new Group(GENERATOR, made, generator, every)));
    }

    @Override
    public SequencedMap<String, Term> terms(Step step) {
      BinaryCrossEntropy loss = new BinaryCrossEntropy();
      Tensor ones = Tensor.full(1, DType.F32, step.batch(), 1);
      Tensor zeros = Tensor.full(0, DType.F32, step.batch(), 1);
      Tensor fake = step.apply(GENERATOR, step.normal(step.batch(), 3));
      Tensor real = step.apply(DISCRIMINATOR, step.column("x"));
      Tensor caught = step.apply(DISCRIMINATOR, fake.stopGradient());
      Tensor fooled = step.apply(DISCRIMINATOR, fake);
      SequencedMap<String, Term> terms = new LinkedHashMap<>();
      terms.put(GENERATOR, new Term(loss.rows(fooled, ones), step.mask()));
      terms.put(
          DISCRIMINATOR,
          new Term(loss.rows(real, ones).add(loss.rows(caught, zeros)), step.mask()));
      return terms;
    }
  }

  private static final Feed FEED = Feed.EMPTY.floats("x");

  private static Dataset points(int count) {
    SplittableRandom random = new SplittableRandom(count);
    float[] x = new float[2 * count];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextDouble(-1, 3);
    }
    return ArrayDataset.named("points").floats("x", Shape.of(2), x).build();
  }

  private static Trainer.Builder trainer(Objective objective, String training) {
    return Trainer.of(
        objective,
        FEED,
        TrainingSpec.parse("{\"batchSize\": 8, \"seed\": 3, %s}".formatted(training)),
        points(45),
        Optional.of(points(11)),
        Digits.java());
  }

  private static float[] learned(TrainingResult result, String group) {
    return result.learned().get(group).parameters().values();
  }

  private static void assertSameWeights(TrainingResult expected, TrainingResult actual) {
    for (String group : List.of(GENERATOR, DISCRIMINATOR)) {
      assertArrayEquals(learned(expected, group), learned(actual, group), group);
      assertArrayEquals(
          expected.learned().get(group).states().values(),
          actual.learned().get(group).states().values(),
          group);
    }
  }

  @Test
  void eachGroupHasAFigure() throws IOException {
    TrainingResult result =
        trainer(Game.of(new Adam(0.01), 1), "\"epochs\": 2, \"validation\": 0.2").build().run();
    for (Evaluation evaluation :
        List.of(result.validation().orElseThrow(), result.test().orElseThrow())) {
      assertEquals(
          List.of("loss", "loss.discriminator", "loss.generator"),
          List.copyOf(evaluation.figures().keySet()));
      assertEquals(
          evaluation.loss(),
          evaluation.figure("loss.discriminator") + evaluation.figure("loss.generator"),
          1e-9);
    }
    assertEquals(9, result.validation().orElseThrow().examples());
    assertEquals(11, result.test().orElseThrow().examples());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 5, 8, 15})
  void aGameGoesOnBitwiseWhereItWasInterrupted(int stopAfter) throws IOException {
    String training =
        "\"epochs\": 3, \"validation\": 0.2, \"clipNorm\": 0.5, \"checkpointSteps\": 1";
    checkResumes(training, stopAfter);
  }

  @Test
  void aGameInPartsGoesOnBitwise() throws IOException {
    checkResumes("\"epochs\": 3, \"accumulate\": 2, \"checkpointSteps\": 1", 7);
  }

  private void checkResumes(String training, int stopAfter) throws IOException {
    // With a moving average in one group, which changes in each third step alone.
    Game game = Game.of(new Averaged(new Adam(0.02), 0.9), 3);
    TrainingResult whole = trainer(game, training).build().run();
    try (DataDirectory store = DataDirectory.open(folder, "")) {
      ObjectNode nothing = JsonNodeFactory.instance.objectNode();
      Checkpoints stored = Checkpoints.of(store.trainings().create(nothing, nothing));
      Trainer[] first = new Trainer[1];
      Checkpoints stopping =
          new Checkpoints() {
            @Override
            public void save(Kind kind, Checkpoint checkpoint) throws IOException {
              stored.save(kind, checkpoint);
              if (checkpoint.progress().step() >= stopAfter) {
                first[0].cancel();
              }
            }

            @Override
            public Optional<Checkpoint.Stored> load(Kind kind) throws IOException {
              return stored.load(kind);
            }
          };
      first[0] = trainer(game, training).checkpoints(stopping).build();
      TrainingResult cut = first[0].run();
      if (stopAfter < whole.steps()) {
        assertEquals(Outcome.CANCELLED, cut.outcome());
        assertEquals(stopAfter, cut.steps());
      }
      TrainingResult rest = trainer(game, training).checkpoints(stored).resume().build().run();
      assertEquals(Outcome.COMPLETED, rest.outcome());
      assertEquals(whole.steps(), rest.steps());
      assertSameWeights(whole, rest);
      assertEquals(whole.test().orElseThrow().figures(), rest.test().orElseThrow().figures());
      Trainer.Builder other =
          trainer(Game.of(new Adam(0.02), 3), training).checkpoints(stored).resume();
      assertEquals(
          "[train] expected a checkpoint of the same spec to resume from but its spec differs",
          assertThrows(IllegalArgumentException.class, () -> other.build().run()).getMessage());
      Trainer.Builder rhythm =
          trainer(Game.of(new Averaged(new Adam(0.02), 0.9), 2), training)
              .checkpoints(stored)
              .resume();
      assertThrows(IllegalArgumentException.class, () -> rhythm.build().run());
    }
  }

  @Test
  void aLoopByHandLearnsTheSameAsATrainer() throws IOException {
    Game game = Game.of(new Averaged(new Adam(0.02), 0.9), 2);
    TrainingResult result = trainer(game, "\"epochs\": 3").build().run();
    Dataset data = points(45);
    try (Stepper stepper = Stepper.open(Digits.java().backend(), game, FEED, data, 8, 3);
        Batches batches = stepper.batches(data).shuffled(3).until(3).open()) {
      long steps = 0;
      while (batches.hasNext()) {
        stepper.step(batches.next(), 1);
        assertTrue(stepper.finite());
        assertEquals(stepper.loss(), stepper.loss(GENERATOR) + stepper.loss(DISCRIMINATOR), 1e-6);
        steps++;
      }
      assertEquals(result.steps(), steps);
      for (String group : List.of(GENERATOR, DISCRIMINATOR)) {
        assertArrayEquals(learned(result, group), stepper.parameters(group).values());
        assertArrayEquals(
            result.learned().get(group).states().values(), stepper.states(group).values());
      }
      assertEquals(
          "[stepper] expected a group of [discriminator, generator] but got 'critic'",
          assertThrows(IllegalArgumentException.class, () -> stepper.loss("critic")).getMessage());
    }
  }

  /** The generator rests in each second step; its average is of the steps in which it changes. */
  @Test
  void aGroupMayRest() {
    Game game = Game.of(new Sgd(0.1, 0.9, false, 0), 2);
    Dataset data = points(40);
    try (Stepper stepper = Stepper.open(Digits.java().backend(), game, FEED, data, 8, 3);
        Batches batches = stepper.batches(data).until(1).open()) {
      float[] before = stepper.parameters(GENERATOR).values();
      float[] judge = stepper.parameters(DISCRIMINATOR).values();
      for (int step = 0; batches.hasNext(); step++) {
        stepper.step(batches.next(), 1);
        float[] now = stepper.parameters(GENERATOR).values();
        assertEquals(step % 2 == 1, Arrays.equals(before, now), "step " + step);
        float[] judgeNow = stepper.parameters(DISCRIMINATOR).values();
        assertFalse(Arrays.equals(judge, judgeNow));
        before = now;
        judge = judgeNow;
      }
    }
  }

  /** {@code average = p0 + (1 - d) * (p1 - p0)}, with {@code d = (1 + 1) / (10 + 1)}. */
  @Test
  void aMovingAverageIsOfItsGroupAlone() {
    Dataset data = points(8);
    List<float[]> after = new ArrayList<>();
    List<float[]> judge = new ArrayList<>();
    float[] start = null;
    for (Optimizer optimizer : List.of(new Adam(0.05), new Averaged(new Adam(0.05), 0.9))) {
      Game game = Game.of(optimizer, 1);
      try (Stepper stepper = Stepper.open(Digits.java().backend(), game, FEED, data, 8, 3);
          Batches batches = stepper.batches(data).until(1).open()) {
        start = stepper.parameters(GENERATOR).values();
        stepper.step(batches.next(), 1);
        after.add(stepper.parameters(GENERATOR).values());
        judge.add(stepper.parameters(DISCRIMINATOR).values());
      }
    }
    float[] expected = new float[start.length];
    for (int i = 0; i < start.length; i++) {
      expected[i] = start[i] + (1 - 2f / 11) * (after.get(0)[i] - start[i]);
    }
    assertClose(expected, after.get(1), 1e-6, "average");
    assertArrayEquals(judge.get(0), judge.get(1));
  }

  // ---- two groups that depend on nothing random ----

  /** Two straight lines, each learned by a network of its own; one fails where it is told to. */
  private record Lines(List<Group> groups) implements Objective {
    static Lines of(Optimizer optimizer) {
      return new Lines(
          List.of(new Group("good", line(), optimizer), new Group("bad", line(), new Adam(0.01))));
    }

    private static Network line() {
      return new Network(
          Sequential.of(new BatchNorm(), new Dense(4, Activation.TANH), new Dense(1)), Shape.of(2));
    }

    @Override
    public SequencedMap<String, Term> terms(Step step) {
      Tensor x = step.column("x");
      Tensor fails = step.column("fails");
      SequencedMap<String, Term> terms = new LinkedHashMap<>();
      for (Group group : groups) {
        Tensor target = x.sum(1).unsqueeze(1);
        Tensor rows = new MeanSquaredError().rows(step.apply(group.name(), x), target);
        // 1 / 0 where it fails.
        Tensor divisor = Tensor.full(1, DType.F32).sub(fails);
        terms.put(
            group.name(),
            new Term(group.name().equals("bad") ? rows.div(divisor) : rows, step.mask()));
      }
      return terms;
    }
  }

  private static final Feed LINES = Feed.EMPTY.floats("x").floats("fails");

  private static Dataset lines(int failing) {
    SplittableRandom random = new SplittableRandom(7);
    float[] x = new float[2 * 32];
    float[] fails = new float[32];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextDouble(-1, 1);
    }
    if (failing >= 0) {
      fails[failing] = 1;
    }
    return ArrayDataset.named("lines")
        .floats("x", Shape.of(2), x)
        .floats("fails", Shape.SCALAR, fails)
        .build();
  }

  @Test
  void aStepInWhichOneGroupFailsChangesNone() {
    Lines lines = Lines.of(new Averaged(new Adam(0.01), 0.5));
    Dataset data = lines(13); // In the second of four batches.
    try (Stepper stepper = Stepper.open(Digits.java().backend(), lines, LINES, data, 8, 3);
        Batches batches = stepper.batches(data).until(1).open()) {
      for (int step = 0; batches.hasNext(); step++) {
        List<float[]> before = weights(stepper);
        stepper.step(batches.next(), 1);
        List<float[]> after = weights(stepper);
        assertEquals(step != 1, stepper.finite(), "step " + step);
        for (int i = 0; i < before.size(); i++) {
          boolean isSame = Arrays.equals(before.get(i), after.get(i));
          assertEquals(step == 1, isSame, "step " + step + ", part " + i);
        }
      }
    }
  }

  /** Parameters and states of both groups. */
  private static List<float[]> weights(Stepper stepper) {
    List<float[]> all = new ArrayList<>();
    for (String group : List.of("good", "bad")) {
      all.add(stepper.parameters(group).values());
      all.add(stepper.states(group).values());
    }
    return all;
  }

  private static TrainingResult runLines(int failing, String training) throws IOException {
    return Trainer.of(
            Lines.of(new Adam(0.01)),
            LINES,
            TrainingSpec.parse("{\"epochs\": 1, \"seed\": 3, %s}".formatted(training)),
            lines(failing),
            Optional.empty(),
            Digits.java())
        .build()
        .run();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theTrainerSaysWhichGroupFailed(int accumulate) {
    NonFiniteException failed =
        assertThrows(
            NonFiniteException.class,
            () -> runLines(13, "\"batchSize\": 8, \"accumulate\": " + accumulate));
    assertTrue(failed.getMessage().contains("the loss of group 'bad'"), failed.getMessage());
  }

  /** Norms of batches aside, which differ by part, a step in parts is the step. */
  @Test
  void aStepInPartsIsTheSame() throws IOException {
    Feed feed = Feed.EMPTY.floats("x");
    Network network =
        new Network(Sequential.of(new Dense(4, Activation.TANH), new Dense(1)), Shape.of(2));
    record Both(List<Group> groups) implements Objective {
      @Override
      public SequencedMap<String, Term> terms(Step step) {
        SequencedMap<String, Term> terms = new LinkedHashMap<>();
        Tensor first = step.apply("first", step.column("x"));
        Tensor second = step.apply("second", step.column("x"));
        Tensor target = step.column("x").sum(1).unsqueeze(1);
        terms.put("first", new Term(new MeanSquaredError().rows(first, target), step.mask()));
        terms.put(
            "second",
            new Term(new MeanSquaredError().rows(second, first.stopGradient()), step.mask()));
        return terms;
      }
    }
    Both both =
        new Both(
            List.of(
                new Group("first", network, new Sgd(0.1, 0.9, false, 0)),
                new Group("second", network, new Sgd(0.05, 0, false, 0))));
    List<TrainingResult> results = new ArrayList<>();
    for (int accumulate : new int[] {1, 2, 4}) {
      results.add(
          Trainer.of(
                  both,
                  feed,
                  TrainingSpec.parse(
                      "{\"epochs\": 3, \"batchSize\": 8, \"clipNorm\": 0.4, \"accumulate\": %d}"
                          .formatted(accumulate)),
                  points(21),
                  Optional.of(points(11)),
                  Digits.java())
              .build()
              .run());
    }
    float[] start = Weights.initial(network.parameters(), 0).values();
    for (String group : List.of("first", "second")) {
      float[] whole = learned(results.getFirst(), group);
      assertFalse(Arrays.equals(start, whole));
      assertClose(whole, learned(results.get(1), group), 1e-5, group);
      assertClose(whole, learned(results.get(2), group), 1e-5, group);
    }
  }

  @Test
  void lossesAndGroupsMustFit() {
    Network network = new Network(Sequential.of(new Dense(1)), Shape.of(2));
    record Wrong(List<Group> groups) implements Objective {
      @Override
      public SequencedMap<String, Term> terms(Step step) {
        SequencedMap<String, Term> terms = new LinkedHashMap<>();
        Tensor out = step.apply("a", step.column("x"));
        terms.put("a", new Term(out.reshape(-1), step.mask()));
        return terms;
      }
    }
    Wrong two =
        new Wrong(
            List.of(
                new Group("a", network, new Adam(0.1)), new Group("b", network, new Adam(0.1))));
    assertEquals(
        "[objective] expected a loss of each group of [a, b] but got [a]",
        assertThrows(
                IllegalArgumentException.class,
                () -> Stepper.open(Digits.java().backend(), two, FEED, points(8), 8, 0))
            .getMessage());
    Wrong none = new Wrong(List.of(new Group("b", network, new Adam(0.1))));
    assertEquals(
        "[step] expected a group of [b] but got 'a'",
        assertThrows(
                IllegalArgumentException.class,
                () -> Stepper.open(Digits.java().backend(), none, FEED, points(8), 8, 0))
            .getMessage());
    Wrong one = new Wrong(List.of(new Group("a", network, new Adam(0.1))));
    assertEquals(
        "[train] expected a column of [x] but got 'y'",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Stepper.open(
                        Digits.java().backend(), one, Feed.EMPTY.floats("y"), points(8), 8, 0))
            .getMessage());
    Wrong twice =
        new Wrong(
            List.of(
                new Group("a", network, new Adam(0.1)), new Group("a", network, new Adam(0.1))));
    assertThrows(
        IllegalArgumentException.class,
        () -> Stepper.open(Digits.java().backend(), twice, FEED, points(8), 8, 0));
    assertThrows(IllegalArgumentException.class, () -> new Group("a.b", network, new Adam(0.1)));
    assertThrows(IllegalArgumentException.class, () -> new Group("a", network, new Adam(1), 0));
  }

  /**
   * Less than 1 KB a step, its batch and loss included, as {@code
   * TrainingStepTest.aStepAllocatesNoHeap}: until the compiler has seen every kernel often enough,
   * vectors are boxed.
   */
  @Test
  void aLoopByHandAllocatesNoHeap() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Dataset data = points(45);
    Game game = Game.of(new Averaged(new Adam(0.001), 0.9), 2);
    try (Stepper stepper = Stepper.open(Digits.java().backend(), game, FEED, data, 8, 3);
        Batches batches = stepper.batches(data).shuffled(3).open()) {
      List<Long> perStep = new ArrayList<>();
      int calm = 0;
      while (calm < 3 && perStep.size() < 300) {
        long before = threads.getTotalThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
          stepper.step(batches.next(), 1);
        }
        perStep.add((threads.getTotalThreadAllocatedBytes() - before) / 100);
        calm = perStep.getLast() < 1024 ? calm + 1 : 0;
      }
      assertEquals(3, calm, "bytes a step of each hundred: " + perStep);
    }
  }
}
