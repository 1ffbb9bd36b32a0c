package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Attention;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Self-attention with several heads (Vaswani et al., 2017): {@code [batch, time, features] ->
 * [batch, time, features]}. Steps that an {@link Embedding} marks as padding are not seen.
 *
 * <p>Parameters, all heads side by side as in PyTorch's {@code in_proj} and {@code out_proj}:
 * {@code qkv.weight [(heads + 2 * keyHeads) * size, features]}, the rows of the queries first,
 * {@code output.weight [features, heads * size]}, each with its {@code bias}; {@code size} is
 * {@code features / heads} unless it is said. With a norm of heads, {@code queryNorm} and {@code
 * keyNorm} have its parameters.
 *
 * @param heads number of heads; divides the features, unless the size of a head is said
 * @param keyHeads number of heads of keys and values; divides the heads. Fewer than heads:
 *     grouped-query attention (Ainslie et al., 2023)
 * @param headSize the size of a head; empty for {@code features / heads}
 * @param causal whether a step sees only itself and those before it
 * @param window how many steps a step sees at most, itself and those before it (Beltagy et al.,
 *     "Longformer", 2020; Mistral 7B, 2023); only causal. Empty for all
 * @param rotary where set, queries and keys are turned by their position
 * @param headNorm where set, the norm of each head's queries and keys, before they are turned
 *     (Dehghani et al., "Scaling Vision Transformers to 22 Billion Parameters", 2023; Qwen 3)
 * @param scale what products of queries and keys are multiplied by; empty for {@code 1 /
 *     sqrt(size)}
 * @param softCap where set, scores {@code s} become {@code softCap * tanh(s / softCap)} (Gemma 2,
 *     2024)
 * @param dropout of the attention weights, in [0, 1)
 * @param bias whether queries, keys and values have biases; they start at zero
 * @param outputBias whether the output has one
 * @param initializer of the weights
 */
public record MultiHeadAttention(
    long heads,
    long keyHeads,
    OptionalLong headSize,
    boolean causal,
    OptionalLong window,
    Optional<Rotary> rotary,
    Optional<RmsNorm> headNorm,
    OptionalDouble scale,
    OptionalDouble softCap,
    double dropout,
    boolean bias,
    boolean outputBias,
    Initializer initializer)
    implements Layer {
  /** As many key heads, no rotation, no dropout, with bias, {@link Initializer#SMALL_NORMAL}. */
  public MultiHeadAttention(long heads, boolean causal) {
    this(heads, heads, causal, OptionalDouble.empty(), 0, true, Initializer.SMALL_NORMAL);
  }

  /**
   * Heads of {@code features / heads} that see all steps or all before.
   *
   * @param rotaryBase where set, queries and keys are turned with this base
   * @param bias whether all four projections have biases
   */
  public MultiHeadAttention(
      long heads,
      long keyHeads,
      boolean causal,
      OptionalDouble rotaryBase,
      double dropout,
      boolean bias,
      Initializer initializer) {
    this(
        heads,
        keyHeads,
        OptionalLong.empty(),
        causal,
        OptionalLong.empty(),
        rotaryBase.isEmpty() ? Optional.empty() : Optional.of(new Rotary(rotaryBase.getAsDouble())),
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        dropout,
        bias,
        bias,
        initializer);
  }

  public MultiHeadAttention {
    check(heads, keyHeads, dropout);
    Check.that(
        headSize.isEmpty() || headSize.getAsLong() >= 1,
        "attention",
        "a head size of 1 or more",
        headSize.orElse(0));
    Check.that(
        window.isEmpty() || window.getAsLong() >= 1,
        "attention",
        "a window of 1 step or more",
        window.orElse(0));
    Check.that(
        window.isEmpty() || causal, "attention", "a window only where it is causal", "a window");
    Check.that(
        scale.isEmpty() || scale.getAsDouble() > 0,
        "attention",
        "a scale above 0",
        scale.orElse(0));
    Check.that(
        softCap.isEmpty() || softCap.getAsDouble() > 0,
        "attention",
        "a soft cap above 0",
        softCap.orElse(0));
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

  private long size(long features) {
    return headSize.orElse(features / heads);
  }

  @Override
  public Shape output(Shape input) {
    if (headSize.isPresent()) {
      Check.sequence(label(), input);
    } else {
      check(label(), heads, input);
    }
    Check.that(
        rotary.isEmpty() || size(input.size(1)) % 2 == 0,
        label(),
        "an even number of features for each of the " + heads + " heads to turn",
        input);
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    long features = x.size(2);
    long size = size(features);
    long queryFeatures = heads * size;
    long keyFeatures = keyHeads * size;
    Tensor all =
        context.within("qkv", () -> dense(queryFeatures + 2 * keyFeatures, bias).apply(context, x));
    Tensor queries = prepared(context, "queryNorm", split(all, 0, heads, size), x.size(1));
    Tensor keys =
        prepared(context, "keyNorm", split(all, queryFeatures, keyHeads, size), x.size(1));
    Tensor values = split(all, queryFeatures + keyFeatures, keyHeads, size);
    if (scale.isPresent()) {
      queries = queries.mul(scale.getAsDouble() * Math.sqrt(size));
    }
    Tensor seen =
        context
            .eachSequence(
                2,
                List.of(queries, keys, values),
                each -> attend(context, each.get(0), each.get(1), each.get(2)))
            .permute(0, 2, 1, 3)
            .reshape(x.size(0), x.size(1), queryFeatures);
    return context.within("output", () -> dense(features, outputBias).apply(context, seen));
  }

  /** {@code [batch, heads, time, size]}, normalised and turned. */
  private Tensor prepared(Context context, String norm, Tensor x, long time) {
    Tensor normal =
        headNorm.isEmpty() ? x : context.within(norm, () -> headNorm.get().apply(context, x));
    return rotary.isEmpty() ? normal : rotary.get().turn(normal, context.positions(time));
  }

  private Tensor attend(Context context, Tensor queries, Tensor keyed, Tensor valued) {
    Tensor keys = context.cache("keys", keyed, 2);
    Tensor values = context.cache("values", valued, 2);
    Tensor mask = context.stepMask();
    Tensor valid = context.cachedSteps(queries.size(2));
    long most = window.orElse(Long.MAX_VALUE);
    // A window as wide as all keys hides none.
    if (softCap.isEmpty() && most >= keys.size(2)) {
      return Attention.of(queries, keys, values, mask, valid, causal, context.dropMask(dropout));
    }
    return Attention.composed(
        queries,
        keys,
        values,
        mask,
        valid,
        causal,
        most,
        softCap.orElse(Double.POSITIVE_INFINITY),
        context.dropMask(dropout));
  }

  private Dense dense(long units, boolean biased) {
    return new Dense(units, biased, initializer, Activation.NONE);
  }

  /** {@code [batch, time, ...] -> [batch, heads, time, size]}. */
  static Tensor split(Tensor all, long from, long heads, long size) {
    return all.slice(2, from, from + heads * size)
        .reshape(all.size(0), all.size(1), heads, size)
        .permute(0, 2, 1, 3);
  }
}
