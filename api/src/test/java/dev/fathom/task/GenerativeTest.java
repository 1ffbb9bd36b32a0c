package dev.fathom.task;

import static dev.fathom.PyTorch.assertClose;
import static dev.fathom.PyTorch.floats;
import static dev.fathom.PyTorch.tensor;
import static dev.fathom.PyTorch.values;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.PyTorch;
import dev.fathom.data.Normalisation;
import dev.fathom.loss.BinaryCrossEntropy;
import dev.fathom.loss.MeanAbsoluteError;
import dev.fathom.loss.MeanSquaredError;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Losses and steps of tasks that make pictures, against numbers that PyTorch gave. */
class GenerativeTest {
  private static final JsonNode NUMBERS = PyTorch.read("generative");

  /** A batch whose network gives what it is told to, and whose chance is known. */
  private static final class Told implements Step {
    private final Map<String, Tensor> columns;
    private final SequencedMap<String, Tensor> outputs;
    private final Tensor uniform;
    private final Tensor normal;
    private List<Tensor> inputs;

    Told(
        Map<String, Tensor> columns,
        SequencedMap<String, Tensor> outputs,
        Tensor uniform,
        Tensor normal) {
      this.columns = columns;
      this.outputs = outputs;
      this.uniform = uniform;
      this.normal = normal;
    }

    @Override
    public Tensor column(String name) {
      return columns.get(name);
    }

    @Override
    public Tensor mask() {
      return Tensor.full(1, DType.F32, batch());
    }

    @Override
    public long batch() {
      return 3;
    }

    @Override
    public boolean training() {
      return false;
    }

    @Override
    public Network.Trace trace(String group, List<Tensor> given) {
      inputs = given;
      return new Network.Trace(outputs, null, new LinkedHashMap<>());
    }

    @Override
    public Tensor normal(long... shape) {
      return normal;
    }

    @Override
    public Tensor uniform(long... shape) {
      return uniform;
    }
  }

  private static SequencedMap<String, Tensor> outputs(JsonNode test, String... names) {
    SequencedMap<String, Tensor> outputs = new LinkedHashMap<>();
    for (String name : names) {
      outputs.put(name, tensor(test.get(name.equals("reconstruction") ? "output" : name)));
    }
    return outputs;
  }

  @Test
  void theElboIsPyTorchs() {
    for (JsonNode test : NUMBERS.get("variational")) {
      boolean binary = test.get("loss").asText().equals("binaryCrossEntropy");
      Task task =
          new VariationalAutoencoder(
              binary ? new BinaryCrossEntropy() : new MeanSquaredError(), 0.5);
      SequencedMap<String, Tensor> outputs = outputs(test, "reconstruction", "mean", "logVariance");
      Told step = new Told(Map.of("x", tensor(test.get("wanted"))), outputs, null, null);
      Term term = task.term(step, new Columns(List.of("x"), Optional.empty()));
      assertClose(values(test.get("rows")), floats(term.rows()), 1e-5, "rows");
      for (String name : List.of("elbo", "kl")) {
        Tensor own = term.observation().orElseThrow().column(name);
        assertClose(values(test.get(name)), floats(own), 1e-5, name);
      }
      List<Tensor> gradients = term.sum().gradients(outputs.values().toArray(Tensor[]::new));
      for (int i = 0; i < 3; i++) {
        assertClose(
            values(test.get("gradients").get(i)), floats(gradients.get(i)), 1e-5, "gradient " + i);
      }
    }
  }

