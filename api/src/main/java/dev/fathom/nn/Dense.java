package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * A fully connected layer: {@code [batch, in] -> [batch, units]}, or on each step {@code [batch,
 * time, in] -> [batch, time, units]}, {@code y = activation(x W^T + b)}. Parameters, as PyTorch has
 * them: {@code weight [units, in]}, {@code bias [units]}.
 *
 * @param units number of outputs
 * @param bias whether there is a bias; it starts at zero
 * @param initializer of the weight
 * @param activation applied last
 */
public record Dense(long units, boolean bias, Initializer initializer, Activation activation)
    implements Layer {
  /** A layer with bias, {@link Initializer#HE_NORMAL} and no activation. */
  public Dense(long units) {
    this(units, Activation.NONE);
  }

  /** A layer with bias and {@link Initializer#HE_NORMAL}. */
  public Dense(long units, Activation activation) {
    this(units, true, Initializer.HE_NORMAL, activation);
  }

  public Dense {
    Check.that(units >= 1, "dense", "1 unit or more", units);
  }

  @Override
  public boolean stepwise() {
    return true;
  }

  @Override
  public Shape output(Shape input) {
    Check.that(
        input.rank() == 1 || input.rank() == 2,
        "dense",
        "an input [features] or [time, features] (flatten comes before)",
        input);
    return input.slice(0, input.rank() - 1).concat(Shape.of(units));
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Tensor weight = context.parameter("weight", Shape.of(units, x.size(-1)), initializer);
    Tensor y = x.matmul(weight.transpose());
    if (bias) {
      y = y.add(context.parameter("bias", Shape.of(units), Initializer.ZEROS));
    }
    return activation.of(y);
  }
}
