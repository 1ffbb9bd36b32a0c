package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Logits by the vectors of an {@link Embedding} that came before: {@code [batch, time, features] ->
 * [batch, time, tokens]}, {@code y = x W^T} with the embedding's weight, which both layers learn
 * (Press and Wolf, "Using the Output Embedding to Improve Language Models", 2017).
 *
 * @param embedding the full name of that layer, {@code embedding1} for example
 * @param tokens how many tokens it has
 */
public record Unembedding(String embedding, long tokens) implements Layer {
  public Unembedding {
    Check.that(tokens >= 1, "unembedding", "1 token or more", tokens);
  }

  @Override
  public boolean stepwise() {
    return true;
  }

  @Override
  public Shape output(Shape input) {
    Check.that(
        input.rank() == 1 || input.rank() == 2,
        label(),
        "an input [features] or [time, features]",
        input);
    return input.slice(0, input.rank() - 1).concat(Shape.of(tokens));
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Shape shape = Shape.of(tokens, x.size(-1));
    return x.matmul(context.shared(embedding + ".weight", shape).transpose());
  }
}
