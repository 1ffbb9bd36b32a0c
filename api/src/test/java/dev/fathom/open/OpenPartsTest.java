package dev.fathom.open;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.ArrayDataset;
import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.data.Feed;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.device.Backends;
import dev.fathom.json.Range;
import dev.fathom.json.SpecException;
import dev.fathom.loss.CrossEntropy;
import dev.fathom.loss.Loss;
import dev.fathom.metric.Accumulator;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Observation;
import dev.fathom.metric.Target;
import dev.fathom.model.Predictor;
import dev.fathom.model.Weights;
import dev.fathom.nn.Block;
import dev.fathom.nn.Context;
import dev.fathom.nn.Dense;
import dev.fathom.nn.Embedding;
import dev.fathom.nn.Graph;
import dev.fathom.nn.Initializer;
import dev.fathom.nn.Join;
import dev.fathom.nn.Layer;
import dev.fathom.nn.Network;
import dev.fathom.nn.Sequential;
import dev.fathom.optim.Adam;
import dev.fathom.optim.Optimizer;
import dev.fathom.optim.ScalarSink;
import dev.fathom.optim.Schedule;
import dev.fathom.spec.Extension;
import dev.fathom.spec.Extensions;
import dev.fathom.spec.Reader;
import dev.fathom.spec.Spec;
import dev.fathom.spec.TaskType;
import dev.fathom.spec.TrainingSpec;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.task.Answer;
import dev.fathom.task.Port;
import dev.fathom.task.Step;
import dev.fathom.task.Task;
import dev.fathom.task.Term;
import dev.fathom.tensor.Tensor;
import dev.fathom.text.Tokenizer;
import dev.fathom.text.Tokenizers;
import dev.fathom.train.Group;
import dev.fathom.train.Objective;
import dev.fathom.train.Trainer;
import dev.fathom.train.TrainingData;
import dev.fathom.train.TrainingEvent;
import dev.fathom.train.TrainingResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A part of each open interface, written as anybody outside would, and trained with. */
class OpenPartsTest {
  private static final Backends.Selection JAVA = Backends.select("java");

  /** 0.5, -1, 1.5, -2, ... */
  record Zigzag() implements Initializer {
    @Override
    public void fill(long seed, String name, Shape shape, float[] target, int offset) {
      for (int i = 0; i < shape.elements(); i++) {
        target[offset + i] = (i + 1) * (i % 2 == 0 ? 0.5f : -0.5f);
      }
    }
  }

  /** Each feature times a number. */
  record Scale() implements Layer {
    @Override
    public Shape output(Shape input) {
      return input;
    }

    @Override
    public Tensor apply(Context context, Tensor x) {
      return x.mul(context.parameter("weight", Shape.of(x.size(-1)), new Zigzag()));
    }
  }

  /** {@code (a, b) -> (a + turn * b, b - turn * a)}: two in, two out. */
  record Butterfly() implements Block {
    @Override
    public List<Shape> outputs(List<Shape> inputs) {
      if (inputs.size() != 2 || !inputs.get(0).equals(inputs.get(1))) {
        throw new IllegalArgumentException(
            "[butterfly] expected 2 inputs of one shape but got " + inputs);
      }
      return inputs;
    }

    @Override
    public List<Tensor> apply(Context context, List<Tensor> inputs) {
      Tensor turn = context.parameter("turn", Shape.SCALAR, Initializer.constant(0.25));
      return List.of(
          inputs.get(0).add(inputs.get(1).mul(turn)), inputs.get(1).sub(inputs.get(0).mul(turn)));
    }
  }

  /** Huber's loss with a limit: squared where the error is small, straight where it is not. */
  record Huber(double limit) implements Loss {
    @Override
    public DType targetType() {
      return DType.F32;
    }

    @Override
    public Shape targetShape(Shape output) {
      return output;
    }

    @Override
    public Tensor rows(Tensor output, Tensor target) {
      Tensor error = output.sub(target).abs();
      Tensor most = Tensor.full(limit, output.dtype());
      Tensor small = error.minimum(most);
      return small.mul(error.sub(small.mul(0.5))).mean(1);
    }

