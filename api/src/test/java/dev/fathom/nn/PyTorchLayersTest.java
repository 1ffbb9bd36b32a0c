package dev.fathom.nn;

import static dev.fathom.PyTorch.assertClose;
import static dev.fathom.PyTorch.shape;
import static dev.fathom.PyTorch.values;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.PyTorch;
import dev.fathom.compile.Program;
import dev.fathom.compile.Session;
import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.loss.CrossEntropy;
import dev.fathom.spec.Spec;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Outputs, gradients and new states of each layer against PyTorch's. */
class PyTorchLayersTest {
  private static final double TOLERANCE = 2e-5;

  @TestFactory
  Stream<DynamicTest> layers() {
    return tests(PyTorch.read("layers"));
  }

  @TestFactory
  Stream<DynamicTest> images() {
    return tests(PyTorch.read("images"));
  }

  @TestFactory
  Stream<DynamicTest> blocks() {
    return tests(PyTorch.read("blocks"));
  }

  @TestFactory
  Stream<DynamicTest> sequences() {
    return tests(PyTorch.read("sequences"));
  }

  @TestFactory
  Stream<DynamicTest> mamba() {
    return tests(PyTorch.read("mamba"));
  }

  @TestFactory
  Stream<DynamicTest> attention() {
    return tests(PyTorch.read("attention"));
  }

  @TestFactory
  Stream<DynamicTest> sounds() {
    return tests(PyTorch.read("sounds"));
  }

  /** The last case of the sequences again, with the loss of the next tokens, some left out. */
  @Test
  void theLossOfASmallGptIsPyTorchs() {
    JsonNode cases = PyTorch.read("sequences");
    JsonNode gpt = cases.get(cases.size() - 1);
    JsonNode expected = PyTorch.read("gpt-loss");
    Shape ids = shape(gpt.get("input"));
    Network network = network(gpt, ids.slice(1, 2));
    CrossEntropy loss = new CrossEntropy(expected.get("smoothing").asDouble());
    assertEquals(ids.slice(1, 2), loss.targetShape(network.output()));
    Tensor x = Tensor.of(Ops.input("x", new Type(DType.I32, ids)));
    Tensor target = Tensor.of(Ops.input("target", new Type(DType.I32, ids)));
    Tensor mask = input("mask", ids.slice(0, 1));
    Tensor parameters = input("parameters", Shape.of(network.parameters().elements()));
    Network.Trace trace =
        network.trace(network.bind(parameters, null), List.of(x), Optional.empty());
    Tensor mean = loss.mean(trace.output(), target, mask);
    Program program =
        Program.builder(new MinimalBackend())
            .feed(x.value())
            .feed(target.value())
            .feed(mask.value())
            .state(parameters.value(), null)
            .result("loss", mean.value())
            .result("gradients", trace.gradients(mean).value())
            .compile();
    try (Session session = program.open()) {
      session.write("x", MemorySegment.ofArray(PyTorch.integers(gpt.get("input"))));
      session.write("target", MemorySegment.ofArray(PyTorch.integers(expected.get("target"))));
      session.write("mask", MemorySegment.ofArray(new float[] {1, 1, 1}));
      session.write("parameters", flat(network.parameters(), gpt.get("parameters")));
      session.run();
      float[] value = new float[1];
      session.read("loss", MemorySegment.ofArray(value));
      assertEquals(expected.get("loss").floatValue(), value[0], 2e-6);
      assertFlat(network.parameters(), expected.get("gradients"), session, "gradients");
    }
  }

  private static Stream<DynamicTest> tests(JsonNode cases) {
    return Stream.iterate(0, i -> i < cases.size(), i -> i + 1)
        .map(
            i ->
                DynamicTest.dynamicTest(
                    cases.get(i).get("name").asText(), () -> compare(cases.get(i))));
  }

