package dev.fathom.pretrained;

import java.util.OptionalLong;

/** Mistral 7B (Jiang et al., 2023) and its children: a step sees the last steps only. */
final class Mistral extends Llama {
  /** What transformers takes where the key is missing; null says that all steps are seen. */
  private static final long WINDOW = 4096;

  private static final long KEY_HEADS = 8;

  @Override
  OptionalLong window(Config config, int layer) {
    boolean isNull = config.json().path("sliding_window").isNull();
    return isNull ? OptionalLong.empty() : OptionalLong.of(config.count("sliding_window", WINDOW));
  }

  @Override
  long keyHeadsByDefault(long heads) {
    return KEY_HEADS;
  }

  @Override
  boolean inputBias(Config config) {
    return false;
  }

  @Override
  boolean outputBias(Config config) {
    return false;
  }
}
