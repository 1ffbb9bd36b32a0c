package dev.fathom.pretrained;

import dev.fathom.nn.RmsNorm;
import dev.fathom.nn.Rotary;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Gemma 3 (2025), its models of text: a norm of each head's queries and keys, and layers with a
 * window that turn by a base of their own; no soft caps.
 */
final class Gemma3 extends Gemma2 {
  private static final long PATTERN = 6;
  private static final long WINDOW = 4096;
  private static final double BASE = 1_000_000;
  private static final double WINDOW_BASE = 10_000;

  private static boolean slides(Config config, int layer) {
    return Forms.slides(config, layer)
        .orElseGet(() -> (layer + 1) % config.count("sliding_window_pattern", PATTERN) != 0);
  }

  @Override
  OptionalLong window(Config config, int layer) {
    config.only("use_bidirectional_attention", false);
    return slides(config, layer)
        ? OptionalLong.of(config.count("sliding_window", WINDOW))
        : OptionalLong.empty();
  }

  @Override
  Rotary rotary(Config config, int layer, int context) {
    boolean slides = slides(config, layer);
    Optional<Config> parameters =
        config
            .object("rope_parameters")
            .flatMap(all -> all.object(slides ? "sliding_attention" : "full_attention"));
    if (parameters.isPresent()) {
      return Forms.rotary(config, parameters.get(), parameters.get(), context);
    }
    double base = config.positive("rope_theta", BASE);
    return slides
        ? new Rotary(config.positive("rope_local_base_freq", WINDOW_BASE))
        : new Rotary(
            base,
            Forms.rotary(config, config, config.object("rope_scaling").orElse(null), context)
                .scaling());
  }

  @Override
  Optional<RmsNorm> headNorm(Config config) {
    return Optional.of(norm(config));
  }

  @Override
  OptionalDouble attentionCap(Config config) {
    return config.has("attn_logit_softcapping")
        ? cap(config, "attn_logit_softcapping", 0)
        : OptionalDouble.empty();
  }

  @Override
  void addBehind(Blueprint.Builder builder, Config config) {
    if (config.has("final_logit_softcapping")) {
      super.addBehind(builder, config);
    }
  }
}
