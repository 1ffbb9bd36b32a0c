package dev.fathom.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.compile.Program;
import dev.fathom.compile.Session;
import dev.fathom.device.Backends;
import dev.fathom.format.SymbolicGraph.Traced;
import dev.fathom.graph.Content;
import dev.fathom.graph.Graph;
import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Operand;
import dev.fathom.graph.Type;
import dev.fathom.graph.Value;
import dev.fathom.nn.Activation;
import dev.fathom.nn.AdaptivePool2d;
import dev.fathom.nn.BagOfWords;
import dev.fathom.nn.BatchNorm;
import dev.fathom.nn.Border;
import dev.fathom.nn.ClassToken;
import dev.fathom.nn.Conv1d;
import dev.fathom.nn.Conv2d;
import dev.fathom.nn.ConvTranspose2d;
import dev.fathom.nn.Dense;
import dev.fathom.nn.Dropout;
import dev.fathom.nn.Embedding;
import dev.fathom.nn.EncoderDecoder;
import dev.fathom.nn.FeedForward;
import dev.fathom.nn.Flatten;
import dev.fathom.nn.GlobalAveragePool;
import dev.fathom.nn.Initializer;
import dev.fathom.nn.InvertedResidual;
import dev.fathom.nn.L2Norm;
import dev.fathom.nn.Layer;
import dev.fathom.nn.LayerNorm;
import dev.fathom.nn.LeakyRelu;
import dev.fathom.nn.LearnedPositions;
import dev.fathom.nn.LocalResponseNorm;
import dev.fathom.nn.Mamba;
import dev.fathom.nn.MaxPool2d;
import dev.fathom.nn.MultiHeadAttention;
import dev.fathom.nn.Network;
import dev.fathom.nn.Padding;
import dev.fathom.nn.PatchEmbedding;
import dev.fathom.nn.Recurrent;
import dev.fathom.nn.Residual;
import dev.fathom.nn.RmsNorm;
import dev.fathom.nn.SequencePool;
import dev.fathom.nn.Sequential;
import dev.fathom.nn.SinusoidalPositions;
import dev.fathom.nn.Size;
import dev.fathom.nn.StochasticDepth;
import dev.fathom.nn.TransformerBlock;
import dev.fathom.nn.Unembedding;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.tensor.Recurrence;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks that were stored compute the same bits as those that were traced. */
class NetworkGraphTest {
  private static final long[] BATCHES = {1, 2, 7, 32, 128};
  private static final long TOKENS = 11;

