package dev.fathom.task;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A named tensor that a model takes or gives.
 *
 * @param name of the tensor
 * @param dtype of its elements
 * @param shape {@code [-1, ...]}; -1 is the number of examples
 */
public record Port(String name, DType dtype, List<Long> shape) {
  public Port {
    shape = List.copyOf(shape);
  }

  /** {@return a port of examples of this shape} */
  public static Port of(String name, DType dtype, Shape example) {
    List<Long> shape = new ArrayList<>();
    shape.add(-1L);
    for (long size : example.toArray()) {
      shape.add(size);
    }
    return new Port(name, dtype, shape);
  }

  /** {@return the shape of one example} */
  public Shape example() {
    return Shape.of(shape.stream().skip(1).mapToLong(size -> size).toArray());
  }

  /** {@return the number of values of one example} */
  public long width() {
    return example().elements();
  }
}
