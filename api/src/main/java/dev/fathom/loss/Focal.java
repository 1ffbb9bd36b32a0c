package dev.fathom.loss;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Cross-entropy in which examples that are told well count less: {@code -(1 - p)^gamma * log(p)}
 * with the softmax probability p of the right class (Lin et al., "Focal Loss for Dense Object
 * Detection", 2017). For logits {@code [batch, classes]} and class numbers {@code [batch]}.
 *
 * @param gamma 0 or more; usually 2. With 0 it is {@link CrossEntropy}
 */
public record Focal(double gamma) implements Loss {
  private static final double LEAST = 1e-7;

  public Focal {
    if (!(gamma >= 0 && gamma < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("[focal] expected a gamma of 0 or more but got " + gamma);
    }
  }

  @Override
  public DType targetType() {
    return DType.I32;
  }

  @Override
  public Shape targetShape(Shape output) {
    if (output.rank() != 1) {
      throw new IllegalArgumentException(
          "[focal] expected a network with output [classes] but got " + output);
    }
    return output.slice(0, 0);
  }

  @Override
  public Tensor rows(Tensor output, Tensor target) {
    Tensor loss = output.crossEntropy(target);
    // Where p is 1, powers below 1 have no slope; and 1 - p may come out below 0.
    Tensor least = Tensor.full(LEAST, output.dtype());
    Tensor wrong = loss.neg().exp().neg().add(1).maximum(least);
    return wrong.pow(Tensor.full(gamma, output.dtype())).mul(loss);
  }
}
