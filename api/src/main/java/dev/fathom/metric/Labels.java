package dev.fathom.metric;

import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;

/** Checks of the outputs and targets of metrics of classes. */
final class Labels {
  private Labels() {}

  /** {@return the logits {@code [batch, classes]} of one class an example} */
  static Tensor single(String metric, Observation batch) {
    if (batch.output().shape().rank() != 2 || batch.target().dtype() != DType.I32) {
      throw new IllegalArgumentException(
          "[%s] expected logits [batch, classes] and a class for each example but got %s and %s"
              .formatted(metric, batch.output().value().type(), batch.target().value().type()));
    }
    return batch.output();
  }

  /** {@return the classes {@code [batch, height, width]} of pixels, beside their logits} */
  static Tensor pixels(String metric, Observation batch) {
    if (batch.output().shape().rank() != 4 || batch.target().dtype() != DType.I32) {
      throw new IllegalArgumentException(
          "[%s] expected logits [batch, classes, height, width] and a class for each pixel but got %s and %s"
              .formatted(metric, batch.output().value().type(), batch.target().value().type()));
    }
    return batch.target();
  }

  /** {@return whether an example may have several labels, {@code [batch, labels]} f32} */
  static boolean several(Observation batch) {
    return batch.target().dtype().isFloating() && batch.target().shape().rank() == 2;
  }
}
