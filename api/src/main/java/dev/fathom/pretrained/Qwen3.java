package dev.fathom.pretrained;

import dev.fathom.nn.RmsNorm;
import java.util.Optional;

/** Qwen 3 (Yang et al., 2025): a norm of each head's queries and keys. */
final class Qwen3 extends Qwen2 {
  private static final long HEAD_SIZE = 128;

  @Override
  long headSize(Config config) {
    return config.count("head_dim", HEAD_SIZE);
  }

  @Override
  Optional<RmsNorm> headNorm(Config config) {
    return Optional.of(norm(config));
  }

  @Override
  boolean inputBias(Config config) {
    return config.flag("attention_bias", false);
  }

  @Override
  boolean outputBias(Config config) {
    return config.flag("attention_bias", false);
  }
}
