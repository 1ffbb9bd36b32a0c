package dev.fathom.pretrained;

import java.util.OptionalLong;

/** Qwen 2 and 2.5 (Yang et al., 2024): queries, keys and values have biases. */
class Qwen2 extends Llama {
  private static final long KEY_HEADS = 32;
  private static final long WINDOW_LAYERS = 28;

  @Override
  final OptionalLong window(Config config, int layer) {
    if (!config.flag("use_sliding_window", false)) {
      return OptionalLong.empty();
    }
    boolean slides =
        Forms.slides(config, layer)
            .orElseGet(() -> layer >= config.count("max_window_layers", WINDOW_LAYERS));
    return slides ? OptionalLong.of(config.count("sliding_window")) : OptionalLong.empty();
  }

  @Override
  final long keyHeadsByDefault(long heads) {
    return KEY_HEADS;
  }

  @Override
  boolean inputBias(Config config) {
    return true;
  }

  @Override
  boolean outputBias(Config config) {
    return false;
  }
}
