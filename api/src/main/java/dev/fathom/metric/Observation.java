package dev.fathom.metric;

import dev.fathom.tensor.Tensor;
import java.util.Map;

/**
 * A batch as metrics see it on the device.
 *
 * @param output {@code [batch, ...output]}, as the network gives it: logits, normalised numbers
 * @param target {@code [batch, ...target]}, as the network learns it
 * @param mask {@code [batch]}, f32: 1 for an example, 0 for padding
 * @param columns other columns of the dataset, {@code [batch, ...]}, as {@link Metric#columns()}
 *     asked for them
 */
public record Observation(Tensor output, Tensor target, Tensor mask, Map<String, Tensor> columns) {
  public Observation {
    columns = Map.copyOf(columns);
  }

  /** {@return the same with these other columns} */
  public Observation with(Map<String, Tensor> others) {
    return new Observation(output, target, mask, others);
  }

  /** An observation without other columns. */
  public Observation(Tensor output, Tensor target, Tensor mask) {
    this(output, target, mask, Map.of());
  }
}
