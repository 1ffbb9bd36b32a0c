package dev.fathom.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.compile.Program;
import dev.fathom.compile.Session;
import dev.fathom.device.Backends;
import dev.fathom.graph.Type;
import dev.fathom.json.SpecException;
import dev.fathom.model.Weights;
import dev.fathom.spec.Spec;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What checkpoints leave as it is, and what they save. */
class CheckpointTest {
  private static final int BATCH = 64;
  private static final int PARTS = 8;

  private static final String MLP =
      "{'type': 'dense', 'units': 24, 'activation': 'gelu'}, {'type': 'dropout', 'rate': 0.2},"
          + "{'type': 'dense', 'units': 24, 'activation': 'tanh'},"
          + "{'type': 'dense', 'units': 24, 'activation': 'relu'}";

  private static final String CONVOLUTIONS =
      "{'type': 'residual', 'activation': 'relu', 'body': ["
          + "{'type': 'conv2d', 'filters': 4, 'kernel': 3, 'padding': 'same'},"
          + "{'type': 'batchnorm', 'activation': 'relu'}, {'type': 'dropout', 'rate': 0.3},"
          + "{'type': 'conv2d', 'filters': 4, 'kernel': 3, 'padding': 'same'},"
          + "{'type': 'batchnorm'}]}";

  private static final String TRANSFORMER =
      "{'type': 'decoder', 'heads': 2, 'hidden': 64, 'dropout': 0.1}";

  private static final String LSTM =
      "{'type': 'lstm', 'units': 16, 'output': 'all'}, {'type': 'layernorm'}";

  /** One step, and the memory that it took. */
  private record Step(float[] loss, float[] gradients, float[] states, long temporaryBytes) {}

