package dev.fathom.loss;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * One minus the overlap of what is marked and what should be: of logits {@code [batch, channels,
 * height, width]} against 0 or 1 of the same shape, {@code 1 - (2 * sum(p * t) + smoothing) /
 * (sum(p) + sum(t) + smoothing)} with {@code p = sigmoid(x)}, the mean over the channels of an
 * example (Milletari, Navab and Ahmadi, "V-Net", 2016, whose sums are of squares). It does not mind
 * how small the marked part is.
 *
 * @param smoothing above 0; usually 1
 */
public record Dice(double smoothing) implements Loss {
  public Dice {
    if (!(smoothing > 0 && smoothing < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "[dice] expected a smoothing above 0 but got " + smoothing);
    }
  }

  @Override
  public Shape targetShape(Shape output) {
    if (output.rank() < 2) {
      throw new IllegalArgumentException(
          "[dice] expected a network with output [channels, ...] but got " + output);
    }
    return output;
  }

  @Override
  public Tensor rows(Tensor output, Tensor target) {
    Tensor marked = output.sigmoid().flatten(2);
    Tensor wanted = target.flatten(2);
    Tensor both = marked.mul(wanted).sum(2).mul(2).add(smoothing);
    Tensor either = marked.add(wanted).sum(2).add(smoothing);
    return both.div(either).mean(1).neg().add(1);
  }
}
