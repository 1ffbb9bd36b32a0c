package dev.fathom.optim;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A rule that changes parameters by their gradients. It works on flat tensors: all parameters of a
 * group are one tensor {@code [n]}, and so are their gradients and each tensor of its state. State
 * starts at zero, but for {@link #average()}.
 *
 * <p>Anybody may write one. A number that changes from step to step (learning rate, bias
 * corrections) is a run-time scalar of the program, named within its group: {@link Group#scalar}
 * puts it into the graph, and {@link #scalars} sets it before each step, computed on the host in
 * double.
 */
public interface Optimizer {

  /** The run-time scalar that {@link #scalars} sets by default. */
  String RATE = "learning_rate";

  /** {@return the learning rate before the schedule} */
  double learningRate();

  /** {@return the names of the tensors of its state, in the order of {@link Group#state}} */
  List<String> state();

  /**
   * {@return the tensor of the optimiser's state that is evaluated and kept as the network's
   * weights; it starts with the values of the parameters} Empty if these are the parameters
   * themselves.
   */
  default Optional<String> average() {
    return Optional.empty();
  }

  /**
   * {@return this optimiser with a learning rate that differs from tensor to tensor}
   *
   * @param factors of the learning rate, one for each tensor of the group; 0 for those that stay
   */
  default Optimizer rated(List<Double> factors) {
    return new Rated(this, factors);
  }

  /**
   * {@return the graph of one step}
   *
   * @param group the parameters and state that change
   * @param gradients {@code [n]}
   */
  Update update(Group group, Tensor gradients);

  /**
   * Sets the run-time scalars of a step, under the names that {@link #update} gave them. By default
   * the learning rate alone, as {@link #RATE}.
   *
   * @param rate the learning rate of this step, the schedule included
   * @param step the number of this step, from 1
   */
  default void scalars(double rate, long step, ScalarSink sink) {
    sink.setDouble(RATE, rate);
  }

  /**
   * Parameters that one optimiser changes.
   *
   * @param name the beginning of its scalars' names in the program; empty for the only group
   * @param parameters {@code [n]}
   * @param state {@code [n]} each, as many as {@link Optimizer#state()}
   * @param shapes of the tensors that lie side by side in the parameters
   */
  record Group(
      String name, Optimizer optimizer, Tensor parameters, List<Tensor> state, List<Shape> shapes) {
    public Group {
      state = List.copyOf(state);
      shapes = List.copyOf(shapes);
    }

    /**
     * {@return {@code [n]}, bool: true for elements of tensors of two axes or more, false for
     * biases and norms}
     */
    public Tensor matrices() {
      return Tensor.concat(
          0,
          shapes.stream()
              .map(shape -> Tensor.full(shape.rank() >= 2 ? 1 : 0, DType.BOOL, shape.elements()))
              .toArray(Tensor[]::new));
    }

    /** {@return the Euclidean norm of each tensor in {@code flat [n]}: {@code [tensors]}} */
    public Tensor norms(Tensor flat) {
      List<Tensor> norms = new ArrayList<>();
      long at = 0;
      for (Shape shape : shapes) {
        Tensor part = flat.slice(0, at, at + shape.elements());
        norms.add(part.square().sum().sqrt().reshape(1));
        at += shape.elements();
      }
      return Tensor.concat(0, norms.toArray(Tensor[]::new));
    }

    /** {@return a number of each tensor at all of its elements: {@code [tensors] -> [n]}} */
    public Tensor spread(Tensor numbers) {
      List<Tensor> parts = new ArrayList<>();
      for (Shape shape : shapes) {
        int at = parts.size();
        parts.add(numbers.slice(0, at, at + 1).broadcastTo(shape.elements()));
      }
      return Tensor.concat(0, parts.toArray(Tensor[]::new));
    }

    /** {@return the f32 run-time scalar {@code scalar} of this group} */
    public Tensor scalar(String scalar) {
      return Tensor.scalar(name + scalar, DType.F32);
    }

    /** {@return gradients that draw the parameters to 0, too: {@code g + weightDecay * p}} */
    public Tensor decayed(Tensor gradients, double weightDecay) {
      return weightDecay == 0 ? gradients : gradients.add(parameters.mul(weightDecay));
    }

    /** {@return the same group as another optimiser sees it} */
    public Group with(Optimizer other, List<Tensor> itsState) {
      return new Group(name, other, parameters, itsState, shapes);
    }

    /** {@return the same group with other parameters} */
    public Group with(Tensor others) {
      return new Group(name, optimizer, others, state, shapes);
    }
  }

  /** The new parameters and state of a group. */
  record Update(Tensor parameters, List<Tensor> state) {
    public Update {
      state = List.copyOf(state);
    }
  }

  /**
   * @throws IllegalArgumentException unless {@code holds}
   */
  static void check(boolean holds, String optimizer, String expected, double actual) {
    if (!holds) {
      throw new IllegalArgumentException(
          "[" + optimizer + "] expected " + expected + " but got " + actual);
    }
  }
}
