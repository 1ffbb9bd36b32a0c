package dev.fathom.spi;

import java.util.List;

/**
 * An elementwise kernel: for each index of the iteration space {@code shape}, evaluates an
 * expression over the inputs and stores its results. With an identity expression it copies,
 * converts, permutes or broadcasts; with a constant it fills.
 *
 * <p>An output may be the same view at the same offset as an input (in place): an element is read
 * before it is written.
 *
 * @param shape the iteration space
 * @param inputs views of that shape (broadcast by stride 0)
 * @param map input i is {@code inputs.get(i)}
 * @param outputs views of that shape, one a result
 */
public record Fused(Shape shape, List<View> inputs, Expression map, List<View> outputs)
    implements KernelSpec {
  /**
   * C1: inputs and outputs have the iteration space's shape. C2: one output a result. C3: an
   * output's value type is its result's. C4: an output does not overlap itself. C5: the map's
   * inputs name inputs and have their value types.
   */
  public Fused {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    for (View view : inputs) {
      Check.that(view.shape().equals(shape), "fused", "C1", "inputs of shape " + shape, inputs);
    }
    map.checkInputs("fused", "C5", inputs.stream().map(View::dtype).toList());
    Check.that(
        outputs.size() == map.results().size(), "fused", "C2", "one output a result", outputs);
    for (int i = 0; i < outputs.size(); i++) {
      View output = outputs.get(i);
      Check.that(output.shape().equals(shape), "fused", "C1", "outputs of shape " + shape, outputs);
      Check.that(
          output.dtype().valueType() == map.resultType(i),
          "fused",
          "C3",
          "an output of type " + map.resultType(i),
          output);
      Check.that(!output.overlaps(), "fused", "C4", "an output without overlap", output);
    }
  }

  @Override
  public List<Expression> expressions() {
    return List.of(map);
  }

  @Override
  public int scalarCount() {
    return map.scalarCount();
  }

  @Override
  public boolean isCore() {
    return outputs.size() == 1 && map.operations() <= 1 && Check.coreParts(this);
  }
}
