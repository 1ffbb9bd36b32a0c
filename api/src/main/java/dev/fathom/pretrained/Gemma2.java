package dev.fathom.pretrained;

import dev.fathom.nn.SoftCap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Gemma 2 (2024): norms behind attention and feed-forward too, soft caps of scores and logits, and
 * a window in every second layer.
 */
class Gemma2 extends Gemma {
  private static final double SCALE = 256;
  private static final long WINDOW = 4096;

  @Override
  OptionalLong window(Config config, int layer) {
    boolean slides = Forms.slides(config, layer).orElse(layer % 2 == 0);
    return slides ? OptionalLong.of(config.count("sliding_window", WINDOW)) : OptionalLong.empty();
  }

  @Override
  final OptionalDouble attentionScale(Config config) {
    return OptionalDouble.of(1 / Math.sqrt(config.positive("query_pre_attn_scalar", SCALE)));
  }

  @Override
  OptionalDouble attentionCap(Config config) {
    return cap(config, "attn_logit_softcapping", 50);
  }

  static OptionalDouble cap(Config config, String key, double byDefault) {
    boolean isNull = config.json().path(key).isNull();
    return isNull ? OptionalDouble.empty() : OptionalDouble.of(config.positive(key, byDefault));
  }

  @Override
  final List<String> norms() {
    return List.of("input_layernorm", "pre_feedforward_layernorm");
  }

  @Override
  final List<String> outputNorms() {
    return List.of("post_attention_layernorm", "post_feedforward_layernorm");
  }

  @Override
  void addBehind(Blueprint.Builder builder, Config config) {
    cap(config, "final_logit_softcapping", 30).ifPresent(cap -> builder.add(new SoftCap(cap)));
  }
}
