package dev.fathom.pretrained;

import dev.fathom.nn.Activation;

/**
 * Gemma (2024): vectors of tokens times the root of their size, weights of norms less by 1, heads
 * of a size of their own.
 */
class Gemma extends Llama {
  private static final long HEAD_SIZE = 256;

  @Override
  final long headSize(Config config) {
    return config.count("head_dim", HEAD_SIZE);
  }

  /** Older files say {@code hidden_act: gelu} and mean the approximation, as transformers does. */
  @Override
  final Activation activation(Config config) {
    return config.choice("hidden_activation", "gelu_pytorch_tanh", Forms.ACTIVATIONS);
  }

  @Override
  final boolean tiedByDefault() {
    return true;
  }

  @Override
  final double embeddingScale(long features) {
    return Math.sqrt(features);
  }

  @Override
  final Origin.Form normForm() {
    return Origin.Form.LESS_ONE;
  }
}
