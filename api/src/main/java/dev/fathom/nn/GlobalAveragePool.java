package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/** The mean of each channel: {@code [batch, channels, height, width] -> [batch, channels]}. */
public record GlobalAveragePool() implements ImageLayer {
  @Override
  public Shape output(Shape input) {
    Check.image(label(), input);
    return input.slice(0, 1);
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    return x.mean(2, 3);
  }
}