  private static void compare(JsonNode test) {
    Shape given = shape(test.get("input"));
    int examples = (int) given.size(0);
    int rows = examples + test.path("padding").asInt(0);
    Network network = network(test, given.slice(1, given.rank()));
    assertEquals(
        shape(test.get("output")), Shape.of(examples).concat(network.output()), "shape rule");

    boolean tokens = network.vocabulary() > 0;
    Type type = new Type(network.inputType(), Shape.of(rows).concat(network.input()));
    Tensor x = Tensor.of(Ops.input("x", type));
    Tensor parameters = input("parameters", Shape.of(network.parameters().elements()));
    Tensor states = input("states", Shape.of(network.states().elements()));
    Tensor mask = input("mask", Shape.of(rows));
    Tensor cotangent = input("cotangent", Shape.of(rows).concat(network.output()));
    Optional<Context.Training> training =
        test.get("training").asBoolean()
            ? Optional.of(new Context.Training(mask, null, null))
            : Optional.empty();
    Network.Trace trace = network.trace(network.bind(parameters, states), List.of(x), training);
    Tensor loss = trace.output().mul(cotangent).sum();
    Program.Builder builder =
        Program.builder(new MinimalBackend())
            .feed(x.value())
            .feed(mask.value())
            .feed(cotangent.value())
            .state(parameters.value(), null)
            .state(states.value(), trace.parameters().newStates().value())
            .result("output", trace.output().value());
    if (!tokens) {
      builder.result("dx", loss.gradients(x).getFirst().value());
    }
    boolean learns = network.parameters().elements() > 0;
    if (learns) {
      builder.result("gradients", trace.gradients(loss).value());
    }
    try (Session session = builder.compile().open()) {
      // Padding is not zero here: what it holds must not matter.
      session.write(
          "x",
          tokens
              ? MemorySegment.ofArray(PyTorch.integers(test.get("input")))
              : padded(values(test.get("input")), rows, examples, 1e3f));
      session.write("cotangent", padded(values(test.get("cotangent")), rows, examples, 0));
      float[] ones = new float[examples];
      Arrays.fill(ones, 1);
      session.write("mask", padded(ones, rows, examples, 0));
      session.write("parameters", flat(network.parameters(), test.get("parameters")));
      session.write("states", flat(network.states(), test.get("states")));
      session.run();
      assertRows(test.get("output"), session, "output", rows, examples);
      if (!tokens) {
        assertRows(test.get("inputGradient"), session, "dx", rows, examples);
      }
      if (learns) {
        assertFlat(network.parameters(), test.get("gradients"), session, "gradients");
      }
      assertFlat(network.states(), test.get("newStates"), session, "states");
    }
  }

  private static Network network(JsonNode test, Shape input) {
    SequencedMap<String, Shape> inputs = new LinkedHashMap<>();
    inputs.put(Graph.INPUT, input);
    return new Network(layers(test.get("layers")), inputs);
  }

  private static Graph layers(JsonNode layers) {
    ObjectNode spec = JsonNodeFactory.instance.objectNode().put("name", "test");
    spec.putObject("data").put("dataset", "none");
    spec.set("model", layers);
    return Spec.parse(spec).model().graph();
  }

  private static Tensor input(String name, Shape shape) {
    return Tensor.of(Ops.input(name, new Type(DType.F32, shape)));
  }

  private static MemorySegment padded(float[] values, int rows, int examples, float padding) {
    float[] all = new float[values.length / examples * rows];
    Arrays.fill(all, padding);
    System.arraycopy(values, 0, all, 0, values.length);
    return MemorySegment.ofArray(all);
  }

  private static MemorySegment flat(Layout layout, JsonNode tensors) {
    float[] all = new float[(int) layout.elements()];
    assertEquals(layout.slots().size(), tensors.size(), "number of tensors");
    for (Layout.Slot slot : layout.slots()) {
      assertEquals(slot.shape(), shape(tensors.path(slot.name())), slot.name());
      float[] values = values(tensors.path(slot.name()));
      System.arraycopy(values, 0, all, (int) slot.offset(), values.length);
    }
    return MemorySegment.ofArray(all);
  }

  private static void assertRows(
      JsonNode expected, Session session, String name, int rows, int examples) {
    float[] values = values(expected);
    float[] actual = new float[values.length / examples * rows];
    session.read(name, MemorySegment.ofArray(actual));
    assertClose(values, Arrays.copyOf(actual, values.length), TOLERANCE, name);
  }

  private static void assertFlat(Layout layout, JsonNode expected, Session session, String name) {
    float[] actual = new float[(int) layout.elements()];
    session.read(name, MemorySegment.ofArray(actual));
    for (Layout.Slot slot : layout.slots()) {
      int from = (int) slot.offset();
      float[] part = Arrays.copyOfRange(actual, from, from + (int) slot.shape().elements());
      assertClose(values(expected.get(slot.name())), part, TOLERANCE, slot.name() + " " + name);
    }
  }
}
