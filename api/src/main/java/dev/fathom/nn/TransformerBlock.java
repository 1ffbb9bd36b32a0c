package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A layer of a Transformer (Vaswani et al., 2017): {@code [batch, time, features] -> [batch, time,
 * features]}, attention and feed-forward, each with a norm and a way around it. An encoder's sees
 * all steps, a decoder's is causal.
 *
 * <p>Norm first (Xiong et al., "On Layer Normalization in the Transformer Architecture", 2020):
 * {@code h = x + attention(norm1(x)); y = h + feedforward(norm2(h))}; as in GPT-2, a norm then
 * comes behind the last block. Otherwise, as in the original: {@code h = norm1(x + attention(x)); y
 * = norm2(h + feedforward(h))}. The parts are named {@code attention}, {@code feedforward}, {@code
 * norm1}, {@code norm2}.
 *
 * @param attention the first part
 * @param feedForward the second part
 * @param norm a layer that treats each step by itself, {@link LayerNorm} or {@link RmsNorm} for
 *     example; all norms are of this kind
 * @param normFirst whether norms come before the parts
 * @param dropout of the output of each part, in [0, 1)
 * @param cross whether a {@link CrossAttention} of the same heads to an encoder stands between the
 *     parts, as {@code cross} with the norm {@code norm2}; that of the feed-forward is then {@code
 *     norm3}
 * @param layerScale where set, the output of each part is multiplied by a parameter [features] that
 *     starts with this value and has the number of the part's norm: {@code scale1.weight}, {@code
 *     scale2.weight} (LayerScale of Touvron et al., "Going deeper with Image Transformers", 2021,
 *     there 0.1 to 1e-6); a block with a small one starts as the identity
 * @param stochasticDepth how often each part is left out while training, see {@link
 *     StochasticDepth}
 * @param normOutput whether the output of each part is normalised too, before it is added, by
 *     {@code outputNorm1} and so on; only norm first (Gemma 2, 2024)
 */
public record TransformerBlock(
    MultiHeadAttention attention,
    FeedForward feedForward,
    Layer norm,
    boolean normFirst,
    double dropout,
    boolean cross,
    OptionalDouble layerScale,
    double stochasticDepth,
    boolean normOutput)
    implements Layer {
  /** Without cross-attention, scales and stochastic depth. */
  public TransformerBlock(
      MultiHeadAttention attention,
      FeedForward feedForward,
      Layer norm,
      boolean normFirst,
      double dropout) {
    this(attention, feedForward, norm, normFirst, dropout, false, OptionalDouble.empty(), 0, false);
  }

  public TransformerBlock {
    Check.that(norm.stepwise(), "block", "a norm of each step", norm.label());
    Check.that(dropout >= 0 && dropout < 1, "block", "a dropout in [0, 1)", dropout);
    Check.that(
        layerScale.isEmpty() || layerScale.getAsDouble() > 0,
        "block",
        "a layer scale above 0",
        layerScale.orElse(0));
    Check.that(
        stochasticDepth >= 0 && stochasticDepth < 1,
        "block",
        "a stochastic depth in [0, 1)",
        stochasticDepth);
    Check.that(normFirst || !normOutput, "block", "norms of outputs beside norm first", normOutput);
  }

  @Override
  public String label() {
    return attention.causal() ? "decoder" : "encoder";
  }

  @Override
  public Takes takes() {
    return Takes.SEQUENCE;
  }

  @Override
  public boolean decodes() {
    return attention.decodes() && !cross;
  }

  @Override
  public boolean decodesBeside() {
    return attention.decodes();
  }

  /** With cross-attention, the second input, if there is one, is the encoder's output. */
  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Memory.check(label(), cross ? inputs : inputs.subList(0, 1));
    Check.that(cross || inputs.size() == 1, label(), "1 input without \"cross\"", inputs);
    return List.of(output(inputs.getFirst()));
  }

  @Override
  public List<Tensor> apply(Context context, List<Tensor> inputs) {
    return List.of(Memory.with(context, inputs, x -> apply(context, x)));
  }

  @Override
  public Shape output(Shape input) {
    return LayerException.in("attention", () -> attention.output(input));
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Tensor h = context.neededSteps(around(context, 1, x, "attention", attention));
    if (!cross) {
      return around(context, 2, h, "feedforward", feedForward);
    }
    CrossAttention part =
        new CrossAttention(
            attention.heads(),
            attention.keyHeads(),
            attention.dropout(),
            attention.bias(),
            attention.initializer());
    Tensor y = around(context, 2, h, "cross", part);
    return around(context, 3, y, "feedforward", feedForward);
  }

  private Tensor around(Context context, int place, Tensor x, String name, Layer part) {
    String normName = "norm" + place;
    Tensor in = normFirst ? context.within(normName, () -> norm.apply(context, x)) : x;
    Tensor given = context.within(name, () -> part.apply(context, in));
    Tensor normal =
        normOutput ? context.within("outputNorm" + place, () -> norm.apply(context, given)) : given;
    Tensor kept = context.dropout(scaled(context, "scale" + place, normal), dropout);
    Tensor y = x.add(context.dropExamples(kept, stochasticDepth));
    return normFirst ? y : context.within(normName, () -> norm.apply(context, y));
  }

  private Tensor scaled(Context context, String name, Tensor x) {
    if (layerScale.isEmpty()) {
      return x;
    }
    Initializer initializer = Initializer.constant(layerScale.getAsDouble());
    return context.within(
        name, () -> x.mul(context.parameter("weight", Shape.of(x.size(-1)), initializer)));
  }
}
