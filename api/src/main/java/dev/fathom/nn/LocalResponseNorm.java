package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Divides each value by the size of those of neighbouring channels in the same place: {@code
 * [batch, channels, ...] -> [batch, channels, ...]}, {@code y = x / (k + alpha * m)^beta}, where m
 * is the mean of the squares over {@code size} channels, of which those that are not there count as
 * zeros. So in PyTorch; the alpha of Krizhevsky, Sutskever and Hinton (2012), "ImageNet
 * classification with deep convolutional neural networks", is of the sum: theirs of 1e-4 over 5
 * channels is 5e-4 here. No parameters.
 *
 * @param size number of channels, the value's own in the middle (of an even number behind it)
 * @param alpha above 0; usually 1e-4
 * @param beta above 0; usually 0.75
 * @param k above 0; usually 1
 */
public record LocalResponseNorm(long size, double alpha, double beta, double k) implements Layer {
  public LocalResponseNorm {
    Check.that(size >= 1, "localresponsenorm", "a size of 1 or more", size);
    Check.that(alpha > 0, "localresponsenorm", "an alpha above 0", alpha);
    Check.that(beta > 0, "localresponsenorm", "a beta above 0", beta);
    Check.that(k > 0, "localresponsenorm", "a k above 0", k);
  }

  @Override
  public Shape output(Shape input) {
    Check.that(input.rank() >= 1, label(), "an input [channels, ...]", input);
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    long channels = x.size(1);
    long[] low = new long[x.shape().rank()];
    long[] high = new long[low.length];
    low[1] = size / 2;
    high[1] = (size - 1) / 2;
    Tensor squares = x.square().pad(low, high, 0);
    Tensor sum = squares.slice(1, 0, channels);
    for (long i = 1; i < size; i++) {
      sum = sum.add(squares.slice(1, i, i + channels));
    }
    Tensor base = sum.mul(alpha / size).add(k);
    return x.mul(base.pow(Tensor.full(-beta, x.dtype())));
  }
}
