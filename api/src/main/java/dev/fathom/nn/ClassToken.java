package dev.fathom.nn;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Puts a learned vector in front of a sequence, in which attention collects what stands for all of
 * it: {@code [batch, time, features] -> [batch, time + 1, features]} (Devlin et al., "BERT", 2019;
 * of images Dosovitskiy et al., 2021). {@link SequencePool.Kind#FIRST} takes it out again.
 * Parameter {@code weight [features]}.
 *
 * @param initializer of the vector
 */
public record ClassToken(Initializer initializer) implements Layer {
  /** {@link Initializer#SMALL_NORMAL}. */
  public ClassToken() {
    this(Initializer.SMALL_NORMAL);
  }

  @Override
  public Takes takes() {
    return Takes.SEQUENCE;
  }

  @Override
  public Shape output(Shape input) {
    Check.sequence(label(), input);
    return Shape.of(input.size(0) + 1, input.size(1));
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Tensor token = context.parameter("weight", Shape.of(x.size(2)), initializer);
    Tensor steps = context.stepMask();
    if (steps != null) {
      context.stepMask(Tensor.concat(1, Tensor.full(1, DType.BOOL, x.size(0), 1), steps));
    }
    return Tensor.concat(1, token.reshape(1, 1, -1).broadcastTo(x.size(0), 1, x.size(2)), x);
  }
}
