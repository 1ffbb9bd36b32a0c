package dev.fathom.metric;

import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * The share of examples whose right class is among the {@code k} greatest logits, {@code [batch,
 * classes]}; named {@code top5} for a k of 5. Classes with the same logit count as behind.
 *
 * @param k 1 or more
 */
public record TopK(int k) implements Metric {
  public TopK {
    if (k < 1) {
      throw new IllegalArgumentException("[top-k] expected a k of 1 or more but got " + k);
    }
  }

  @Override
  public String name() {
    return "top" + k;
  }

  @Override
  public Direction direction() {
    return Direction.HIGHER;
  }

  @Override
  public List<Tensor> observe(Observation batch) {
    Tensor logits = Labels.single(name(), batch);
    Tensor classes = Tensor.iota(DType.I32, 1, logits.size(0), logits.size(1));
    Tensor isRight = classes.equal(batch.target().unsqueeze(1));
    Tensor zero = Tensor.zeros(DType.F32);
    Tensor right = isRight.select(logits, zero).sum(1).unsqueeze(1);
    // The right one and those before it: a greater logit, the same of another class, or NaN.
    Tensor before = logits.less(right).not().cast(DType.F32).sum(1);
    Tensor among = before.lessEqual(Tensor.full(k, DType.F32)).cast(DType.F32);
    return List.of(among.mul(batch.mask()).sum(), batch.mask().sum());
  }

  @Override
  public Accumulator accumulator() {
    return new Share(name());
  }
}
