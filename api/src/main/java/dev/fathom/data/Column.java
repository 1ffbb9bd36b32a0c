package dev.fathom.data;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.util.List;

/**
 * A named value that every example has.
 *
 * @param name unique in its dataset
 * @param dtype how values are stored; readers convert
 * @param shape the shape of one example, {@code []} for a scalar
 * @param labels the names of the classes, if the values are class numbers {@code 0 .. labels.size()
 *     - 1}, or tell of classes, as masks and boxes do; otherwise empty
 */
public record Column(String name, DType dtype, Shape shape, List<String> labels) {
  public Column {
    labels = List.copyOf(labels);
  }

  /** {@return whether each example has one class, and the values are their numbers} */
  public boolean isClass() {
    return !labels.isEmpty() && shape.rank() == 0;
  }

  /** {@return the number of classes; 0 if the values are not class numbers} */
  public int classes() {
    return labels.size();
  }
}
