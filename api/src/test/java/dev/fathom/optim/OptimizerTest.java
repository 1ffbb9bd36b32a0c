package dev.fathom.optim;

import static dev.fathom.PyTorch.assertClose;
import static dev.fathom.PyTorch.values;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.PyTorch;
import dev.fathom.compile.Program;
import dev.fathom.compile.Session;
import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.json.SpecException;
import dev.fathom.spec.Spec;
import dev.fathom.spec.TrainingSpec;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerTest {
  private static Tensor input(String name, long... shape) {
    return Tensor.of(Ops.input(name, Type.of(DType.F32, shape)));
  }

  /** A guarded step of {@code optimizer} on n parameters; gradients and loss are fed. */
  private static Session session(Optimizer optimizer, Clipping clipping, int n) {
    Tensor parameters = input("parameters", n);
    Tensor gradients = input("gradients", n);
    Tensor loss = input("loss");
    List<Tensor> moments = new ArrayList<>();
    optimizer.state().forEach(name -> moments.add(input(name, n)));
    Tensor one = Tensor.full(1, DType.F32);
    Tensor norm = GuardedUpdate.norm(gradients, one);
    Tensor finite = loss.isFinite().and(norm.isFinite());
    Optimizer.Group group = new Optimizer.Group("", optimizer, parameters, moments, shapes(n));
    GuardedUpdate guarded = GuardedUpdate.of(group, clipping, finite, gradients, one, norm);
    Program.Builder builder =
        Program.builder(new MinimalBackend())
            .feed(gradients.value())
            .feed(loss.value())
            .state(parameters.value(), guarded.update().parameters().value())
            .result("norm", guarded.norm().value())
            .result("finite", finite.cast(DType.F32).value());
    for (int i = 0; i < moments.size(); i++) {
      builder.state(moments.get(i).value(), guarded.update().state().get(i).value());
    }
    return builder.compile().open();
  }

  /** The first two thirds are a matrix, the others a vector. */
  private static List<Shape> shapes(int n) {
    return List.of(Shape.of(2, n / 3), Shape.of(n / 3));
  }

  private static void write(Session session, String name, float... values) {
    session.write(name, MemorySegment.ofArray(values));
  }

  private static float[] read(Session session, String name, int n) {
    float[] values = new float[n];
    session.read(name, MemorySegment.ofArray(values));
    return values;
  }

  private static TrainingSpec training(String key, JsonNode value) {
    ObjectNode spec = JsonNodeFactory.instance.objectNode().put("name", "test");
    spec.putObject("data").put("dataset", "none");
    spec.putArray("model").addObject().put("type", "dense").put("units", 1);
    spec.putObject("training").set(key, value);
    return Spec.parse(spec).training();
  }

  @TestFactory
  Stream<DynamicTest> stepsArePyTorchs() {
    JsonNode cases = PyTorch.read("optimizers");
    return Stream.iterate(0, i -> i < cases.size(), i -> i + 1)
        .map(
            i ->
                DynamicTest.dynamicTest(
                    cases.get(i).get("name").asText(), () -> compare(cases.get(i))));
  }

  private static void compare(JsonNode test) {
    Optimizer optimizer = training("optimizer", test.get("optimizer")).optimizer();
    String key = test.has("clipValue") ? "clipValue" : "clipNorm";
    Clipping clipping = training(key, test.get(key)).clipping();
    try (Session session = session(optimizer, clipping, 9)) {
      write(session, "parameters", values(test.get("start")));
      write(session, "loss", 1);
      for (int step = 1; step <= test.get("steps").size(); step++) {
        JsonNode expected = test.get("steps").get(step - 1);
        write(session, "gradients", values(expected.get("gradient")));
        optimizer.scalars(optimizer.learningRate(), step, session::setDouble);
        session.run();
        float norm = expected.get("norm").floatValue();
        assertEquals(norm, read(session, "norm", 1)[0], 1e-5 * norm);
        assertClose(
            values(expected.get("parameters")),
            read(session, "parameters", 9),
            1e-5,
            "parameters after step " + step);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void nothingChangesIfTheLossIsNotFinite(float loss) {
    assertNothingChanges(loss, 1);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 1e30f})
  void nothingChangesIfTheNormIsNotFinite(float gradient) {
    assertNothingChanges(1, gradient);
  }

  private static void assertNothingChanges(float loss, float gradient) {
    Adam adam = new Adam(0.1);
    try (Session session = session(adam, new Clipping.ByNorm(1), 3)) {
      write(session, "parameters", 1, 2, 3);
      write(session, "first_moment", 4, 5, 6);
      write(session, "second_moment", 7, 8, 9);
      write(session, "gradients", 0.1f, gradient, 0);
      write(session, "loss", loss);
      adam.scalars(0.1, 1, session::setDouble);
      session.run();
      assertEquals(0, read(session, "finite", 1)[0]);
      assertArrayEquals(new float[] {1, 2, 3}, read(session, "parameters", 3));
      assertArrayEquals(new float[] {4, 5, 6}, read(session, "first_moment", 3));
      assertArrayEquals(new float[] {7, 8, 9}, read(session, "second_moment", 3));
    }
  }

  @Test
  void schedulesArePyTorchs() {
    for (JsonNode test : PyTorch.read("schedules")) {
      Schedule schedule = training("schedule", test.get("schedule")).schedule();
      JsonNode factors = test.get("factors");
      for (int step = 0; step < factors.size(); step++) {
        assertEquals(
            factors.get(step).doubleValue(),
            schedule.factor(step, factors.size()),
            1e-9,
            schedule + ", step " + step);
      }
    }
  }

  @Test
  void plateausArePyTorchs() {
    JsonNode plateaus = PyTorch.read("plateaus");
    for (JsonNode test : plateaus.get("cases")) {
      ObjectNode json = JsonNodeFactory.instance.objectNode().put("validation", 0.5);
      json.set("schedule", test.get("schedule"));
      Schedule schedule = TrainingSpec.parse(json.toString()).schedule();
      double[] kept = {};
      assertEquals(1, schedule.factor(kept));
      for (int i = 0; i < plateaus.get("losses").size(); i++) {
        kept = schedule.validated(kept, plateaus.get("losses").get(i).asDouble(Double.NaN));
        double expected = test.get("factors").get(i).doubleValue();
        assertEquals(expected, schedule.factor(kept), 1e-9 * expected, schedule + ", " + i);
      }
    }
  }

  @Test
  void aPlateauNeedsValidations() {
    SpecException wrong =
        assertThrows(
            SpecException.class,
            () -> TrainingSpec.parse("{\"schedule\": {\"type\": \"reduceOnPlateau\"}}"));
    assertEquals("/schedule", wrong.pointer());
    assertEquals(
        "expected a validation share above 0 beside a schedule that follows the validation",
        wrong.detail());
  }

  @Test
  void gradientsAreClippedByOneOfBoth() {
    SpecException wrong =
        assertThrows(
            SpecException.class, () -> TrainingSpec.parse("{\"clipNorm\": 1, \"clipValue\": 2}"));
    assertEquals("expected either clipNorm or clipValue but got both", wrong.detail());
  }

  @Test
  void aCycleOfFewStepsGivesNumbers() {
    Schedule cycle = new Schedule.OneCycle(0.3, 25, 1e4);
    for (int steps = 1; steps < 9; steps++) {
      for (int step = 0; step < steps; step++) {
        double factor = cycle.factor(step, steps);
        assertTrue(factor > 0 && factor <= 1, step + " of " + steps + ": " + factor);
      }
    }
  }

  @Test
  void aScheduleWithoutStepsOrBehindTheEndGivesANumber() {
    assertEquals(0.25, new Schedule.Cosine(0.25, 0).factor(99, 10));
    assertEquals(1, new Schedule.Cosine(0.25, 10).factor(10, 10));
    assertEquals(1, new Schedule.Constant(0).factor(0, 0));
  }

  @Test
  void numbersOutOfRangeAreNamed() {
    assertEquals(
        "[sgd] expected a momentum for nesterov but got 0.0",
        assertThrows(IllegalArgumentException.class, () -> new Sgd(0.1, 0, true, 0)).getMessage());
    assertEquals(
        "[adam] expected a learning rate above 0 but got NaN",
        assertThrows(IllegalArgumentException.class, () -> new Adam(Double.NaN)).getMessage());
  }
}
