package dev.fathom.service.extension;

import dev.fathom.loss.BinaryCrossEntropy;
import dev.fathom.loss.Loss;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/** Logit k says whether the rank is above k (Frank and Hall, 2001). */
record Cumulative() implements Loss {

  @Override
  public DType targetType() {
    return DType.I32;
  }

  @Override
  public Shape targetShape(Shape output) {
    if (output.rank() != 1) {
      throw new IllegalArgumentException(
          "[cumulative] expected outputs [ranks - 1], got " + output);
    }
    return Shape.SCALAR;
  }

  @Override
  public long classes(Shape output) {
    return output.size(0) + 1;
  }

  @Override
  public Tensor rows(Tensor output, Tensor target) {
    Tensor thresholds = Tensor.iota(DType.I32, 0, output.size(1));
    Tensor above = thresholds.less(target.reshape(target.size(0), 1)).cast(DType.F32);
    return new BinaryCrossEntropy().rows(output, above);
  }

  /** {@return the rank, {@code [batch, ranks - 1] -> [batch]}, f32} */
  static Tensor rank(Tensor output) {
    return Tensor.zeros(DType.F32).less(output).cast(DType.F32).sum(1);
  }
}
