package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * A block with one input and one output. Anybody may write one:
 *
 * <pre>{@code
 * record Scale(double initial) implements Layer {
 *   public Shape output(Shape input) {
 *     return input;
 *   }
 *
 *   public Tensor apply(Context context, Tensor x) {
 *     Shape features = Shape.of(x.size(-1));
 *     return x.mul(context.parameter("weight", features, Initializer.constant(initial)));
 *   }
 * }
 * }</pre>
 */
public interface Layer extends Block {

  /**
   * {@return the shape of the output for an input of this shape, both without the batch axis}
   *
   * @throws IllegalArgumentException if the input does not fit, naming the layer and the shapes
   */
  Shape output(Shape input);

  /**
   * {@return the output for a batch}
   *
   * @param x {@code [batch, ...input]}
   */
  Tensor apply(Context context, Tensor x);

  @Override
  default List<Shape> outputs(List<Shape> inputs) {
    Check.that(inputs.size() == 1, label(), "1 input", inputs.size() + ": " + inputs);
    return List.of(output(inputs.getFirst()));
  }

  @Override
  default List<Tensor> apply(Context context, List<Tensor> inputs) {
    return List.of(apply(context, inputs.getFirst()));
  }
}
