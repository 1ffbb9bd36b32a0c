package dev.fathom.pretrained;

/** The networks of a {@code model_type} of transformers. */
interface Architecture {
  /**
   * {@return the network and where its parameters are}
   *
   * @param config the content of {@code config.json}
   * @param sentence how a sentence becomes one vector, for models of texts that give one
   * @param context the longest text, in tokens
   * @throws PretrainedException if the configuration has a form that is not supported
   */
  Blueprint blueprint(Config config, Sentence sentence, int context);

  /** {@return the longest text that it can take} */
  default int longest(Config config) {
    return (int) config.count("max_position_embeddings");
  }
}
