package dev.fathom.loss;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Cross-entropy of logits {@code [batch, classes]} against class numbers {@code [batch]}, i32: the
 * negative logarithm of the softmax probability of the right class (Bishop, "Pattern Recognition
 * and Machine Learning", 4.3.4). For sequences, logits {@code [batch, time, classes]} against
 * {@code [batch, time]}, the mean over the steps; a step whose class is negative does not count.
 *
 * @param smoothing in [0, 1): this share of the target is spread over all classes (Szegedy et al.,
 *     "Rethinking the Inception Architecture", 2016)
 */
public record CrossEntropy(double smoothing) implements Loss {
  /** No smoothing. */
  public CrossEntropy() {
    this(0);
  }

  public CrossEntropy {
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException(
          "[cross-entropy] expected a label smoothing in [0, 1) but got " + smoothing);
    }
  }

  @Override
  public DType targetType() {
    return DType.I32;
  }

  @Override
  public Shape targetShape(Shape output) {
    if (output.rank() != 1 && output.rank() != 2) {
      throw new IllegalArgumentException(
          "[cross-entropy] expected a network with output [classes] or [time, classes] but got "
              + output);
    }
    return output.slice(0, output.rank() - 1);
  }

  @Override
  public Tensor rows(Tensor output, Tensor target) {
    if (output.shape().rank() == 2) {
      return smoothed(output, target);
    }
    Tensor used = used(target, output.dtype());
    Tensor steps =
        smoothed(output.reshape(-1, output.size(2)), target.reshape(-1))
            .reshape(target.shape().toArray());
    Tensor count = used.sum(1).maximum(Tensor.full(1, output.dtype()));
    return steps.mul(used).sum(1).div(count);
  }

  /** For sequences the number of steps that count. */
  @Override
  public Tensor weights(Tensor target, Tensor mask) {
    return target.shape().rank() == 1 ? mask : mask.mul(used(target, mask.dtype()).sum(1));
  }

  private static Tensor used(Tensor target, DType dtype) {
    return Tensor.zeros(target.dtype()).lessEqual(target).cast(dtype);
  }

  private Tensor smoothed(Tensor logits, Tensor labels) {
    Tensor loss = logits.crossEntropy(labels);
    return smoothing == 0
        ? loss
        : loss.mul(1 - smoothing).sub(logits.logSoftmax().mean(-1).mul(smoothing));
  }
}