    static double of(double limit, double error) {
      double size = Math.abs(error);
      return size < limit ? size * size / 2 : limit * (size - limit / 2);
    }
  }

  /** The sign of a running mean of gradients, as Lion and its kin. */
  record SignOfMean(double learningRate) implements Optimizer {
    @Override
    public List<String> state() {
      return List.of("mean");
    }

    @Override
    public Update update(Group group, Tensor gradients) {
      Tensor mean = group.state().getFirst().mul(0.5).add(gradients.mul(0.5));
      Tensor zero = Tensor.zeros(DType.F32);
      Tensor up = zero.less(mean).cast(DType.F32);
      Tensor down = mean.less(zero).cast(DType.F32);
      return new Update(
          group.parameters().sub(up.sub(down).mul(group.scalar("own_rate"))), List.of(mean));
    }

    @Override
    public void scalars(double rate, long step, ScalarSink sink) {
      sink.setDouble("own_rate", rate);
    }
  }

  /** Halved each step. */
  record Halving(long warmupSteps) implements Schedule {
    @Override
    public double after(long step, long steps) {
      return Math.pow(0.5, step);
    }
  }

  /** The greatest error. */
  record Worst() implements Metric {
    @Override
    public String name() {
      return "openWorst";
    }

    @Override
    public Direction direction() {
      return Direction.LOWER;
    }

    @Override
    public boolean whileTraining() {
      return true;
    }

    @Override
    public List<Tensor> observe(Observation batch) {
      Tensor error = batch.output().sub(batch.target()).abs().max(1);
      return List.of(error.mul(batch.mask()).max());
    }

    @Override
    public Accumulator accumulator() {
      return new Accumulator() {
        private double worst;

        @Override
        public void add(List<float[]> observed, int examples) {
          worst = Math.max(worst, observed.getFirst()[0]);
        }

        @Override
        public SequencedMap<String, Double> figures() {
          return new LinkedHashMap<>(Map.of("openWorst", worst));
        }

        @Override
        public double[] state() {
          return new double[] {worst};
        }

        @Override
        public void restore(double... state) {
          worst = state[0];
        }
      };
    }
  }

  /** Numbers whose answer is their sum. */
  record Total(Loss loss) implements Task {
    @Override
    public String name() {
      return "openTotal";
    }

    @Override
    public Task fitted(Network network, Optional<Column> target, Normalisation normalisation) {
      return this;
    }

    @Override
    public Target target() {
      return Target.numbers(Normalisation.NONE);
    }

    @Override
    public List<Metric> metrics() {
      return List.of(new Worst());
    }

    @Override
    public List<Port> ports(SequencedMap<String, Shape> outputs) {
      return List.of(Port.of("total", DType.F32, Shape.of(1)));
    }

    @Override
    public List<Tensor> answer(SequencedMap<String, Tensor> outputs) {
      return List.of(outputs.firstEntry().getValue().sum(1).unsqueeze(1));
    }

    @Override
    public Numbers finish(int port, float[] values) {
      for (int i = 0; i < values.length; i++) {
        values[i] *= 100;
      }
      return Numbers.of(values);
    }

    @Override
    public Answer describe(List<Numbers> values) {
      return Answer.of(
          String.format(Locale.ROOT, "%.1f in all", values.getFirst().get(0)),
          JsonNodeFactory.instance.objectNode().put("total", values.getFirst().get(0)));
    }

    @Override
    public ObjectNode toJson() {
      return JsonNodeFactory.instance.objectNode().put("type", name());
    }
  }

  /** Upper case letters, two to a token where a pair is known. */
  record Pairs(List<String> pairs) implements Tokenizer {
    @Override
    public int size() {
      return 26 + pairs.size();
    }

    @Override
    public int[] encode(String text) {
      List<Integer> tokens = new ArrayList<>();
      for (int at = 0; at < text.length(); ) {
        String two = text.substring(at, Math.min(text.length(), at + 2));
        int pair = pairs.indexOf(two);
        tokens.add(pair >= 0 ? 26 + pair : text.charAt(at) - 'A');
        at += pair >= 0 ? 2 : 1;
      }
      return tokens.stream().mapToInt(t -> t).toArray();
    }

