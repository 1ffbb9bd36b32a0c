package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * {@code cap * tanh(x / cap)}, elementwise, {@code [...] -> [...]}: near 0 the value itself, never
 * beyond the cap (Gemma 2, 2024).
 *
 * @param cap above 0
 */
public record SoftCap(double cap) implements Layer {
  public SoftCap {
    Check.that(cap > 0, "softcap", "a cap above 0", cap);
  }

  @Override
  public boolean stepwise() {
    return true;
  }

  @Override
  public Shape output(Shape input) {
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    return x.div(cap).tanh().mul(cap);
  }
}
