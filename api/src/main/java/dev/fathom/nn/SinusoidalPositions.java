package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Positions;
import dev.fathom.tensor.Tensor;

/**
 * Adds sines and cosines of each position: {@code [batch, time, features] -> [batch, time,
 * features]}, an even number of features (Vaswani et al., 2017). No parameters.
 */
public record SinusoidalPositions() implements Layer {
  @Override
  public Takes takes() {
    return Takes.SEQUENCE;
  }

  @Override
  public boolean decodes() {
    return true;
  }

  @Override
  public Shape output(Shape input) {
    Check.sequence(label(), input);
    Check.that(input.size(1) % 2 == 0, label(), "an even number of features", input);
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    return x.add(Positions.sinusoidal(context.positions(x.size(1)), x.size(2)));
  }
}
