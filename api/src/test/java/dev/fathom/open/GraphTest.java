package dev.fathom.open;

import static dev.fathom.PyTorch.assertClose;
import static dev.fathom.PyTorch.floats;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.nn.Activation;
import dev.fathom.nn.Block;
import dev.fathom.nn.Concat;
import dev.fathom.nn.Context;
import dev.fathom.nn.Conv2d;
import dev.fathom.nn.Dense;
import dev.fathom.nn.Embedding;
import dev.fathom.nn.FeedForward;
import dev.fathom.nn.Flatten;
import dev.fathom.nn.Graph;
import dev.fathom.nn.Join;
import dev.fathom.nn.Layer;
import dev.fathom.nn.LayerException;
import dev.fathom.nn.LayerNorm;
import dev.fathom.nn.MaxPool2d;
import dev.fathom.nn.MultiHeadAttention;
import dev.fathom.nn.Network;
import dev.fathom.nn.Padding;
import dev.fathom.nn.Parameters;
import dev.fathom.nn.PatchEmbedding;
import dev.fathom.nn.SequencePool;
import dev.fathom.nn.Sequential;
import dev.fathom.nn.SinusoidalPositions;
import dev.fathom.nn.TransformerBlock;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import dev.fathom.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Networks that skip, split and join, against the same written out with tensors. */
class GraphTest {
  private static final SplittableRandom RANDOM = new SplittableRandom(4);

  /** {@code [channels, height, width] -> [channels, 2 * height, 2 * width]}. */
  private record Twice() implements Layer {
    @Override
    public Shape output(Shape input) {
      return Shape.of(input.size(0), 2 * input.size(1), 2 * input.size(2));
    }

    @Override
    public Tensor apply(Context context, Tensor x) {
      return twice(x);
    }
  }

  private static Tensor twice(Tensor x) {
    Tensor wide = x.reshape(x.size(0), x.size(1), x.size(2), 1, x.size(3), 1);
    Tensor ones = Tensor.full(1, DType.F32, 1, 1, 1, 2, 1, 2);
    return wide.mul(ones).reshape(x.size(0), x.size(1), 2 * x.size(2), 2 * x.size(3));
  }

