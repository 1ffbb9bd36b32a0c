package dev.fathom.spec;

import dev.fathom.json.Fields;
import dev.fathom.json.Range;
import dev.fathom.json.SpecException;
import dev.fathom.nn.MultiHeadAttention;
import dev.fathom.nn.RmsNorm;
import dev.fathom.nn.Rotary;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The keys of attention, which stand in the layer {@code attention} and in blocks that have one.
 */
final class AttentionKeys {
  private static final Map<String, Reader<? extends Rotary.Scaling>> SCALINGS =
      Map.of(
          "linear", f -> new Rotary.Linear(factor(f)),
          "llama3",
              f ->
                  new Rotary.Llama3(
                      factor(f),
                      f.number("low", 1.0, Range.POSITIVE),
                      f.number("high", 4.0, Range.POSITIVE),
                      f.integer("context", null, 1)),
          "yarn", AttentionKeys::yarn);

  private AttentionKeys() {}

  static MultiHeadAttention read(Fields f, boolean causal) {
    long heads = f.integer("heads", null, 1);
    long keyHeads = f.computed("keyHeads").integer("keyHeads", heads, 1);
    OptionalLong headSize = whole(f, "headSize");
    OptionalLong window = whole(f, "window");
    Optional<Rotary> rotary = rotary(f);
    Optional<RmsNorm> headNorm = f.optionalNumber("headNorm", Range.POSITIVE).map(RmsNorm::new);
    OptionalDouble scale = LayerTypes.optional(f, "scoreScale", Range.POSITIVE);
    OptionalDouble softCap = LayerTypes.optional(f, "softCap", Range.POSITIVE);
    double dropout = f.number("dropout", 0.0, Range.SHARE);
    boolean bias = LayerTypes.bias(f);
    return new MultiHeadAttention(
        heads,
        keyHeads,
        headSize,
        causal,
        window,
        rotary,
        headNorm,
        scale,
        softCap,
        dropout,
        bias,
        f.computed("outputBias").flag("outputBias", bias),
        LayerTypes.initializer(f, "smallNormal"));
  }

  private static OptionalLong whole(Fields f, String key) {
    return f.optionalInteger(key, 1).map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  private static Optional<Rotary> rotary(Fields f) {
    OptionalDouble base = LayerTypes.optional(f, "rotaryBase", Range.ABOVE_ONE);
    Optional<Rotary.Scaling> scaling =
        f.optionalObject(
            "rotaryScaling", (node, pointer) -> Typed.read(node, pointer, null, SCALINGS));
    if (base.isEmpty() && scaling.isPresent()) {
      throw new SpecException(f.at("rotaryScaling"), "expected rotaryBase beside rotaryScaling");
    }
    return base.isEmpty()
        ? Optional.empty()
        : Optional.of(new Rotary(base.getAsDouble(), scaling.orElse(Rotary.Scaling.NONE)));
  }

  private static double factor(Fields f) {
    return f.number("factor", null, Range.ONE_OR_MORE);
  }

  private static Rotary.Scaling yarn(Fields f) {
    double factor = factor(f);
    double usual = Rotary.Yarn.usualFactor(factor);
    return new Rotary.Yarn(
        factor,
        f.number("fast", 32.0, Range.POSITIVE),
        f.number("slow", 1.0, Range.POSITIVE),
        f.integer("context", null, 1),
        f.flag("truncated", true),
        f.computed("attentionFactor").number("attentionFactor", usual, Range.POSITIVE));
  }
}
