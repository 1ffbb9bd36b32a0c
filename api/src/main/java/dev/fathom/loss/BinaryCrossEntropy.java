package dev.fathom.loss;

import dev.fathom.tensor.Tensor;

/**
 * Cross-entropy of logits {@code [batch, ...]} against probabilities of the same shape, usually 0
 * or 1, each a question of its own: {@code max(x, 0) - x * t + log(1 + exp(-|x|))}, the mean over
 * the elements of an example. PyTorch's {@code BCEWithLogitsLoss}.
 */
public record BinaryCrossEntropy() implements Loss {
  @Override
  public Tensor rows(Tensor output, Tensor target) {
    // max(x, 0) as (x + |x|) / 2, whose slope at 0 is a half, as that of the loss is.
    Tensor half = Tensor.full(0.5, output.dtype());
    Tensor size = output.abs();
    Tensor straight = output.mul(half.sub(target)).add(size.mul(half));
    return Loss.meanOfExamples(straight.add(size.neg().exp().add(1).log()));
  }

  @Override
  public Tensor prediction(Tensor output) {
    return output.sigmoid();
  }
}
