package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Two dense layers on each step: {@code [batch, time, features] -> [batch, time, features]}, {@code
 * down(activation(up(x)))}; or, gated, {@code down(activation(gate(x)) * up(x))}: with SiLU that is
 * SwiGLU, with GELU GEGLU, with sigmoid GLU (Shazeer, "GLU Variants Improve Transformer", 2020).
 * Parameters {@code up.weight [hidden, features]}, {@code gate.weight} the same, {@code down.weight
 * [features, hidden]}, each with its {@code bias}.
 *
 * @param hidden number of features between
 * @param activation between the layers, or of the gate
 * @param gated whether there is a gate
 * @param bias whether there are biases; they start at zero
 * @param initializer of the weights
 */
public record FeedForward(
    long hidden, Activation activation, boolean gated, boolean bias, Initializer initializer)
    implements Layer {
  /** Without a gate, with bias, {@link Initializer#SMALL_NORMAL}. */
  public FeedForward(long hidden, Activation activation) {
    this(hidden, activation, false, true, Initializer.SMALL_NORMAL);
  }

  public FeedForward {
    Check.that(hidden >= 1, "feedforward", "1 hidden feature or more", hidden);
  }

  @Override
  public boolean stepwise() {
    return true;
  }

  @Override
  public Shape output(Shape input) {
    Check.that(
        input.rank() == 1 || input.rank() == 2,
        label(),
        "an input [features] or [time, features]",
        input);
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Tensor up = context.within("up", () -> dense(hidden).apply(context, x));
    Tensor inner =
        gated
            ? activation.of(context.within("gate", () -> dense(hidden).apply(context, x))).mul(up)
            : activation.of(up);
    return context.within("down", () -> dense(x.size(-1)).apply(context, inner));
  }

  private Dense dense(long units) {
    return new Dense(units, bias, initializer, Activation.NONE);
  }
}