    @Override
    public byte[] bytes(int token) {
      String text = token < 26 ? Character.toString('A' + token) : pairs.get(token - 26);
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** All of them by the names of a spec. */
  static final class Parts implements Extension {
    @Override
    public Map<String, Reader<? extends Block>> layers() {
      return Map.of("openScale", _ -> new Scale(), "openButterfly", _ -> new Butterfly());
    }

    @Override
    public Map<String, Reader<? extends Loss>> losses() {
      return Map.of("openHuber", f -> new Huber(f.number("limit", 1.0, Range.POSITIVE)));
    }

    @Override
    public Map<String, Reader<? extends Optimizer>> optimizers() {
      return Map.of("openSign", f -> new SignOfMean(f.number("learningRate", 0.1, Range.POSITIVE)));
    }

    @Override
    public Map<String, Reader<? extends Schedule>> schedules() {
      return Map.of("openHalving", f -> new Halving(f.integer("warmupSteps", 0L, 0)));
    }

    @Override
    public Map<String, Reader<Function<Target, Metric>>> metrics() {
      return Map.of("openWorst", _ -> _ -> new Worst());
    }

    @Override
    public Map<String, TaskType> tasks() {
      return Map.of("openTotal", new TaskType("openHuber", (_, loss) -> new Total(loss)));
    }
  }

  @BeforeAll
  static void extend() {
    Extensions.add(List.of(new Parts()));
    // An extension that is there already is not added again.
    Extensions.add(List.of(new Parts()));
  }

  private static final String MODEL =
      """
      {"inputs": ["x"],
       "layers": [
         {"type": "dense", "name": "a", "units": 2, "inputs": ["x"]},
         {"type": "dense", "name": "b", "units": 2, "inputs": ["x"]},
         {"type": "openButterfly", "name": "fly", "inputs": ["a", "b"]},
         {"type": "openScale", "name": "s", "inputs": ["fly:1"]},
         {"type": "add", "name": "y", "inputs": ["fly", "s"]}]}""";

  private static Spec spec(String training) {
    return spec(MODEL, training);
  }

  private static Spec spec(String model, String training) {
    return Spec.parse(
        """
        {"name": "open", "data": {"dataset": "points", "target": "t"},
         "model": %s, "task": "openTotal",
         "training": {"batchSize": 8, "seed": 2, "optimizer": {"type": "openSign"},
           "schedule": {"type": "openHalving"}, "loss": {"type": "openHuber", "limit": 0.3}, %s}}"""
            .formatted(model, training));
  }

  /** 21 points. */
  private static Dataset points(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[63];
    float[] t = new float[42];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextDouble(-1, 1);
    }
    for (int i = 0; i < 21; i++) {
      t[2 * i] = x[3 * i] - x[3 * i + 1];
      t[2 * i + 1] = x[3 * i + 2] * 2;
    }
    return ArrayDataset.named("points")
        .floats("x", Shape.of(3), x)
        .floats("t", Shape.of(2), t)
        .build();
  }

  private static float[] column(Dataset dataset, int column, int width) {
    float[] values = new float[dataset.size() * width];
    for (int row = 0; row < dataset.size(); row++) {
      dataset.read(column, row, values, row * width);
    }
    return values;
  }

