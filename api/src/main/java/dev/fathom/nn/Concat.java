package dev.fathom.nn;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.OptionalInt;

/**
 * Puts two or more inputs one behind the other along an axis: {@code [batch, ..., a, ...], [batch,
 * ..., b, ...] -> [batch, ..., a + b, ...]}. Steps of sequences that are padding stay so. No
 * parameters.
 *
 * @param axis of an example, from 0, or from the end where it is negative; by default the channels
 *     of images {@code [channels, height, width]} and otherwise the last axis, the features
 */
public record Concat(OptionalInt axis) implements Block {
  /** Along the channels or features. */
  public Concat() {
    this(OptionalInt.empty());
  }

  @Override
  public boolean stepwise() {
    return axis.isEmpty() || axis.getAsInt() == -1;
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Check.that(inputs.size() >= 2, label(), "2 inputs or more", inputs.size() + ": " + inputs);
    Shape first = inputs.getFirst();
    int at = axis(first.rank());
    Check.that(
        at >= 0 && at < first.rank(), label(), "an axis of " + first, axis.orElse(first.rank()));
    long[] sizes = first.toArray();
    sizes[at] = 0;
    for (Shape input : inputs) {
      boolean fits = input.rank() == first.rank();
      for (int i = 0; fits && i < first.rank(); i++) {
        fits = i == at || input.size(i) == first.size(i);
      }
      Check.that(fits, label(), "inputs that differ in axis " + at + " alone", inputs);
      sizes[at] += input.size(at);
    }
    return List.of(Shape.of(sizes));
  }

  private int axis(int rank) {
    int given = axis.orElse(rank == 3 ? 0 : -1);
    return given < 0 ? given + rank : given;
  }

  @Override
  public List<Tensor> apply(Context context, List<Tensor> inputs) {
    int rank = inputs.getFirst().shape().rank() - 1;
    if (rank == 2 && axis(rank) == 0) {
      markPadding(context, inputs);
    }
    return List.of(Tensor.concat(axis(rank) + 1, inputs.toArray(Tensor[]::new)));
  }

  private static void markPadding(Context context, List<Tensor> inputs) {
    Tensor[] masks = new Tensor[inputs.size()];
    boolean isAny = false;
    for (int i = 0; i < masks.length; i++) {
      Tensor x = inputs.get(i);
      Tensor mask = context.stepMask(i);
      isAny |= mask != null;
      masks[i] = mask == null ? Tensor.full(1, DType.BOOL, x.size(0), x.size(1)) : mask;
    }
    if (isAny) {
      context.stepMask(Tensor.concat(1, masks));
    }
  }
}