  private static float[] random(long count) {
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) RANDOM.nextDouble(-1, 1);
    }
    return values;
  }

  private static Tensor random(Shape shape) {
    return Tensor.of(random(shape.elements()), shape.toArray());
  }

  private static Network network(Graph graph, Shape... shapes) {
    SequencedMap<String, Shape> named = new LinkedHashMap<>();
    for (Shape shape : shapes) {
      named.put(graph.inputs().get(named.size()), shape);
    }
    return new Network(graph, named);
  }

  /** A parameter of a network as a slice of the flat tensor. */
  private static Tensor slice(Network network, Tensor flat, String name) {
    var slot = network.parameters().slots().stream().filter(s -> s.name().equals(name)).findFirst();
    long from = slot.orElseThrow().offset();
    Shape shape = slot.get().shape();
    return flat.slice(0, from, from + shape.elements()).reshape(shape.toArray());
  }

  /** Compares output and gradient of the sum of squares. */
  private static void compare(
      Network network, Tensor flat, Parameters bound, Tensor output, Tensor byHand) {
    assertClose(floats(byHand), floats(output), 1e-5, "output");
    assertClose(
        floats(byHand.square().sum().gradients(flat).getFirst()),
        floats(bound.gradients(output.square().sum())),
        1e-4,
        "gradient");
    assertEquals(network.output(), output.shape().slice(1, output.shape().rank()));
  }

  @Test
  void anImageGoesDownAndUpWithSkips() {
    Graph graph =
        Graph.builder("image")
            .add("fine", new Conv2d(3, 3, Padding.SAME, Activation.RELU))
            .add("down", new MaxPool2d(2))
            .add("coarse", new Conv2d(4, 3, Padding.SAME, Activation.TANH))
            .add("up", new Twice())
            .add("both", new Concat(), "fine", "up")
            .add("out", new Conv2d(2, 3, Padding.SAME, Activation.NONE))
            .add("skip", Join.ADD, "out", "image")
            .build();
    Network network = network(graph, Shape.of(1, 4, 6));
    Tensor flat = random(Shape.of(network.parameters().elements()));
    Tensor x = random(Shape.of(3, 1, 4, 6));
    Parameters bound = network.bind(flat, null);
    Tensor output = network.apply(bound, x);

    Tensor fine = convolve(network, flat, "fine", x).relu();
    Tensor pooled = fine.reshape(3, 3, 2, 2, 3, 2).max(3, 5);
    Tensor up = twice(convolve(network, flat, "coarse", pooled).tanh());
    Tensor out = convolve(network, flat, "out", Tensor.concat(1, fine, up));
    compare(network, flat, bound, output, out.add(x));
  }

  private static Tensor convolve(Network network, Tensor flat, String name, Tensor x) {
    Tensor bias = slice(network, flat, name + ".bias");
    Window window = new Window(3, 1, 1, 1, 1);
    return x.convolve(slice(network, flat, name + ".weight"), List.of(window, window), 1)
        .add(bias.reshape(bias.size(0), 1, 1));
  }

  @Test
  void twoTowersMeet() {
    Graph graph =
        Graph.builder("user", "item")
            .add("users", Sequential.of(new Dense(5, Activation.TANH), new Dense(4)), "user")
            .add("items", new Dense(4, Activation.TANH), "item")
            .add("score", Join.DOT, "users", "items")
            .output("score", "score")
            .output("user vector", "users")
            .build();
    Network network = network(graph, Shape.of(3), Shape.of(2));
    assertEquals(
        List.of("users.dense1.weight", "users.dense1.bias", "users.dense2.weight"),
        network.parameters().slots().stream().map(slot -> slot.name()).limit(3).toList());
    assertEquals(Shape.of(4), network.outputs().get("user vector"));
    Tensor flat = random(Shape.of(network.parameters().elements()));
    Tensor user = random(Shape.of(6, 3));
    Tensor item = random(Shape.of(6, 2));
    Parameters bound = network.bind(flat, null);
    Tensor output = network.apply(bound, user, item);
    Tensor hidden = dense(network, flat, "users.dense1", user).tanh();
    Tensor users = dense(network, flat, "users.dense2", hidden);
    Tensor items = dense(network, flat, "items", item).tanh();
    compare(network, flat, bound, output, users.mul(items).sum(1).reshape(6, 1));
  }

  private static Tensor dense(Network network, Tensor flat, String name, Tensor x) {
    return x.matmul(slice(network, flat, name + ".weight").permute(1, 0))
        .add(slice(network, flat, name + ".bias"));
  }

  /** {@return what a block without parameters gives for examples of these values} */
  private static float[] joined(Block block, Shape expected, Tensor... inputs) {
    List<Shape> shapes =
        List.of(inputs).stream().map(t -> t.shape().slice(1, t.shape().rank())).toList();
    assertEquals(List.of(expected), block.outputs(shapes));
    Tensor out = block.apply(Context.of(Parameters.ofInputs()), List.of(inputs)).getFirst();
    assertEquals(Shape.of(inputs[0].size(0)).concat(expected), out.shape());
    return floats(out);
  }

  @Test
  void joinsRepeatSizesOfOne() {
    Tensor column = Tensor.of(new float[] {1, 2}, 1, 2, 1);
    Tensor row = Tensor.of(new float[] {10, 20, 30}, 1, 1, 3);
    Shape both = Shape.of(2, 3);
    assertClose(
        new float[] {11, 21, 31, 12, 22, 32}, joined(Join.ADD, both, column, row), 0, "add");
    assertClose(
        new float[] {10, 20, 30, 20, 40, 60},
        joined(Join.MULTIPLY, both, column, row),
        0,
        "multiply");
    assertClose(
        new float[] {4, 22f / 3, 32f / 3, 14f / 3, 8, 34f / 3},
        joined(Join.AVERAGE, both, column, row, column),
        1e-6,
        "average");
    assertClose(new float[] {60, 120}, joined(Join.DOT, Shape.of(2, 1), column, row), 0, "dot");
    Tensor one = Tensor.of(new float[] {3}, 1, 1);
    assertClose(new float[] {9}, joined(Join.DOT, Shape.of(1), one, one), 0, "dot of one");
  }

  @Test
  void concatTakesAnyAxis() {
    Tensor a = Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 2);
    Tensor b = Tensor.of(new float[] {5, 6}, 1, 1, 2);
    Tensor c = Tensor.of(new float[] {7, 8}, 1, 2, 1);
    assertClose(
        new float[] {1, 2, 3, 4, 5, 6},
        joined(new Concat(OptionalInt.of(0)), Shape.of(3, 2), a, b),
        0,
        "axis 0");
    float[] side = {1, 2, 7, 3, 4, 8};
    assertClose(side, joined(new Concat(), Shape.of(2, 3), a, c), 0, "features");
    assertClose(side, joined(new Concat(OptionalInt.of(1)), Shape.of(2, 3), a, c), 0, "axis 1");
    assertClose(side, joined(new Concat(OptionalInt.of(-1)), Shape.of(2, 3), a, c), 0, "last");
    Tensor image = Tensor.of(new float[] {1, 2}, 1, 1, 1, 2);
    assertClose(
        new float[] {1, 2, 1, 2},
        joined(new Concat(), Shape.of(2, 1, 2), image, image),
        0,
        "channels");
    assertClose(
        new float[] {1, 2, 1, 2},
        joined(new Concat(OptionalInt.of(2)), Shape.of(1, 1, 4), image, image),
        0,
        "width");
  }

  // ---- masks ----

  private static Embedding words(long vocabulary) {
    return new Embedding(vocabulary, 2, OptionalLong.of(0), new OpenPartsTest.Zigzag(), 1);
  }

  private static Tensor initial(Network network) {
    return Tensor.of(network.parameters().initial(1), network.parameters().elements());
  }

  /** Row k of a table of {@link #words}. */
  private static float[] word(int id) {
    return new float[] {(2 * id + 1) * 0.5f, -(2 * id + 2) * 0.5f};
  }

  @Test
  void stepsArePaddingAlongTheirOwnPath() {
    Graph graph =
        Graph.builder("question", "answer")
            .add("q", words(4), "question")
            .add("a", words(6), "answer")
            .add("qmean", new SequencePool(SequencePool.Kind.MEAN), "q")
            .add("amean", new SequencePool(SequencePool.Kind.MEAN), "a")
            .add("both", new Concat(), "qmean", "amean")
            .build();
    Network network = network(graph, Shape.of(3), Shape.of(2));
    Tensor question = Tensor.of(new int[] {1, 2, 0, 3, 0, 0}, 2, 3);
    Tensor answer = Tensor.of(new int[] {5, 0, 4, 2}, 2, 2);
    float[] out = floats(network.apply(network.bind(initial(network), null), question, answer));
    assertClose(
        new float[] {
          mean(0, 1, 2),
          mean(1, 1, 2),
          word(5)[0],
          word(5)[1],
          word(3)[0],
          word(3)[1],
          mean(0, 4, 2),
          mean(1, 4, 2)
        },
        out,
        1e-6,
        "means");
  }

  private static float mean(int feature, int... words) {
    float sum = 0;
    for (int word : words) {
      sum += word(word)[feature];
    }
    return sum / words.length;
  }

  @Test
  void sequencesOneBehindTheOtherKeepTheirPadding() {
    Graph graph =
        Graph.builder("first", "second", "numbers")
            .add("a", words(4), "first")
            .add("b", words(6), "second")
            .add("all", new Concat(OptionalInt.of(0)), "a", "b", "numbers")
            .add("mean", new SequencePool(SequencePool.Kind.MEAN))
            .build();
    Network network = network(graph, Shape.of(3), Shape.of(2), Shape.of(1, 2));
    Tensor first = Tensor.of(new int[] {1, 2, 0, 3, 0, 0}, 2, 3);
    Tensor second = Tensor.of(new int[] {5, 0, 4, 2}, 2, 2);
    Tensor numbers = Tensor.of(new float[] {7, 8, 9, 10}, 2, 1, 2);
    float[] out =
        floats(network.apply(network.bind(initial(network), null), first, second, numbers));
    assertClose(
        new float[] {
          (3 * mean(0, 1, 2, 5) + 7) / 4, (3 * mean(1, 1, 2, 5) + 8) / 4,
          (3 * mean(0, 3, 4, 2) + 9) / 4, (3 * mean(1, 3, 4, 2) + 10) / 4
        },
        out,
        1e-6,
        "means");
  }

  /** {@code [features] -> [1, features]}: a sequence of one step, none of which was padding. */
  private record OneStep() implements Layer {
    @Override
    public Shape output(Shape input) {
      return Shape.of(1).concat(input);
    }

    @Override
    public Tensor apply(Context context, Tensor x) {
      return x.add(1).unsqueeze(1);
    }
  }

  @Test
  void aVectorHasNoStepsThatArePadding() {
    Graph graph =
        Graph.builder("ids")
            .add("words", words(4))
            .add("flat", new Flatten())
            .add("one", new OneStep())
            .add("mean", new SequencePool(SequencePool.Kind.MEAN))
            .build();
    Network network = network(graph, Shape.of(3));
    Tensor ids = Tensor.of(new int[] {0, 0, 0}, 1, 3);
    float[] out = floats(network.apply(network.bind(initial(network), null), ids));
    assertClose(new float[] {1, 1, 1, 1, 1, 1}, out, 0, "as it was");
  }

  // ---- tokens ----

  @Test
  void anEncoderAndADecoderAreAGraphOfTwoTexts() {
    TransformerBlock cross =
        new TransformerBlock(
            new MultiHeadAttention(1, true),
            new FeedForward(3, Activation.RELU),
            new LayerNorm(1e-5, true),
            true,
            0,
            true,
            OptionalDouble.empty(),
            0,
            false);
    Graph graph =
        Graph.builder("source", "target")
            .add("encoder", Sequential.of(words(7), new Dense(2)), "source")
            .add("decoder", Sequential.of(words(5), cross, new Dense(5)), "target", "encoder")
            .build();
    Network network = network(graph, Shape.of(4), Shape.of(3));
    assertEquals(7, network.vocabulary("source"));
    assertEquals(5, network.vocabulary("target"));
    assertEquals(DType.I32, network.inputType("target"));
    assertEquals(Shape.of(3, 5), network.output());
    float[] flat = random(network.parameters().elements());
    Tensor target = Tensor.of(new int[] {1, 2, 3}, 1, 3);
    float[][] out = new float[3][];
    int[][] sources = {{1, 2, 3, 0}, {1, 2, 4, 0}, {1, 2, 3, 0}};
    for (int i = 0; i < 3; i++) {
      Tensor weights = Tensor.of(flat, flat.length);
      Tensor source = Tensor.of(sources[i], 1, 4);
      out[i] = floats(network.apply(network.bind(weights, null), source, target));
    }
    assertClose(out[0], out[2], 0, "the same");
    assertEquals(false, Arrays.equals(out[0], out[1]), "the source is looked at");
  }

  @Test
  void tokensMayBeAnyInputOfAGraphInAGraph() {
    Graph inner =
        Graph.builder("numbers", "ids")
            .add("words", words(6), "ids")
            .add("mean", new SequencePool(SequencePool.Kind.MEAN))
            .add("sum", Join.ADD, "numbers", "mean")
            .build();
    Graph outer =
        Graph.builder("x", "text")
            .add("inner", inner, "x", "text")
            .add("out", new Dense(1))
            .build();
    Network network = network(outer, Shape.of(2), Shape.of(3));
    assertEquals(0, network.vocabulary("x"));
    assertEquals(6, network.vocabulary("text"));
    assertEquals(DType.I32, network.inputType("text"));
    Tensor out =
        network.apply(
            network.bind(initial(network), null),
            random(Shape.of(2, 2)),
            Tensor.of(new int[] {1, 2, 0, 5, 0, 0}, 2, 3));
    assertEquals(2, floats(out).length);
  }

  // ---- errors ----

  private static void refused(String message, Executable graph) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, graph).getMessage());
  }

  @Test
  void namesAreChecked() {
    refused(
        "layer 'b': expected an input or a layer before it but got 'c'",
        () -> Graph.builder("x").add("b", Join.ADD, "x", "c").add("c", new Dense(1)).build());
    refused(
        "layer 'a': expected an input or a layer before it but got 'a'",
        () -> Graph.builder("x").add("a", new Dense(1), "a").build());
    refused(
        "[graph] expected different names but got a twice",
        () -> Graph.builder("x").add("a", new Dense(1)).add("a", new Dense(1)).build());
    refused(
        "[graph] expected different names but got x twice",
        () -> Graph.builder("x").add("x", new Dense(1)).build());
    refused(
        "[graph] expected different names but got x twice",
        () -> Graph.builder("x", "x").add("a", new Dense(1)).build());
    refused(
        "[graph] expected different names but got y twice",
        () -> Graph.builder("x").add("a", new Dense(1)).output("y", "a").output("y", "x").build());
    refused(
        "[graph] expected an input or a layer as output 'y' but got 'b'",
        () -> Graph.builder("x").add("a", new Dense(1)).output("y", "b").build());
    refused("[graph] expected 1 output or more but got 0", () -> Graph.builder("x").build());
    refused(
        "[graph] expected 1 input or more but got 0",
        () -> Graph.builder().add("a", new Dense(1), "x").build());
    // A name with a colon would be taken for an output of another block.
    refused(
        "[graph] expected a name without ':' and '.' but got 'a:1'",
        () -> Graph.builder("x").add("a", new Dense(1)).add("a:1", new Dense(1)).build());
    // One with a dot could have the parameters of a block in another.
    refused(
        "[graph] expected a name without ':' and '.' but got 'a.b'",
        () -> Graph.builder("x").add("a.b", new Dense(1)).build());
  }

  @Test
  void outputsOfBlocksAreChecked() {
    Graph three =
        Graph.builder("p", "q")
            .add("fly", new OpenPartsTest.Butterfly(), "p", "q")
            .add("end", new Dense(1), "fly:2")
            .build();
    refused(
        "layer 'end': expected an output of layer 'fly' but it has no 'fly:2'",
        () -> network(three, Shape.of(2), Shape.of(2)));
    Graph out = Graph.builder("p").add("a", new Dense(2)).output("y", "a:1").build();
    refused(
        "layer 'a': expected an output of layer 'a' but it has no 'a:1'",
        () -> network(out, Shape.of(2)));
  }

  @Test
  void tokenInputsMustAgree() {
    Graph two = Graph.builder("ids").add("a", words(4), "ids").add("b", words(5), "ids").build();
    refused(
        "layer 'a': [embedding] expected input 'ids' to be ids of 5 tokens, as another layer takes"
            + " it, but takes ids of 4",
        () -> network(two, Shape.of(3)));
    Graph mixed =
        Graph.builder("ids").add("a", words(4), "ids").add("b", new Dense(5), "ids").build();
    refused(
        "layer 'b': [dense] expected input 'ids' to be ids of 4 tokens, as another layer takes it,"
            + " but takes numbers",
        () -> network(mixed, Shape.of(3)));
    Graph late = Graph.builder("x").add("a", new Dense(3), "x").add("b", words(5), "a").build();
    refused(
        "layer 'b': [embedding] expected token ids, which only an input of the network has",
        () -> network(late, Shape.of(3)));
  }

  @Test
  void wrongShapesAreNamedWithTheirLayer() {
    Graph sum = Graph.builder("x", "y").add("sum", Join.ADD, "x", "y").build();
    refused(
        "layer 'sum': [add] expected inputs of one shape, or sizes of 1 but got [[2, 3], [2, 4]]",
        () -> network(sum, Shape.of(2, 3), Shape.of(2, 4)));
    refused(
        "layer 'sum': [add] expected inputs of one rank but got [[3], [2, 3]]",
        () -> network(sum, Shape.of(3), Shape.of(2, 3)));
    Graph dot = Graph.builder("x", "y").add("dot", Join.DOT, "x", "y").build();
    refused(
        "layer 'dot': [dot] expected inputs of one rank of 1 or more but got [[], []]",
        () -> network(dot, Shape.SCALAR, Shape.SCALAR));
    Graph all = Graph.builder("x", "y").add("all", new Concat(), "x", "y").build();
    refused(
        "layer 'all': [concat] expected inputs that differ in axis 1 alone but got [[2, 3], [3, 3]]",
        () -> network(all, Shape.of(2, 3), Shape.of(3, 3)));
    Graph one = Graph.builder("x").add("one", Join.ADD, "x").build();
    refused(
        "layer 'one': [add] expected 2 inputs or more but got 1: [[2]]",
        () -> network(one, Shape.of(2)));
    Graph far = Graph.builder("x").add("far", new Concat(OptionalInt.of(2)), "x", "x").build();
    refused(
        "layer 'far': [concat] expected an axis of [2, 3] but got 2",
        () -> network(far, Shape.of(2, 3)));
    Graph deep =
        Graph.builder("x").add("deep", Sequential.of(new Flatten(), new MaxPool2d(2)), "x").build();
    assertEquals(
        "deep.maxpool1",
        assertThrows(LayerException.class, () -> network(deep, Shape.of(2, 3))).layer());
    Graph two = Graph.builder("x", "y").add("a", new Dense(2), "x", "y").build();
    refused(
        "layer 'a': [dense] expected 1 input but got 2: [[2], [3]]",
        () -> network(two, Shape.of(2), Shape.of(3)));
    refused(
        "[graph] expected 2 inputs [x, y] but got 1: [[2]]",
        () -> sum.outputs(List.of(Shape.of(2))));
    refused(
        "[network] expected shapes of the inputs [x, y] but got {x=[2]}",
        () -> new Network(sum, new LinkedHashMap<>(Map.of("x", Shape.of(2)))));
  }

  /** Blocks that are the identity at first share nothing by accident. */
  @Test
  void theSameBlockTwiceHasParametersOfItsOwn() {
    Layer scale = new OpenPartsTest.Scale();
    Network network = new Network(Sequential.of(scale, scale), Shape.of(2));
    assertEquals(4, network.parameters().elements());
    float[] flat = {2, 3, 5, 7};
    Tensor out =
        network.apply(network.bind(Tensor.of(flat, 4), null), Tensor.of(new float[] {1, 1}, 1, 2));
    assertClose(new float[] {10, 21}, floats(out), 0, "both");
  }

  /** Tokens beside an image, patches of which are a sequence. */
  @Test
  void eachInputIsAnImageOrASequenceByItself() {
    Graph graph =
        Graph.builder("image", "class", "series")
            .add("patches", new PatchEmbedding(4, 2), "image")
            .add("encoder", new SinusoidalPositions(), "patches")
            .add("kind", new Embedding(3, 4), "class")
            .add("any", new Dense(2), "series")
            .add("both", new SinusoidalPositions(), "any")
            .build();
    assertFalse(graph.sequence("image"));
    assertTrue(graph.sequence("class"));
    assertTrue(graph.sequence("series"));
  }
}
