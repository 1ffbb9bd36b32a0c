package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Sets all values of an example to zero with probability {@code rate} while training, and scales
 * those of the others by {@code 1 / (1 - rate)}; passes everything through otherwise: {@code [...]
 * -> [...]}. As the last layer in the body of a {@link Residual} it leaves out the whole body
 * (Huang et al., "Deep Networks with Stochastic Depth", 2016; also called drop path).
 *
 * @param rate in [0, 1)
 */
public record StochasticDepth(double rate) implements Layer {
  public StochasticDepth {
    Check.that(rate >= 0 && rate < 1, "stochasticdepth", "a rate in [0, 1)", rate);
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
    return context.dropExamples(x, rate);
  }
}
