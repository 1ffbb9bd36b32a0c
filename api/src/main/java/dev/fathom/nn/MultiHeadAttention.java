package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Attention;
import dev.fathom.tensor.Positions;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Self-attention with several heads (Vaswani et al., 2017): {@code [batch, time, features] ->
 * [batch, time, features]}. Steps that an {@link Embedding} marks as padding are not seen.
 *
 * <p>Parameters, all heads side by side as in PyTorch's {@code in_proj} and {@code out_proj}:
 * {@code qkv.weight [features + 2 * keyHeads * size, features]}, the rows of the queries first,
 * {@code output.weight [features, features]}, each with its {@code bias}; {@code size} is {@code
 * features / heads}.
 *
 * @param heads number of heads; divides the features
 * @param keyHeads number of heads of keys and values; divides the heads. Fewer than heads:
 *     grouped-query attention (Ainslie et al., 2023)
 * @param causal whether a step sees only itself and those before it
 * @param rotaryBase where set, queries and keys are {@linkplain Positions#rotary turned} by their
 *     position with this base; usually 10000
 * @param dropout of the attention weights, in [0, 1)
 * @param bias whether there are biases; they start at zero
 * @param initializer of the weights
 */
public record MultiHeadAttention(
    long heads,
    long keyHeads,
    boolean causal,
    OptionalDouble rotaryBase,
    double dropout,
    boolean bias,
    Initializer initializer)
    implements Layer {
  /** As many key heads, no rotation, no dropout, with bias, {@link Initializer#SMALL_NORMAL}. */
  public MultiHeadAttention(long heads, boolean causal) {
    this(heads, heads, causal, OptionalDouble.empty(), 0, true, Initializer.SMALL_NORMAL);
  }

  public MultiHeadAttention {
    check(heads, keyHeads, dropout);
    Check.that(
        rotaryBase.isEmpty() || rotaryBase.getAsDouble() > 1,
        "attention",
        "a rotary base above 1",
        rotaryBase.orElse(0));
  }

  static void check(long heads, long keyHeads, double dropout) {
    Check.that(heads >= 1, "attention", "1 head or more", heads);
    Check.that(
        keyHeads >= 1 && heads % keyHeads == 0,
        "attention",
        "key heads that divide the " + heads + " heads",
        keyHeads);
    Check.that(dropout >= 0 && dropout < 1, "attention", "a dropout in [0, 1)", dropout);
  }

  static void check(String layer, long heads, Shape input) {
    Check.sequence(layer, input);
    Check.that(
        input.size(1) % heads == 0, layer, "features that " + heads + " heads divide", input);
  }

  @Override
  public String label() {
    return "attention";
  }

  @Override
  public Takes takes() {
    return Takes.SEQUENCE;
  }

  @Override
  public boolean decodes() {
    return causal;
  }

  @Override
  public Shape output(Shape input) {
    check(label(), heads, input);
    Check.that(
        rotaryBase.isEmpty() || input.size(1) / heads % 2 == 0,
        label(),
        "an even number of features for each of the " + heads + " heads to turn",
        input);
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    long features = x.size(2);
    long size = features / heads;
    long keyFeatures = keyHeads * size;
    Tensor all = context.within("qkv", () -> dense(features + 2 * keyFeatures).apply(context, x));
    Tensor queries = split(all, 0, heads, size);
    Tensor keys = split(all, features, keyHeads, size);
    Tensor values = split(all, features + keyFeatures, keyHeads, size);
    if (rotaryBase.isPresent()) {
      Tensor positions = context.positions(x.size(1));
      queries = Positions.rotary(queries, positions, rotaryBase.getAsDouble());
      keys = Positions.rotary(keys, positions, rotaryBase.getAsDouble());
    }
    Tensor seen =
        context
            .eachSequence(
                2,
                List.of(queries, keys, values),
                each -> attend(context, each.get(0), each.get(1), each.get(2)))
            .permute(0, 2, 1, 3)
            .reshape(x.size(0), x.size(1), features);
    return context.within("output", () -> dense(features).apply(context, seen));
  }

  private Tensor attend(Context context, Tensor queries, Tensor keys, Tensor values) {
    return Attention.of(
        queries,
        context.cache("keys", keys, 2),
        context.cache("values", values, 2),
        context.stepMask(),
        context.cachedSteps(queries.size(2)),
        causal,
        context.dropMask(dropout));
  }

  private Dense dense(long units) {
    return new Dense(units, bias, initializer, Activation.NONE);
  }

  /** {@code [batch, time, ...] -> [batch, heads, time, size]}. */
  static Tensor split(Tensor all, long from, long heads, long size) {
    return all.slice(2, from, from + heads * size)
        .reshape(all.size(0), all.size(1), heads, size)
        .permute(0, 2, 1, 3);
  }
}
