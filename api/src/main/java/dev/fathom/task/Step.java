package dev.fathom.task;

import dev.fathom.nn.Network;
import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * A batch, while the graph of a training step or of an evaluation is made of it. For one thread,
 * for one graph.
 */
public interface Step {
  /** {@return a column of the batch by its name, {@code [batch, ...]}} */
  Tensor column(String name);

  /** {@return {@code [batch]}, f32: 1 for an example, 0 for a row of padding} */
  Tensor mask();

  /** {@return how many rows the batch has} */
  long batch();

  /** {@return whether the network learns: dropout is drawn, batch statistics are taken} */
  boolean training();

  /**
   * {@return a network's outputs for a batch} Several calls share its weights, and draw random
   * numbers of their own.
   *
   * @param group the name of the network's group of parameters
   * @param inputs {@code [batch, ...]}, in the order of the network's inputs
   */
  Network.Trace trace(String group, List<Tensor> inputs);

  /** {@return the first output of a network for a batch, {@code [batch, ...]}} */
  default Tensor apply(String group, Tensor... inputs) {
    return trace(group, List.of(inputs)).output();
  }

  /** {@return f32 standard normal numbers, others at each call and in each step} */
  Tensor normal(long... shape);

  /** {@return f32 numbers in [0, 1), others at each call and in each step} */
  Tensor uniform(long... shape);
}
