package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * {@code x} above 0, {@code slope * x} elsewhere: {@code [...] -> [...]} (Maas, Hannun and Ng,
 * "Rectifier Nonlinearities Improve Neural Network Acoustic Models", 2013). No parameters.
 *
 * @param slope usually 0.01; 0.2 in networks that judge images (Radford et al., DCGAN, 2016)
 */
public record LeakyRelu(double slope) implements Layer {
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
    return Tensor.zeros(x.dtype()).less(x).select(x, x.mul(slope));
  }
}
