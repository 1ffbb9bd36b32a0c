package dev.fathom.metric;

import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * The share of examples whose greatest logit is that of the right class; for sequences, of steps. A
 * step whose class is negative does not count. Of several labels at once, {@code [batch, labels]}
 * f32, it is the share of labels that are right: a logit above 0 says yes.
 */
public record Accuracy() implements Metric {
  /** The name of the figure. */
  public static final String NAME = "accuracy";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Direction direction() {
    return Direction.HIGHER;
  }

  @Override
  public boolean whileTraining() {
    return true;
  }

  @Override
  public List<Tensor> observe(Observation batch) {
    Tensor mask = batch.mask();
    if (batch.target().dtype().isFloating()) {
      Tensor zero = Tensor.zeros(DType.F32);
      Tensor half = Tensor.full(0.5, DType.F32);
      Tensor right =
          zero.less(batch.output()).equal(half.less(batch.target())).cast(DType.F32).flatten(1);
      double labels = right.size(1);
      return List.of(right.sum(1).mul(mask).sum(), mask.sum().mul(labels));
    }
    return List.of(correct(batch.output(), batch.target(), mask), counted(batch.target(), mask));
  }

  private static Tensor counted(Tensor target, Tensor mask) {
    return target.shape().rank() == 1
        ? mask.sum()
        : Tensor.zeros(target.dtype()).lessEqual(target).cast(mask.dtype()).sum(1).mul(mask).sum();
  }

  /**
   * {@return the number of right answers of a batch, an f32 scalar}
   *
   * @param logits {@code [batch, classes]} or {@code [batch, time, classes]}
   * @param labels {@code [batch]} or {@code [batch, time]}, i32; negative for a step that does not
   *     count
   * @param mask {@code [batch]}, f32: 1 for an example, 0 for padding
   */
  public static Tensor correct(Tensor logits, Tensor labels, Tensor mask) {
    Tensor right = logits.argMax(-1).equal(labels).cast(DType.F32);
    Tensor rows = labels.shape().rank() == 1 ? right : right.sum(1);
    return rows.mul(mask).sum();
  }

  @Override
  public Accumulator accumulator() {
    return new Share(NAME);
  }
}
