package dev.fathom.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.PyTorch;
import dev.fathom.compile.Program;
import dev.fathom.compile.Session;
import dev.fathom.device.Backends;
import dev.fathom.graph.Type;
import dev.fathom.loss.CrossEntropy;
import dev.fathom.nn.Context;
import dev.fathom.nn.Layout;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Two steps of training of the presets, in their full size, are PyTorch's. */
@Timeout(300)
class PresetsTest {
  /** Of numbers that thousands of sums made, in another order. */
  private static final double TOLERANCE = 2e-3;

  private static final int FIRST = 3;
  private static final int INPUT = 1000;

  @TestFactory
  Stream<DynamicTest> learnAsPyTorchDoes() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode test : PyTorch.read("networks")) {
      tests.add(DynamicTest.dynamicTest(test.get("model").toString(), () -> compare(test)));
    }
    return tests.stream();
  }

  private static Network network(JsonNode model, Shape input) {
    ObjectNode spec = JsonNodeFactory.instance.objectNode().put("name", "test");
    spec.putObject("data").put("dataset", "none");
    spec.set("model", model);
    return Spec.parse(spec).network(input);
  }

  private static void compare(JsonNode test) {
    Shape given = PyTorch.shape(test);
    Network network = network(test.get("model"), given.slice(1, given.rank()));
    Layout layout = network.parameters();
    int batch = (int) given.size(0);
    Tensor x = Tensor.input("x", new Type(DType.F32, given));
    Tensor labels = Tensor.input("labels", Type.of(DType.I32, batch));
    Tensor parameters = Tensor.input("parameters", Type.of(DType.F32, layout.elements()));
    boolean hasStates = network.states().elements() > 0;
    Tensor states = Tensor.input("states", Type.of(DType.F32, network.states().elements()));
    Tensor ones = Tensor.full(1, DType.F32, batch);
    Optional<Context.Training> training =
        test.get("training").asBoolean()
            ? Optional.of(new Context.Training(ones, null, null))
            : Optional.empty();
    Network.Trace trace =
        network.trace(network.bind(parameters, hasStates ? states : null), List.of(x), training);
    Tensor loss = new CrossEntropy().mean(trace.output(), labels, ones);
    Tensor gradients = trace.gradients(loss);
    Tensor changed = parameters.sub(gradients.mul(test.get("rate").asDouble()));
    Program.Builder builder =
        Program.builder(Backends.select("java").backend())
            .feed(x.value())
            .feed(labels.value())
            .state(parameters.value(), changed.value())
            .result("loss", loss.value())
            .result("logits", trace.output().value());
    if (hasStates) {
      builder.state(states.value(), trace.parameters().newStates().value());
    }
    for (Layout.Slot slot : layout.slots()) {
      Tensor part = gradients.slice(0, slot.offset(), slot.offset() + slot.shape().elements());
      builder.result("norm " + slot.name(), part.square().sum().sqrt().value());
      builder.result("first " + slot.name(), part.slice(0, 0, FIRST).value());
    }
    try (Session session = builder.compile().open()) {
      session.write("x", MemorySegment.ofArray(floats(INPUT, (int) given.elements(), 0, 1)));
      int[] classes = new int[batch];
      for (int i = 0; i < batch; i++) {
        classes[i] = i;
      }
      session.write("labels", MemorySegment.ofArray(classes));
      session.write("parameters", MemorySegment.ofArray(weights(layout, test.get("parameters"))));
      session.run();
      JsonNode losses = test.get("losses");
      near(losses.get(0).asDouble(), read(session, "loss", 1)[0], "loss of step 1");
      float[] logits = read(session, "logits", (int) network.output().elements() * batch);
      near(test.get("logitsNorm").asDouble(), norm(logits), "norm of the logits");
      double size = test.get("logitsNorm").asDouble() / Math.sqrt(logits.length);
      for (int i = 0; i < test.get("logits").size(); i++) {
        assertEquals(test.get("logits").get(i).asDouble(), logits[i], TOLERANCE * size, "logit");
      }
      for (int i = 0; i < layout.slots().size(); i++) {
        compare(session, layout.slots().get(i), test.get("parameters").get(i));
      }
      session.run();
      near(losses.get(1).asDouble(), read(session, "loss", 1)[0], "loss of step 2");
    }
  }

  private static void compare(Session session, Layout.Slot slot, JsonNode expected) {
    double norm = expected.get("norm").asDouble();
    near(norm, read(session, "norm " + slot.name(), 1)[0], "norm of " + slot.name());
    float[] first = read(session, "first " + slot.name(), FIRST);
    double size = norm / Math.sqrt(slot.shape().elements());
    for (int i = 0; i < FIRST; i++) {
      double value = expected.get("gradient").get(i).asDouble();
      assertEquals(value, first[i], 10 * TOLERANCE * size, "gradient of " + slot.name());
    }
  }

  private static void near(double expected, double actual, String what) {
    assertEquals(expected, actual, TOLERANCE * Math.abs(expected), what);
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  private static float[] read(Session session, String name, int count) {
    float[] values = new float[count];
    session.read(name, MemorySegment.ofArray(values));
    return values;
  }

  /** Those of networks.py. */
  private static float[] weights(Layout layout, JsonNode expected) {
    float[] all = new float[(int) layout.elements()];
    assertEquals(expected.size(), layout.slots().size(), "number of parameters");
    for (int salt = 0; salt < expected.size(); salt++) {
      Layout.Slot slot = layout.slots().get(salt);
      Shape shape = slot.shape();
      assertEquals(PyTorch.shape(expected.get(salt)), shape, slot.name());
      double fanIn = shape.rank() > 1 ? shape.slice(1, shape.rank()).elements() : 0;
      double scale = shape.rank() > 1 ? Math.sqrt(6 / fanIn) : 0.1;
      double near = expected.get(salt).get("near").asDouble();
      float[] values = floats(salt, (int) shape.elements(), near, scale);
      System.arraycopy(values, 0, all, (int) slot.offset(), values.length);
    }
    return all;
  }

  private static float[] floats(int salt, int count, double near, double scale) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      int x = i + salt * 0x9E3779B1;
      x = (x ^ x >>> 16) * 0x7FEB352D;
      x = (x ^ x >>> 15) * 0x846CA68B;
      x ^= x >>> 16;
      values[i] = (float) (near + scale * ((x & 0xFFFFFFFFL) / 0x1p31 - 1));
    }
    return values;
  }
}
