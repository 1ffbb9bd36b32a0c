package dev.fathom.pretrained;

import java.util.Map;

/** The architectures that Fathom knows, by {@code model_type}. */
final class Architectures {
  private static final Map<String, Architecture> ALL =
      Map.ofEntries(
          Map.entry("bert", new Bert()),
          Map.entry("gemma", new Gemma()),
          Map.entry("gemma2", new Gemma2()),
          Map.entry("gemma3_text", new Gemma3()),
          Map.entry("gpt2", new Gpt2()),
          Map.entry("llama", new Llama()),
          Map.entry("mistral", new Mistral()),
          Map.entry("qwen2", new Qwen2()),
          Map.entry("qwen3", new Qwen3()));

  private Architectures() {}

  /**
   * @throws PretrainedException if none has the {@code model_type}, naming those that are known
   */
  static Architecture of(Config config) {
    return config.choice("model_type", null, ALL);
  }
}
