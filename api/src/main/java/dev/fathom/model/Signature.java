package dev.fathom.model;

import dev.fathom.spi.DType;
import java.util.List;

/**
 * What a model takes and gives.
 *
 * @param inputs raw values, as the dataset holds them: preprocessing is the model's own
 * @param outputs what it answers
 */
public record Signature(List<Port> inputs, List<Port> outputs) {
  /**
   * A named tensor.
   *
   * @param name the column for an input, {@code probabilities} or {@code prediction} for an output
   * @param shape {@code [-1, ...]}; -1 is the number of examples
   */
  public record Port(String name, DType dtype, List<Long> shape) {
    public Port {
      shape = List.copyOf(shape);
    }

    /** {@return the number of values of one example} */
    public long width() {
      return shape.stream().skip(1).reduce(1L, (a, b) -> a * b);
    }
  }

  public Signature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
