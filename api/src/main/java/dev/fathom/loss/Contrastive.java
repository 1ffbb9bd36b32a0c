package dev.fathom.loss;

import dev.fathom.tensor.Tensor;

/**
 * Draws together what belongs together, and the rest apart, up to a margin: of distances {@code
 * [batch, ...]} against numbers of the same shape, 1 for a pair that belongs together and 0 for
 * another, {@code t * d^2 + (1 - t) * max(0, margin - d)^2}, the mean over the elements of an
 * example (Hadsell, Chopra and LeCun, "Dimensionality Reduction by Learning an Invariant Mapping",
 * 2006, without its half). A layer {@code distance} gives the distances.
 *
 * @param margin above 0; usually 1
 */
public record Contrastive(double margin) implements Loss {
  public Contrastive {
    if (!(margin > 0 && margin < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "[contrastive] expected a margin above 0 but got " + margin);
    }
  }

  @Override
  public Tensor rows(Tensor output, Tensor target) {
    Tensor apart = output.neg().add(margin).relu().square();
    Tensor together = output.square();
    return Loss.meanOfExamples(apart.add(target.mul(together.sub(apart))));
  }
}
