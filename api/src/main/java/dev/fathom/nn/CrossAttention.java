package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Attention;
import dev.fathom.tensor.Tensor;

/**
 * Attention of the decoder of an {@link EncoderDecoder} to what its encoder gave (Vaswani et al.,
 * 2017): {@code [batch, time, features] -> [batch, time, features]}. Queries come from the input,
 * keys and values from the encoder's steps; those that are padding are not seen.
 *
 * <p>Parameters, as the parts of PyTorch's {@code in_proj}: {@code query.weight [features,
 * features]}, {@code keyvalue.weight [2 * keyHeads * size, encoder's features]}, the rows of the
 * keys first, {@code output.weight [features, features]}, each with its {@code bias}; {@code size}
 * is {@code features / heads}.
 *
 * @param heads number of heads; divides the features
 * @param keyHeads number of heads of keys and values; divides the heads
 * @param dropout of the attention weights, in [0, 1)
 * @param bias whether there are biases; they start at zero
 * @param initializer what the weights start as
 */
public record CrossAttention(
    long heads, long keyHeads, double dropout, boolean bias, Initializer initializer)
    implements Layer {
  public CrossAttention {
    MultiHeadAttention.check(heads, keyHeads, dropout);
  }

  @Override
  public boolean sequence() {
    return true;
  }

  @Override
  public Shape output(Shape input) {
    MultiHeadAttention.check(label(), heads, input);
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Context.Memory memory = context.memory();
    long features = x.size(2);
    long size = features / heads;
    long keyFeatures = keyHeads * size;
    Tensor query = context.within("query", () -> dense(features).apply(context, x));
    Tensor both =
        context.within("keyvalue", () -> dense(2 * keyFeatures).apply(context, memory.values()));
    Tensor seen =
        Attention.of(
                MultiHeadAttention.split(query, 0, heads, size),
                MultiHeadAttention.split(both, 0, keyHeads, size),
                MultiHeadAttention.split(both, keyFeatures, keyHeads, size),
                memory.steps(),
                false,
                context.dropMask(dropout))
            .permute(0, 2, 1, 3)
            .reshape(x.size(0), x.size(1), features);
    return context.within("output", () -> dense(features).apply(context, seen));
  }

  private Dense dense(long units) {
    return new Dense(units, bias, initializer, Activation.NONE);
  }
}
