package dev.fathom.loss;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Wants one of two to be nearer than the other, by a margin: of the distances {@code [batch, 2]} of
 * an anchor to both, {@code max(0, near - far + margin)} (Schroff, Kalenichenko and Philbin,
 * "FaceNet", 2015). PyTorch's {@code TripletMarginLoss}, where the first is the positive and the
 * second the negative. The target {@code [batch, 2]} is 1 for the one that is to be nearer, 0 for
 * the other. A layer {@code distance} gives the distances.
 *
 * @param margin above 0; usually 1
 */
public record Triplet(double margin) implements Loss {
  public Triplet {
    if (!(margin > 0 && margin < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("[triplet] expected a margin above 0 but got " + margin);
    }
  }

  @Override
  public Shape targetShape(Shape output) {
    if (!output.equals(Shape.of(2))) {
      throw new IllegalArgumentException(
          "[triplet] expected a network with output [2], two distances, but got " + output);
    }
    return output;
  }

  @Override
  public Tensor rows(Tensor output, Tensor target) {
    return output.mul(target.mul(2).sub(1)).sum(1).add(margin).relu();
  }
}
