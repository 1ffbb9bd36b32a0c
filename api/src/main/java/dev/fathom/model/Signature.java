package dev.fathom.model;

import dev.fathom.task.Port;
import java.util.List;

/**
 * The tensors that clients give a model and get from it.
 *
 * @param inputs raw values, as the dataset holds them: preparation is the model's own
 * @param outputs of its answers
 */
public record Signature(List<Port> inputs, List<Port> outputs) {
  public Signature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** {@return the only input, or the first} */
  public Port input() {
    return inputs.getFirst();
  }

  /** {@return the only output, or the first} */
  public Port output() {
    return outputs.getFirst();
  }
}
