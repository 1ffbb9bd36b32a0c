package dev.fathom.optim;

import dev.fathom.graph.Ops;
import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * A rule that changes parameters by their gradients. It works on flat tensors: all parameters are
 * one tensor {@code [n]}, so are their gradients and each moment. Moments start at zero, but for
 * {@link #average()}.
 *
 * <p>What changes from step to step (learning rate, bias corrections) is a run-time scalar of the
 * program, which {@link #scalars} sets before each step, computed on the host in double.
 */
public sealed interface Optimizer permits Sgd, Adam, AdamW, Averaged {

  /** {@return the learning rate before the schedule} */
  double learningRate();

  /** {@return the names of the moments, in the order of {@link #update}} */
  List<String> moments();

  /**
   * {@return the moment that is the network's weights for all but training: it starts as the
   * parameters do} Nothing if that is the parameters themselves.
   */
  default Optional<String> average() {
    return Optional.empty();
  }

  /**
   * {@return the graph of one step}
   *
   * @param parameters {@code [n]}
   * @param gradients {@code [n]}
   * @param moments {@code [n]} each, as many as {@link #moments()}
   * @param matrices {@code [n]}, bool: what lies in a tensor of two axes or more, not in the bias
   *     or the norm of a layer
   */
  Update update(Tensor parameters, Tensor gradients, List<Tensor> moments, Tensor matrices);

  /**
   * Sets the run-time scalars of a step.
   *
   * @param rate the learning rate of this step, the schedule included
   * @param step the number of this step, from 1
   */
  void scalars(double rate, long step, ScalarSink sink);

  /** What parameters and moments become. */
  record Update(Tensor parameters, List<Tensor> moments) {}

  /** {@return the f32 run-time scalar {@code name}} */
  static Tensor scalar(String name) {
    return Tensor.of(Ops.scalar(name, DType.F32));
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