  @Test
  void partsOfAnExtensionAreTrained() throws IOException {
    Dataset test = points(9);
    List<TrainingEvent> events = new ArrayList<>();
    Trainer trainer =
        Trainer.of(spec("\"epochs\": 1"), new TrainingData(points(1), Optional.of(test)), JAVA)
            .listener(events::add)
            .build();
    Network network = trainer.network();
    assertEquals(
        List.of("a.weight", "a.bias", "b.weight", "b.bias", "fly.turn", "s.weight"),
        network.parameters().slots().stream().map(slot -> slot.name()).toList());
    float[] start = Weights.initial(network.parameters(), 2).values();
    int last = start.length;
    assertArrayEquals(
        new float[] {0.25f, 0.5f, -1},
        new float[] {start[last - 3], start[last - 2], start[last - 1]});
    TrainingResult result = trainer.run();
    assertEquals(3, result.steps());
    // Three steps of 0.1, 0.05, 0.025: up, down, or not at all.
    float[] end = result.model().parameters().values();
    for (int i = 0; i < end.length; i++) {
      double units = (end[i] - start[i]) / 0.025;
      assertEquals(Math.rint(units), units, 1e-4, "parameter " + i);
      assertTrue(Math.abs(units) < 7.5, "parameter " + i);
    }
    assertTrue(IntStream.range(0, end.length).anyMatch(i -> end[i] != start[i]));
    checkAnswers(result, network, end, test);
    var ended = (TrainingEvent.EpochEnded) events.stream().filter(this::isEnd).findFirst().get();
    assertEquals(List.of("loss", "openWorst"), List.copyOf(ended.figures().keySet()));
    assertTrue(ended.figures().get("openWorst") > 0);
  }

  private boolean isEnd(TrainingEvent event) {
    return event instanceof TrainingEvent.EpochEnded;
  }

  /** The network by hand, in double: its loss, its metric, its answers. */
  private static void checkAnswers(
      TrainingResult result, Network network, float[] p, Dataset test) {
    Map<String, Integer> at = new LinkedHashMap<>();
    network.parameters().slots().forEach(slot -> at.put(slot.name(), (int) slot.offset()));
    float[] x = column(test, 0, 3);
    float[] t = column(test, 1, 2);
    double loss = 0;
    double worst = 0;
    double[] totals = new double[21];
    for (int row = 0; row < 21; row++) {
      double[] a = dense(p, at.get("a.weight"), at.get("a.bias"), x, row);
      double[] b = dense(p, at.get("b.weight"), at.get("b.bias"), x, row);
      double turn = p[at.get("fly.turn")];
      for (int i = 0; i < 2; i++) {
        double first = a[i] + turn * b[i];
        double second = b[i] - turn * a[i];
        double y = first + second * p[at.get("s.weight") + i];
        double error = y - t[2 * row + i];
        loss += Huber.of(0.3, error) / 42;
        worst = Math.max(worst, Math.abs(error));
        totals[row] += 100 * y;
      }
    }
    assertEquals(loss, result.test().orElseThrow().loss(), 1e-5);
    assertEquals(worst, result.test().orElseThrow().figure("openWorst"), 1e-5);
    assertEquals(21, result.test().orElseThrow().examples());
    try (Predictor predictor = Predictor.open(JAVA.backend(), result.model())) {
      float[] answers = predictor.predict(x);
      for (int row = 0; row < 21; row++) {
        assertEquals(totals[row], answers[row], 1e-3);
      }
      assertEquals("total", result.model().signature().outputs().getFirst().name());
      Answer answer = result.model().task().describe(List.of(Numbers.of(12.34f)));
      assertEquals("12.3 in all", answer.text());
    }
  }

  private static double[] dense(float[] p, int weight, int bias, float[] x, int row) {
    double[] out = new double[2];
    for (int i = 0; i < 2; i++) {
      out[i] = p[bias + i];
      for (int j = 0; j < 3; j++) {
        out[i] += (double) p[weight + 3 * i + j] * x[3 * row + j];
      }
    }
    return out;
  }

  @Test
  void errorsOfPartsHaveThePointerOfTheSpec() {
    SpecException wrong =
        assertThrows(SpecException.class, () -> spec("\"metrics\": [\"openBest\"]"));
    assertEquals("/training/metrics/0/type", wrong.pointer());
    assertEquals(
        "/training/loss/limit",
        assertThrows(
                SpecException.class,
                () -> Spec.parse(spec("\"epochs\": 1").expand().toString().replace("0.3", "-1")))
            .pointer());
    Spec two = spec(MODEL.replace("\"b\", \"units\": 2", "\"b\", \"units\": 3"), "\"epochs\": 1");
    wrong =
        assertThrows(
            SpecException.class,
            () -> Trainer.of(two, new TrainingData(points(1), Optional.empty()), JAVA).build());
    assertEquals("/model/layers/2", wrong.pointer());
    assertTrue(wrong.getMessage().contains("[2], [3]"), wrong.getMessage());
  }

