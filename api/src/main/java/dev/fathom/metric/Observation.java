package dev.fathom.metric;

import dev.fathom.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/**
 * A batch as metrics see it on the device.
 *
 * @param output {@code [batch, ...output]}, as the network gives it: logits, normalised numbers
 * @param target {@code [batch, ...target]}, as the network learns it
 * @param mask {@code [batch]}, f32: 1 for an example, 0 for padding
 * @param columns other columns of the dataset, {@code [batch, ...]}, as {@link Metric#columns()}
 *     asked for them, and values that the task computes for its own metrics
 */
public record Observation(Tensor output, Tensor target, Tensor mask, Map<String, Tensor> columns) {
  public Observation {
    columns = Map.copyOf(columns);
  }

  /** {@return the same with these other columns too} */
  public Observation with(Map<String, Tensor> others) {
    Map<String, Tensor> all = new HashMap<>(columns);
    all.putAll(others);
    return new Observation(output, target, mask, all);
  }

  /**
   * {@return another column, {@code [batch, ...]}}
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public Tensor column(String name) {
    Tensor column = columns.get(name);
    if (column == null) {
      throw new IllegalArgumentException(
          "[metric] expected values '%s', which this task does not have".formatted(name));
    }
    return column;
  }

  /** An observation without other columns. */
  public Observation(Tensor output, Tensor target, Tensor mask) {
    this(output, target, mask, Map.of());
  }
}