  @Test
  void aLossWithoutADistributionIsRefused() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new VariationalAutoencoder(new MeanAbsoluteError(), 1))
            .getMessage();
    assertTrue(message.contains("binaryCrossEntropy or meanSquaredError"), message);
  }

  @Test
  void schedulesAreThoseOfThePapers() {
    for (JsonNode test : NUMBERS.at("/diffusion/signals")) {
      var schedule =
          Diffusion.Schedule.valueOf(test.get("schedule").asText().toUpperCase(Locale.ROOT));
      double[] signals = schedule.signals(test.get("times").asInt());
      assertEquals(signals.length, test.get("values").size());
      for (int t = 0; t < signals.length; t++) {
        double expected = test.get("values").get(t).doubleValue();
        assertEquals(expected, signals[t], 1e-9 * expected, schedule + " " + t);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void noisyPicturesAndTheirLossArePyTorchs(Diffusion.Prediction prediction) {
    JsonNode test = NUMBERS.get("diffusion");
    JsonNode loss = test.get("losses").get(prediction.name().toLowerCase(Locale.ROOT));
    int[] times = new int[3];
    float[] uniform = new float[3];
    for (int i = 0; i < 3; i++) {
      times[i] = test.get("times").get(i).asInt();
      uniform[i] = (times[i] + 0.5f) / 20;
    }
    SequencedMap<String, Tensor> outputs = outputs(test, "output");
    Told step =
        new Told(
            Map.of("picture", tensor(test.get("picture"))),
            outputs,
            Tensor.of(uniform, 3),
            tensor(test.get("noise")));
    Diffusion task =
        new Diffusion(new MeanSquaredError(), Diffusion.Schedule.LINEAR, prediction, 20, 0.1, 3, 1);
    Term term = task.term(step, new Columns(List.of("picture"), Optional.empty()));
    assertClose(values(test.get("noisy")), floats(step.inputs.get(0)), 1e-5, "noisy");
    float[] given = floats(step.inputs.get(1));
    for (int i = 0; i < 3; i++) {
      assertEquals(times[i], given[i]);
    }
    assertClose(values(loss.get("rows")), floats(term.rows()), 1e-5, "rows");
    Tensor gradient = term.sum().gradients(outputs.firstEntry().getValue()).getFirst();
    assertClose(values(loss.get("gradient")), floats(gradient), 1e-5, "gradient");
  }

  /** The output is x / 2, a part of the time, and a part of the class; class 2 is none. */
  private static Tensor output(List<Tensor> inputs) {
    assertEquals(6, inputs.getFirst().size(0));
    Tensor parts = Tensor.of(new float[] {0.3f, -0.2f, 0.5f}, 3);
    return inputs
        .get(0)
        .mul(0.5)
        .add(inputs.get(1).mul(1 / 20.0))
        .add(parts.gather(inputs.get(2).reshape(6)).unsqueeze(-1));
  }

  @ParameterizedTest
  @EnumSource
  void guidedDdimStepsArePyTorchs(Diffusion.Prediction prediction) {
    JsonNode steps = NUMBERS.at("/diffusion/steps").get(prediction.name().toLowerCase(Locale.ROOT));
    Diffusion task =
        new Diffusion(
            new MeanSquaredError(),
            Diffusion.Schedule.COSINE,
            prediction,
            20,
            0.1,
            3,
            3,
            List.of("a", "b"),
            Normalisation.of(2 / 255.0, 1, 1));
    List<Map<String, Double>> numbers = task.steps(Generative.Wish.USUAL);
    assertEquals(steps.size(), numbers.size());
    Tensor classes = Tensor.of(new int[] {0, 1, 0}, 3);
    for (int i = 0; i < steps.size(); i++) {
      Map<String, Tensor> scalars = new LinkedHashMap<>();
      numbers.get(i).forEach((name, value) -> scalars.put(name, Tensor.full(value, DType.F32)));
      Tensor next =
          task.next(GenerativeTest::output, tensor(steps.get(i).get("from")), classes, scalars);
      assertClose(values(steps.get(i).get("to")), floats(next), 2e-5, "step " + i);
    }
  }

  private static String refused(Diffusion task, OptionalInt steps, OptionalDouble guidance) {
    return assertThrows(
            IllegalArgumentException.class, () -> task.steps(new Generative.Wish(steps, guidance)))
        .getMessage();
  }

  @Test
  void wishesThatCannotBeFulfilledAreRefused() {
    Diffusion task =
        new Diffusion(
            new MeanSquaredError(),
            Diffusion.Schedule.COSINE,
            Diffusion.Prediction.NOISE,
            20,
            0,
            3,
            1);
    assertEquals(
        "[generate] expected 1 to 20 steps but got 21",
        refused(task, OptionalInt.of(21), OptionalDouble.empty()));
    assertEquals(
        "[generate] expected 1 to 20 steps but got 0",
        refused(task, OptionalInt.of(0), OptionalDouble.empty()));
    assertTrue(
        refused(task, OptionalInt.empty(), OptionalDouble.of(2)).contains("knows no classes"));
    var classes =
        new Diffusion(
            task.loss(),
            task.schedule(),
            task.prediction(),
            20,
            0,
            3,
            1,
            List.of("a"),
            Normalisation.NONE);
    for (double guidance : new double[] {-1, Double.NaN, 1e9}) {
      assertTrue(
          refused(classes, OptionalInt.empty(), OptionalDouble.of(guidance))
              .contains("guidance of 0 to 100"));
    }
    // One step goes from noise to a picture at once.
    assertEquals(
        19.0,
        task.steps(new Generative.Wish(OptionalInt.of(1), OptionalDouble.empty()))
            .getFirst()
            .get("time"));
  }
}
