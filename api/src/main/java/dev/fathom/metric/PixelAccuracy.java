package dev.fathom.metric;

import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * The share of pixels whose greatest logit is that of the right class: logits {@code [batch,
 * classes, height, width]} against class numbers {@code [batch, height, width]}. A pixel whose
 * class is negative does not count.
 */
public record PixelAccuracy() implements Metric {
  /** The name of the figure. */
  public static final String NAME = "pixelAccuracy";

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
    Tensor labels = Labels.pixels(NAME, batch);
    Tensor mask = batch.mask().unsqueeze(1);
    Tensor right = batch.output().argMax(1).equal(labels).cast(DType.F32).flatten(1);
    Tensor counted = Tensor.zeros(DType.I32).lessEqual(labels).cast(DType.F32).flatten(1);
    // Negative classes are never the greatest.
    return List.of(right.mul(mask).sum(), counted.mul(mask).sum());
  }

  @Override
  public Accumulator accumulator() {
    return new Share(NAME);
  }
}