  @Test
  void aTypeCannotBeReplaced() {
    Extension bad =
        new Extension() {
          @Override
          public Map<String, Reader<? extends Loss>> losses() {
            return Map.of("crossEntropy", _ -> new Huber(1));
          }
        };
    assertThrows(IllegalArgumentException.class, () -> Extensions.add(List.of(bad)));
    assertEquals(new CrossEntropy(), TrainingSpec.parse("{}").loss());
  }

  /** A letter is followed by the next: an objective of somebody's own, on tokens of its own. */
  @Test
  void aTokenizerAndAnObjectiveOfOnesOwnLearnAText() throws IOException {
    Pairs pairs = new Pairs(List.of("AB", "CA"));
    int[] tokens = pairs.encode("ABCABCABCABCABCABCABCABCABCABCABCABCABCABCABCABCABD");
    assertEquals("ABCABD", pairs.decode(pairs.encode("ABCABD")));
    int count = tokens.length - 1;
    Dataset text =
        ArrayDataset.named("text")
            .ints("token", Shape.of(1), IntStream.range(0, count).map(i -> tokens[i]).toArray())
            .ints("next", Shape.of(1), IntStream.range(0, count).map(i -> tokens[i + 1]).toArray())
            .build();
    Network network =
        new Network(
            Sequential.of(new Embedding(pairs.size(), 8), new Dense(pairs.size())), Shape.of(1));
    Objective next =
        new Objective() {
          @Override
          public List<Group> groups() {
            return List.of(new Group("next", network, new Adam(0.1)));
          }

          @Override
          public SequencedMap<String, Term> terms(Step step) {
            Tensor logits = step.apply("next", step.column("token"));
            Tensor target = step.column("next");
            CrossEntropy loss = new CrossEntropy();
            SequencedMap<String, Term> terms = new LinkedHashMap<>();
            terms.put(
                "next", new Term(loss.rows(logits, target), loss.weights(target, step.mask())));
            return terms;
          }
        };
    TrainingResult result =
        Trainer.of(
                next,
                Feed.EMPTY.ids("token", 0, pairs.size()).ids("next", 0, pairs.size()),
                TrainingSpec.parse("{\"epochs\": 30, \"batchSize\": 8}"),
                text,
                Optional.of(text),
                JAVA)
            .build()
            .run();
    // CA is followed by B and the first AB by CA; but for the last of 34, no doubt is left.
    assertTrue(result.test().orElseThrow().loss() < 0.3, result.test()::toString);
    assertEquals(
        "[train] expected a training of a spec but this one had an objective of its own: its weights"
            + " are learned()",
        assertThrows(IllegalStateException.class, result::model).getMessage());
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Tokenizers.toJson(pairs))
            .getMessage()
            .endsWith(Pairs.class.getName()));
  }

  /** A block with two outputs inside a graph inside a graph. */
  @Test
  void graphsNest() {
    Graph inner =
        Graph.builder("p", "q")
            .add("fly", new Butterfly(), "p", "q")
            .output("one", "fly")
            .output("two", "fly:1")
            .build();
    Graph outer =
        Graph.builder("x")
            .add("a", new Dense(2), "x")
            .add("inner", inner, "a", "x")
            .add("sum", Join.MULTIPLY, "inner:0", "inner:1")
            .build();
    SequencedMap<String, Shape> shapes = new LinkedHashMap<>(Map.of("x", Shape.of(2)));
    Network network = new Network(outer, shapes);
    assertEquals(Shape.of(2), network.output());
    assertEquals(
        List.of("a.weight", "a.bias", "inner.fly.turn"),
        network.parameters().slots().stream().map(slot -> slot.name()).toList());
  }
}