  static Stream<Arguments> networks() {
    return Stream.of(
        Arguments.of("lenet", lenet(), Shape.of(1, 12, 12)),
        Arguments.of("residual", residual(), Shape.of(3, 9, 7)),
        Arguments.of("mobile", mobile(), Shape.of(3, 11, 9)),
        Arguments.of("vit", vit(), Shape.of(3, 8, 12)),
        Arguments.of("sequence", convolutions(), Shape.of(9)),
        Arguments.of("lstm", lstm(), Shape.of(6)),
        Arguments.of("quantiles", quantiles(), Shape.of(5, 3)),
        Arguments.of("gpt", gpt(), Shape.of(8)),
        Arguments.of("encoder", encoder(), Shape.of(7)),
        Arguments.of("translation", translation(), Shape.of(9)),
        Arguments.of("bag", bag(), Shape.of(6)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void storedNetworksComputeTheSame(String name, Sequential layers, Shape input) {
    Network network = new Network(layers, input);
    SymbolicGraph graph = GraphFiles.copied(SymbolicGraph.record(batch -> trace(network, batch)));
    try (Backend java = Backends.select("java").backend()) {
      for (long batch : BATCHES) {
        Traced traced = trace(network, batch);
        Traced stored = new Traced(traced.inputs(), graph.apply(batch, traced.inputs()));
        // For one example, movements that change nothing are left out of a trace.
        if (batch > 1) {
          assertSameNodes(traced, stored);
        }
        assertSameBits(java, traced, stored);
        if (batch <= 2) {
          assertSameBits(new MinimalBackend(), traced, stored);
        }
      }
    }
  }

  @Test
  void portsSayWhatDependsOnTheBatch() {
    Network network = new Network(lenet(), Shape.of(1, 12, 12));
    SymbolicGraph graph = SymbolicGraph.record(batch -> trace(network, batch));
    long parameters = network.parameters().elements();
    assertEquals(
        List.of(
            "x f32 [batch, 1, 12, 12]", "parameters f32 [" + parameters + "]", "states f32 [8]"),
        graph.inputs().stream()
            .map(port -> port.name() + " " + port.dtype().label() + " " + port.shape())
            .toList());
    assertEquals(Type.of(DType.F32, 5, 1, 12, 12), graph.inputs().getFirst().type(5));
  }

  /** The only place here that knows how a network is traced. */
  private static Traced trace(Network network, long batch) {
    Type type = new Type(network.inputType(), Shape.of(batch).concat(network.input()));
    Tensor x = Tensor.input("x", type);
    Tensor parameters =
        Tensor.input("parameters", Type.of(DType.F32, network.parameters().elements()));
    Tensor states = Tensor.input("states", Type.of(DType.F32, network.states().elements()));
    Network.Trace trace =
        network.trace(network.bind(parameters, states), List.of(x), Optional.empty());
    SequencedMap<String, Operand> outputs = new LinkedHashMap<>();
    outputs.put("y", trace.output());
    return new Traced(List.of(x, parameters, states), outputs, trace.layers());
  }

  private static void assertSameNodes(Traced expected, Traced actual) {
    List<Node> traced = nodes(expected);
    List<Node> stored = nodes(actual);
    assertEquals(traced.size(), stored.size());
    Map<Node, Node> same = new HashMap<>();
    for (int i = 0; i < traced.size(); i++) {
      assertEquals(traced.get(i).op(), stored.get(i).op());
      same.put(traced.get(i), stored.get(i));
      assertEquals(
          traced.get(i).inputs().stream()
              .map(value -> same.get(value.node()).output(value.index()))
              .toList(),
          stored.get(i).inputs());
    }
  }

  private static List<Node> nodes(Traced traced) {
    return Graph.nodes(values(traced.outputs().values()));
  }

  private static List<Value> values(Collection<? extends Operand> operands) {
    return operands.stream().map(Operand::value).toList();
  }

  private static void assertSameBits(Backend backend, Traced expected, Traced actual) {
    int[] bits = run(backend, expected);
    assertTrue(Arrays.stream(bits).mapToObj(Float::intBitsToFloat).allMatch(Float::isFinite));
    assertTrue(Arrays.stream(bits).distinct().count() > 1, "one number alone would be no test");
    assertArrayEquals(bits, run(backend, actual));
  }

  private static int[] run(Backend backend, Traced traced) {
    Operand y = traced.outputs().get("y");
    Program.Builder builder = Program.builder(backend).result("y", y);
    traced.inputs().forEach(builder::feed);
    float[] result = new float[(int) y.value().shape().elements()];
    try (Session session = builder.compile().open()) {
      for (Value input : values(traced.inputs())) {
        String name = ((Op.Input) input.node().op()).name();
        session.write(name, numbers(input.type(), name.equals("states") ? 0.1f : -0.5f));
      }
      session.run();
      session.read("y", MemorySegment.ofArray(result));
    }
    return IntStream.range(0, result.length).map(i -> Float.floatToRawIntBits(result[i])).toArray();
  }

  /** {@return numbers from {@code least} on, and tokens of which some are padding} */
  private static MemorySegment numbers(Type type, float least) {
    Random random = new Random(7);
    MemorySegment all = Content.allocate(type);
    for (long i = 0; i < type.shape().elements(); i++) {
      if (type.dtype() == DType.I32) {
        all.setAtIndex(ValueLayout.JAVA_INT, i, random.nextInt((int) TOKENS));
      } else {
        all.setAtIndex(ValueLayout.JAVA_FLOAT, i, least + random.nextFloat());
      }
    }
    return all;
  }

  private static Sequential lenet() {
    return Sequential.of(
        new Conv2d(4, 3, Padding.SAME, Activation.NONE),
        new BatchNorm(),
        Activation.RELU,
        new MaxPool2d(2),
        new Conv2d(6, 3, Padding.NONE, Activation.RELU),
        new MaxPool2d(2),
        new Flatten(),
        new Dropout(0.5),
        new Dense(10, Activation.SOFTMAX));
  }

  private static Sequential residual() {
    return Sequential.of(
        new Residual(
            Sequential.of(
                new Conv2d(5, 3, Padding.SAME, Activation.GELU),
                new Conv2d(5, 3, Padding.SAME, Activation.NONE)),
            Sequential.of(new Conv2d(5, 1, Padding.NONE, Activation.NONE)),
            Activation.RELU),
        new GlobalAveragePool(),
        new Dense(3));
  }

  private static Sequential mobile() {
    return Sequential.of(
        new Conv2d(
            4,
            Size.square(3),
            Size.ONE,
            Padding.SAME,
            Border.REFLECT,
            Size.ONE,
            1,
            true,
            Initializer.HE_NORMAL,
            Activation.RELU6),
        new LocalResponseNorm(5, 1, 0.75, 1),
        new InvertedResidual(4, 3, 1),
        new InvertedResidual(6, 2, 3, Size.square(2), OptionalLong.of(4), Activation.SILU, 0.5),
        new ConvTranspose2d(5, 4, 2, Activation.RELU),
        new AdaptivePool2d(new Size(5, 4), AdaptivePool2d.Kind.AVERAGE),
        new AdaptivePool2d(new Size(2, 3), AdaptivePool2d.Kind.MAX),
        new LeakyRelu(0.2),
        new Flatten(),
        new L2Norm(1e-12),
        new Dense(3));
  }

  private static Sequential vit() {
    return Sequential.of(
        new PatchEmbedding(8, 4),
        new ClassToken(),
        new LearnedPositions(0),
        block(new MultiHeadAttention(2, false), new LayerNorm(), false),
        new StochasticDepth(0.5),
        new SequencePool(SequencePool.Kind.FIRST),
        new Dense(3));
  }

  private static Sequential convolutions() {
    return Sequential.of(
        new Embedding(TOKENS, 8, OptionalLong.of(0), Initializer.SMALL_NORMAL, 1),
        new Conv1d(6, 3, Padding.CAUSAL, Activation.RELU),
        new Conv1d(
            4,
            3,
            2,
            Padding.SAME,
            Border.REPLICATE,
            1,
            2,
            true,
            Initializer.HE_NORMAL,
            Activation.NONE),
        new ClassToken(),
        new SequencePool(SequencePool.Kind.MEAN),
        new Dense(3));
  }

  private static Sequential lstm() {
    return Sequential.of(
        new Embedding(TOKENS, 6, OptionalLong.of(0), Initializer.SMALL_NORMAL, 1),
        new Recurrent(Recurrence.LSTM, 5, 2, true, true, 0.1),
        new Mamba(3, 4, 1, OptionalLong.empty()),
        new Recurrent(Recurrence.GRU, 4),
        new Dense(2));
  }

  /** Three quantiles for each of four steps. */
  private static Sequential quantiles() {
    return Sequential.of(new Recurrent(Recurrence.LSTM, 8), new Dense(12));
  }

  private static Sequential gpt() {
    return Sequential.of(
        new Embedding(TOKENS, 8),
        new LearnedPositions(8, Initializer.SMALL_NORMAL),
        block(new MultiHeadAttention(2, true), new LayerNorm(), false),
        block(
            new MultiHeadAttention(
                4, 2, true, OptionalDouble.of(10000), 0, false, Initializer.SMALL_NORMAL),
            new RmsNorm(),
            false),
        new LayerNorm(),
        new Unembedding("embedding1", TOKENS));
  }

  private static Sequential encoder() {
    return Sequential.of(
        new Embedding(TOKENS, 8, OptionalLong.of(0), Initializer.SMALL_NORMAL, 2),
        new SinusoidalPositions(),
        block(new MultiHeadAttention(2, false), new LayerNorm(), false),
        new SequencePool(SequencePool.Kind.MEAN_MAX),
        new Dense(3, Activation.SIGMOID));
  }

  private static Sequential translation() {
    return Sequential.of(
        new EncoderDecoder(
            4,
            Sequential.of(
                new Embedding(TOKENS, 8, OptionalLong.of(0), Initializer.SMALL_NORMAL, 1),
                block(new MultiHeadAttention(2, false), new LayerNorm(), false)),
            Sequential.of(
                new Embedding(TOKENS, 8),
                block(new MultiHeadAttention(2, true), new LayerNorm(), true),
                new Dense(TOKENS))));
  }

  private static Sequential bag() {
    return Sequential.of(new BagOfWords(TOKENS, OptionalLong.of(0), true), new Dense(4));
  }

  private static TransformerBlock block(MultiHeadAttention attention, Layer norm, boolean cross) {
    FeedForward feedForward = new FeedForward(16, Activation.GELU);
    return new TransformerBlock(
        attention, feedForward, norm, true, 0.1, cross, OptionalDouble.empty(), 0, false);
  }
}
