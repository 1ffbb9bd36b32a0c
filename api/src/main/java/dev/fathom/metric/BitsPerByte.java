package dev.fathom.metric;

import dev.fathom.data.Feed;
import dev.fathom.loss.CrossEntropy;
import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * How many bits a language model needs for a byte of text: the negative logarithm to base 2 of the
 * right tokens' probabilities, over the bytes that these tokens stand for. Unlike perplexity it
 * compares models of different tokenizers (Gao et al., "The Pile", 2020).
 *
 * @param bytes the dataset's column with the number of bytes of each token that is learned, {@code
 *     [time]}, 0 for those that do not count
 */
public record BitsPerByte(String bytes) implements Metric {
  private static final CrossEntropy LOSS = new CrossEntropy();

  @Override
  public String name() {
    return "bitsPerByte";
  }

  @Override
  public Direction direction() {
    return Direction.LOWER;
  }

  @Override
  public Feed columns() {
    return Feed.EMPTY.floats(bytes);
  }

  @Override
  public List<Tensor> observe(Observation batch) {
    Tensor weights = LOSS.weights(batch.target(), batch.mask());
    Tensor rows = LOSS.rows(batch.output(), batch.target());
    Tensor count = batch.column(bytes).sum(-1).mul(batch.mask());
    return List.of(rows.mul(weights).sum(), count.sum());
  }

  @Override
  public Accumulator accumulator() {
    return new Share(name(), nats -> nats / Math.log(2));
  }
}
