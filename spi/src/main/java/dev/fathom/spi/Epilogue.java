package dev.fathom.spi;

import java.util.List;
import java.util.stream.Stream;

/**
 * A function of each element of a {@link Contract}'s or {@link Convolve}'s result, computed before
 * the element is stored.
 *
 * @param map input 0 is the result in the accumulator type, input i + 1 is {@code extras.get(i)}
 * @param extras further operands, in the shape of the result (broadcast by stride 0)
 * @param outputs where the map's results go, in the shape of the result
 */
public record Epilogue(Expression map, List<View> extras, List<View> outputs) {
  /** C1: one output a result. C2: extras and outputs have one shape. C3: stored type fits. */
  public Epilogue {
    extras = List.copyOf(extras);
    outputs = List.copyOf(outputs);
    Check.that(
        map.results().size() == outputs.size(), "epilogue", "C1", "one output a result", outputs);
    Shape shape = outputs.getFirst().shape();
    for (View view : extras) {
      Check.that(view.shape().equals(shape), "epilogue", "C2", "extras of shape " + shape, extras);
    }
    for (int i = 0; i < outputs.size(); i++) {
      View output = outputs.get(i);
      Check.that(output.shape().equals(shape), "epilogue", "C2", "outputs of one shape", outputs);
      Check.that(
          output.dtype().valueType() == map.resultType(i),
          "epilogue",
          "C3",
          "an output of type " + map.resultType(i),
          output);
    }
  }

  /** Checks that the map takes the accumulator and the extras in their value types. */
  void checkInputs(String spec, String constraint, DType accumulator) {
    map.checkInputs(
        spec,
        constraint,
        Stream.concat(Stream.of(accumulator), extras.stream().map(View::dtype)).toList());
  }

  /** {@return the epilogue that stores the result as it is} */
  public static Epilogue store(View output) {
    return new Epilogue(Expression.identity(output.dtype()), List.of(), List.of(output));
  }

  /** {@return whether the result is stored as it is, once} */
  public boolean isPlain() {
    return extras.isEmpty() && map.isIdentity();
  }

  /** {@return the shape of the result} */
  public Shape shape() {
    return outputs.getFirst().shape();
  }
}
