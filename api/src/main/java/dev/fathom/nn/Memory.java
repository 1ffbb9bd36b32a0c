package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The output of an encoder, which cross-attention looks at.
 *
 * @param values {@code [batch, time, features]}
 * @param stepMask {@code [batch, time]}, bool: the steps that are not padding; null if all count
 */
public record Memory(Tensor values, Tensor stepMask) {
  /** Checks the inputs of a block whose second input may be a memory. */
  static void check(String label, List<Shape> inputs) {
    Check.that(
        inputs.size() == 1 || inputs.size() == 2 && inputs.get(1).rank() == 2,
        label,
        "1 input, and maybe the output [time, features] of an encoder beside it",
        inputs);
  }

  /** {@return the output of {@code body}, which sees the second input as memory if there is one} */
  static Tensor with(Context context, List<Tensor> inputs, UnaryOperator<Tensor> body) {
    Tensor x = inputs.getFirst();
    return inputs.size() == 1
        ? body.apply(x)
        : context.remembering(new Memory(inputs.get(1), context.stepMask(1)), () -> body.apply(x));
  }
}
