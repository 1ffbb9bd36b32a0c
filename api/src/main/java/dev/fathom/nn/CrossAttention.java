package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Attention;
import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * Attention of a decoder to the output of an encoder (Vaswani et al., 2017): {@code [batch, time,
 * features], [batch, source, memory] -> [batch, time, features]}. Queries come from the first
 * input, keys and values from the encoder's steps; those that are padding are not seen. In the
 * decoder of an {@link EncoderDecoder} the encoder's output is the second input without being
 * named.
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
 * @param initializer of the weights
 */
public record CrossAttention(
    long heads, long keyHeads, double dropout, boolean bias, Initializer initializer)
    implements Layer {
  public CrossAttention {
    MultiHeadAttention.check(heads, keyHeads, dropout);
  }

  @Override
  public Takes takes() {
    return Takes.SEQUENCE;
  }

  @Override
  public boolean decodesBeside() {
    return true;
  }

  /** The second input, if there is one, is the encoder's output. */
  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Memory.check(label(), inputs);
    return List.of(output(inputs.getFirst()));
  }

  @Override
  public List<Tensor> apply(Context context, List<Tensor> inputs) {
    return List.of(Memory.with(context, inputs, x -> apply(context, x)));
  }

  @Override
  public Shape output(Shape input) {
    MultiHeadAttention.check(label(), heads, input);
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Memory memory = context.memory();
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
                memory.stepMask(),
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
