package dev.fathom.open;

import static dev.fathom.PyTorch.assertClose;
import static dev.fathom.PyTorch.floats;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.nn.Activation;
import dev.fathom.nn.BatchNorm;
import dev.fathom.nn.Context;
import dev.fathom.nn.Dense;
import dev.fathom.nn.Dropout;
import dev.fathom.nn.Initializer;
import dev.fathom.nn.Layer;
import dev.fathom.nn.Network;
import dev.fathom.nn.Parameters;
import dev.fathom.nn.Sequential;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Networks that are traced more than once in one graph. */
class ParametersTest {
  private static final Context.Training TRAINING =
      new Context.Training(
          Tensor.of(new float[] {1, 1, 1, 1}, 4),
          Tensor.full(7, DType.I64),
          Tensor.full(3, DType.I64));

  private static final Tensor X =
      Tensor.of(new float[] {1, 2, 3, -1, 0.5f, 2, 0, 1, 1, -2, 4, 1}, 4, 3);
  private static final Tensor Y =
      Tensor.of(new float[] {0, 1, 2, 3, 1, -1, 2, 2, 0, 1, 1, 1}, 4, 3);

  private static Tensor initial(Network network) {
    return Tensor.of(network.parameters().initial(5), network.parameters().elements());
  }

  private static Tensor trained(Network network, Parameters bound, Tensor x) {
    return network.trace(bound, List.of(x), Optional.of(TRAINING)).output();
  }

  @Test
  void tracesShareWeightsAndTheirGradientsAddUp() {
    Network network =
        new Network(Sequential.of(new Dense(4, Activation.TANH), new Dense(2)), Shape.of(3));
    Tensor flat = initial(network);
    Parameters once = network.bind(flat, null);
    float[] single = floats(once.gradients(trained(network, once, X).square().sum()));
    Parameters other = network.bind(flat, null);
    float[] second = floats(other.gradients(trained(network, other, Y).square().sum()));
    Parameters twice = network.bind(flat, null);
    Tensor same =
        trained(network, twice, X).square().sum().add(trained(network, twice, X).square().sum());
    float[] doubled = new float[single.length];
    float[] sum = new float[single.length];
    for (int i = 0; i < single.length; i++) {
      doubled[i] = 2 * single[i];
      sum[i] = single[i] + second[i];
    }
    assertClose(doubled, floats(twice.gradients(same)), 1e-6, "twice the same");
    Parameters both = network.bind(flat, null);
    Tensor loss =
        trained(network, both, X).square().sum().add(trained(network, both, Y).square().sum());
    assertClose(sum, floats(both.gradients(loss)), 1e-6, "two batches");
    assertFalse(both.random());
  }

  @Test
  void eachTraceDrawsNumbersOfItsOwn() {
    Network network = new Network(Sequential.of(new Dropout(0.5)), Shape.of(3));
    Tensor ones = Tensor.full(1, DType.F32, 4, 3);
    Parameters bound = network.bind(Tensor.zeros(DType.F32, 0), null);
    float[] first = floats(trained(network, bound, ones));
    assertTrue(bound.random());
    float[] second = floats(trained(network, bound, ones));
    assertFalse(Arrays.equals(first, second));
    // A program that is built again draws the same.
    Parameters again = network.bind(Tensor.zeros(DType.F32, 0), null);
    assertArrayEquals(first, floats(trained(network, again, ones)));
    assertArrayEquals(second, floats(trained(network, again, ones)));
  }

  @Test
  void networksOfOneProgramDrawDifferentNumbers() {
    Network network = new Network(Sequential.of(new Dropout(0.5)), Shape.of(30));
    Tensor ones = Tensor.full(1, DType.F32, 4, 30);
    float[][] drawn = new float[3][];
    for (int number = 0; number < 3; number++) {
      Parameters bound = network.bind(Tensor.zeros(DType.F32, 0), null, number);
      drawn[number] = floats(trained(network, bound, ones));
      assertTrue(bound.random());
    }
    assertFalse(Arrays.equals(drawn[0], drawn[1]));
    assertFalse(Arrays.equals(drawn[1], drawn[2]));
    assertFalse(Arrays.equals(drawn[0], drawn[2]));
  }

  /** The second trace begins with the running means that the first left. */
  @Test
  void statesOfTracesFollowEachOther() {
    Network network =
        new Network(Sequential.of(new BatchNorm(0.25, 1e-5, Activation.NONE)), Shape.of(3));
    Tensor states = Tensor.of(network.states().initial(0), 6);
    assertClose(new float[] {0, 0, 0, 1, 1, 1}, floats(states), 0, "at first");
    Parameters bound = network.bind(initial(network), states);
    assertSame(states, bound.newStates());
    trained(network, bound, X);
    trained(network, bound, Y);
    float[] x = floats(X);
    float[] y = floats(Y);
    float[] expected = new float[6];
    for (int feature = 0; feature < 3; feature++) {
      expected[feature] = (float) (0.75 * 0.25 * mean(x, feature) + 0.25 * mean(y, feature));
      expected[3 + feature] =
          (float) (0.75 * (0.75 + 0.25 * variance(x, feature)) + 0.25 * variance(y, feature));
    }
    assertClose(expected, floats(bound.newStates()), 1e-6, "after two");
    // Inference changes nothing.
    Parameters read = network.bind(initial(network), states);
    network.apply(read, X);
    assertSame(states, read.newStates());
  }

  private static double mean(float[] values, int feature) {
    double sum = 0;
    for (int row = 0; row < 4; row++) {
      sum += values[3 * row + feature];
    }
    return sum / 4;
  }

  private static double variance(float[] values, int feature) {
    double sum = 0;
    for (int row = 0; row < 4; row++) {
      sum += Math.pow(values[3 * row + feature] - mean(values, feature), 2);
    }
    return sum / 3;
  }

  /** A layer that asks for a parameter in training alone. */
  private record Moody() implements Layer {
    @Override
    public Shape output(Shape input) {
      return input;
    }

    @Override
    public Tensor apply(Context context, Tensor x) {
      return context.training()
          ? x.mul(context.parameter("late", Shape.SCALAR, Initializer.ONES))
          : x;
    }
  }

  @Test
  void aBlockMustAskForTheSameParametersEachTime() {
    Network network = new Network(Sequential.of(new Dense(3), new Moody()), Shape.of(3));
    Parameters bound = network.bind(initial(network), null);
    assertEquals(
        "[parameters] expected 'moody1.late' of shape [], as the layer asked for it before, but got"
            + " none",
        assertThrows(IllegalStateException.class, () -> trained(network, bound, X)).getMessage());
  }
}