  static Stream<Arguments> networks() {
    return Stream.of(
        Arguments.of(MLP, Shape.of(24), 0.7),
        Arguments.of(CONVOLUTIONS, Shape.of(4, 9, 7), 0.7),
        Arguments.of(TRANSFORMER, Shape.of(11, 16), 0.7),
        Arguments.of(LSTM, Shape.of(7, 16), 0.95));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void gradientsAreTheSame(String part, Shape input, double share) {
    try (Backend java = Backends.select("java").backend()) {
      Step plain = step(java, repeated("%s", part), input);
      Step saving = step(java, repeated(CHECKPOINT, part), input);
      assertSame(plain, saving);
      assertTrue(
          saving.temporaryBytes() < share * plain.temporaryBytes(),
          saving.temporaryBytes() + " of " + plain.temporaryBytes());
    }
  }

  private static void assertSame(Step plain, Step saving) {
    assertArrayEquals(plain.loss(), saving.loss());
    assertArrayEquals(plain.gradients(), saving.gradients());
    assertArrayEquals(plain.states(), saving.states());
  }

  @Test
  void checkpointsInCheckpointsAreTheSame() {
    try (Backend java = Backends.select("java").backend();
        Backend minimal = new MinimalBackend()) {
      for (Backend backend : List.of(java, minimal)) {
        String two = CHECKPOINT.formatted(MLP) + "," + CHECKPOINT.formatted(TRANSFORMER);
        Step plain = step(backend, "[" + MLP + "," + TRANSFORMER + "]", Shape.of(5, 24));
        Step saving = step(backend, "[" + CHECKPOINT.formatted(two) + "]", Shape.of(5, 24));
        assertSame(plain, saving);
      }
    }
  }

  @Test
  void layersOfTextsAndImagesStandInACheckpoint() {
    Network gpt =
        network(
            "[{'type': 'embedding', 'vocabulary': 11, 'features': 16}, {'type': 'learnedpositions',"
                + " 'length': 9}, %s, {'type': 'dense', 'units': 11}]"
                    .formatted(CHECKPOINT.formatted(TRANSFORMER)),
            Shape.of(9));
    assertEquals(11, gpt.vocabulary());
    gpt.requireDecoding();
    Network ids =
        network(
            "[%s]".formatted(CHECKPOINT.formatted("{'type': 'bagofwords', 'vocabulary': 7}")),
            Shape.of(9));
    assertEquals(7, ids.vocabulary());
  }

  @Test
  void aDecoderDoesNotComputeItsEncoderAgain() {
    String translation =
        "[{'type': 'encoderdecoder', 'source': 5, 'encoder': [%s, %s], 'decoder': [%s]}]";
    String cross = "{'type': 'decoder', 'heads': 2, 'hidden': 64, 'dropout': 0.1, 'cross': true}";
    try (Backend java = Backends.select("java").backend()) {
      Shape input = Shape.of(9, 16);
      Step plain = step(java, translation.formatted(TRANSFORMER, TRANSFORMER, cross), input);
      Step saving =
          step(
              java,
              translation.formatted(TRANSFORMER, TRANSFORMER, CHECKPOINT.formatted(cross)),
              input);
      assertSame(plain, saving);
    }
  }

  @Test
  void errorsNameTheLayerInside() {
    SpecException empty =
        assertThrows(SpecException.class, () -> parsed("[{'type': 'checkpoint', 'layers': []}]"));
    assertEquals("/model/0/layers", empty.pointer());
    LayerException wrong =
        assertThrows(
            LayerException.class,
            () ->
                network(
                    "[%s]".formatted(CHECKPOINT.formatted("{'type': 'attention', 'heads': 3}")),
                    Shape.of(5, 16)));
    assertEquals("checkpoint1.layers.attention1", wrong.layer());
  }

  private static final String CHECKPOINT = "{'type': 'checkpoint', 'layers': [%s]}";

  private static String repeated(String form, String part) {
    return "[" + String.join(",", Collections.nCopies(PARTS, form.formatted(part))) + "]";
  }

  private static Spec parsed(String layers) {
    return Spec.parse(
        "{'name': 'test', 'data': {'dataset': 'none'}, 'model': %s}"
            .formatted(layers)
            .replace('\'', '"'));
  }

  private static Network network(String layers, Shape input) {
    SequencedMap<String, Shape> inputs = new LinkedHashMap<>();
    inputs.put(Graph.INPUT, input);
    return new Network(parsed(layers).model().graph(), inputs);
  }

  private static Step step(Backend backend, String layers, Shape input) {
    Network network = network(layers, input);
    Tensor flat = Tensor.input("parameters", Type.of(DType.F32, network.parameters().elements()));
    Tensor states = Tensor.input("states", Type.of(DType.F32, network.states().elements()));
    Tensor x = Tensor.input("x", new Type(DType.F32, Shape.of(BATCH).concat(input)));
    Tensor mask = Tensor.input("mask", Type.of(DType.F32, BATCH));
    Tensor seed = Tensor.scalar("seed", DType.I64);
    Tensor at = Tensor.scalar("step", DType.I64);
    Network.Trace trace =
        network.trace(
            network.bind(flat, states),
            List.of(x),
            Optional.of(new Context.Training(mask, seed, at)));
    Tensor loss = trace.output().sin().mul(trace.output()).mean();
    Program program =
        Program.builder(backend)
            .feed(x)
            .feed(mask)
            .state(flat, null)
            .state(states, trace.parameters().newStates())
            .scalar(seed)
            .scalar(at)
            .result("loss", loss)
            .result("gradients", trace.gradients(loss))
            .compile();
    // Initial weights depend on names of layers, which a checkpoint changes.
    float[] examples = random((int) x.shape().elements(), 1);
    float[] parameters = random((int) network.parameters().elements(), 0.4);
    float[] total = new float[1];
    float[] gradients = new float[(int) network.parameters().elements()];
    float[] after = Weights.initial(network.states(), 3).values();
    try (Session session = program.open()) {
      session.write("x", MemorySegment.ofArray(examples));
      session.write("mask", MemorySegment.ofArray(mask()));
      session.write("parameters", MemorySegment.ofArray(parameters));
      session.write("states", MemorySegment.ofArray(after));
      session.setLong("seed", 77);
      session.setLong("step", 4);
      session.run();
      session.read("loss", MemorySegment.ofArray(total));
      session.read("gradients", MemorySegment.ofArray(gradients));
      session.read("states", MemorySegment.ofArray(after));
    }
    assertFalse(Float.isNaN(total[0]));
    return new Step(total, gradients, after, program.temporaryBytes());
  }

  /** {@return a mask whose last rows are padding} */
  private static float[] mask() {
    float[] mask = new float[BATCH];
    Arrays.fill(mask, 0, BATCH - 2, 1);
    return mask;
  }

  private static float[] random(int count, double limit) {
    SplittableRandom random = new SplittableRandom(5);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-limit, limit);
    }
    return values;
  }
}
