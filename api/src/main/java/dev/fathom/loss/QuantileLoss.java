package dev.fathom.loss;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * The quantile or pinball loss, which is least where an output is that quantile of its target:
 * {@code max(q * e, (q - 1) * e)} with {@code e = target - output} (Koenker and Bassett,
 * "Regression Quantiles", 1978), the mean over the quantiles and the numbers of an example. For
 * targets {@code [numbers]} a network gives {@code [numbers * quantiles]}, the quantiles of one
 * number side by side.
 *
 * @param quantiles rising, inside (0, 1); 0.5, the median, is one of them
 */
public record QuantileLoss(List<Double> quantiles) implements Loss {
  private static final double MEDIAN = 0.5;

  /**
   * @throws IllegalArgumentException if the quantiles do not rise, are not inside (0, 1), or lack
   *     the median
   */
  public QuantileLoss {
    quantiles = List.copyOf(quantiles);
    double last = 0;
    for (double quantile : quantiles) {
      if (!(quantile > last && quantile < 1)) {
        throw wrong(quantiles);
      }
      last = quantile;
    }
    if (!quantiles.contains(MEDIAN)) {
      throw wrong(quantiles);
    }
  }

  private static IllegalArgumentException wrong(List<Double> quantiles) {
    return new IllegalArgumentException(
        "[quantile] expected rising quantiles inside (0, 1), the median 0.5 among them, but got "
            + quantiles);
  }

  /** {@return the share of targets that should lie between the lowest and highest quantile} */
  public double coverage() {
    return quantiles.getLast() - quantiles.getFirst();
  }

  @Override
  public Shape targetShape(Shape output) {
    if (output.rank() != 1 || output.size(0) % quantiles.size() != 0) {
      throw new IllegalArgumentException(
          "[quantile] expected a network with output [numbers * %d], one for each quantile, but got %s"
              .formatted(quantiles.size(), output));
    }
    return Shape.of(output.size(0) / quantiles.size());
  }

  @Override
  public Tensor rows(Tensor output, Tensor target) {
    Tensor levels =
        Tensor.concat(
            0,
            quantiles.stream()
                .map(quantile -> Tensor.full(quantile, output.dtype(), 1))
                .toArray(Tensor[]::new));
    Tensor error =
        target.unsqueeze(2).sub(output.reshape(output.size(0), target.size(1), quantiles.size()));
    return error.mul(levels).add(error.neg().relu()).mean(1, 2);
  }
}
