package dev.fathom.metric;

import dev.fathom.loss.CrossEntropy;
import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * The mean negative logarithm of the right class's probability, without label smoothing: cross-
 * entropy in nats. For sequences the mean over all steps that count. As {@code perplexity}, e to
 * the power of it (Jelinek et al., 1977).
 *
 * @param perplexity whether the figure is the perplexity
 */
public record LogLoss(boolean perplexity) implements Metric {
  private static final CrossEntropy LOSS = new CrossEntropy();

  @Override
  public String name() {
    return perplexity ? "perplexity" : "logLoss";
  }

  @Override
  public Direction direction() {
    return Direction.LOWER;
  }

  @Override
  public List<Tensor> observe(Observation batch) {
    Tensor weights = LOSS.weights(batch.target(), batch.mask());
    Tensor rows = LOSS.rows(batch.output(), batch.target());
    return List.of(rows.mul(weights).sum(), weights.sum());
  }

  @Override
  public Accumulator accumulator() {
    return perplexity ? new Share(name(), Math::exp) : new Share(name());
  }
}
