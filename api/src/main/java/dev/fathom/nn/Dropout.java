package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Sets each value to zero with probability {@code rate} while training, and scales the others by
 * {@code 1 / (1 - rate)}; passes everything through otherwise (Srivastava et al., "Dropout", 2014).
 *
 * @param rate in [0, 1)
 */
public record Dropout(double rate) implements Layer {
  public Dropout {
    Check.that(rate >= 0 && rate < 1, "dropout", "a rate in [0, 1)", rate);
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
    return context.dropout(x, rate);
  }
}
