package dev.fathom.pretrained;

import dev.fathom.loss.CrossEntropy;
import dev.fathom.nn.Activation;
import dev.fathom.nn.Dense;
import dev.fathom.nn.Embedding;
import dev.fathom.nn.FeedForward;
import dev.fathom.nn.Initializer;
import dev.fathom.nn.MultiHeadAttention;
import dev.fathom.nn.RmsNorm;
import dev.fathom.nn.Rotary;
import dev.fathom.nn.TransformerBlock;
import dev.fathom.nn.Unembedding;
import dev.fathom.pretrained.Origin.Part;
import dev.fathom.task.LanguageModel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Llama (Touvron et al., 2023; Llama 3, 2024) and what has its form: SmolLM, TinyLlama and many
 * more. Families that differ a little override what differs.
 */
class Llama implements Architecture {
  static final Initializer INITIALIZER = Initializer.SMALL_NORMAL;

  @Override
  public final Blueprint blueprint(Config config, Sentence sentence, int context) {
    long vocabulary = config.count("vocab_size");
    long features = config.count("hidden_size");
    Blueprint.Builder builder = new Blueprint.Builder();
    String embedding =
        builder.add(
            new Embedding(
                vocabulary, features, OptionalLong.empty(), INITIALIZER, embeddingScale(features)));
    builder.origin(embedding + ".weight", Origin.of("model.embed_tokens.weight"));
    for (int layer = 0; layer < config.count("num_hidden_layers"); layer++) {
      addBlock(builder, config, layer, context);
    }
    builder.origin(
        builder.add(norm(config)) + ".weight", Origin.of("model.norm.weight", normForm()));
    boolean tied = config.flag("tie_word_embeddings", tiedByDefault());
    if (tied) {
      builder.add(new Unembedding(embedding, vocabulary));
    } else {
      String head = builder.add(new Dense(vocabulary, false, INITIALIZER, Activation.NONE));
      builder.origin(head + ".weight", Origin.of("lm_head.weight"));
    }
    addBehind(builder, config);
    return builder.build(
        "model.",
        "(layers\\.\\d+\\.self_attn\\.)?rotary_emb\\.inv_freq" + (tied ? "|lm_head\\.weight" : ""),
        new LanguageModel(new CrossEntropy()));
  }

  private void addBlock(Blueprint.Builder builder, Config config, int layer, int context) {
    MultiHeadAttention attention = attention(config, layer, context);
    FeedForward feedForward =
        new FeedForward(
            config.count("intermediate_size"),
            activation(config),
            true,
            config.flag("mlp_bias", false),
            INITIALIZER);
    List<String> outputNorms = outputNorms();
    String name =
        builder.add(
            new TransformerBlock(
                attention,
                feedForward,
                norm(config),
                true,
                0,
                false,
                OptionalDouble.empty(),
                0,
                !outputNorms.isEmpty()));
    String tensors = "model.layers." + layer + ".";
    long size = headSize(config);
    for (String kind : attention.bias() ? List.of("weight", "bias") : List.of("weight")) {
      builder.origin(
          name + ".attention.qkv." + kind,
          new Origin(
              List.of(
                  new Part(tensors + "self_attn.q_proj." + kind, attention.heads() * size),
                  new Part(tensors + "self_attn.k_proj." + kind, attention.keyHeads() * size),
                  new Part(tensors + "self_attn.v_proj." + kind, attention.keyHeads() * size)),
              Origin.Form.PLAIN));
    }
    dense(
        builder, name + ".attention.output", tensors + "self_attn.o_proj", attention.outputBias());
    if (attention.headNorm().isPresent()) {
      builder.origin(
          name + ".attention.queryNorm.weight",
          Origin.of(tensors + "self_attn.q_norm.weight", normForm()));
      builder.origin(
          name + ".attention.keyNorm.weight",
          Origin.of(tensors + "self_attn.k_norm.weight", normForm()));
    }
    for (String part : List.of("gate", "up", "down")) {
      dense(
          builder,
          name + ".feedforward." + part,
          tensors + "mlp." + part + "_proj",
          feedForward.bias());
    }
    List<String> norms = norms();
    for (int i = 0; i < norms.size(); i++) {
      builder.origin(
          name + ".norm" + (i + 1) + ".weight",
          Origin.of(tensors + norms.get(i) + ".weight", normForm()));
    }
    for (int i = 0; i < outputNorms.size(); i++) {
      builder.origin(
          name + ".outputNorm" + (i + 1) + ".weight",
          Origin.of(tensors + outputNorms.get(i) + ".weight", normForm()));
    }
  }

  private static void dense(Blueprint.Builder builder, String layer, String tensor, boolean bias) {
    builder.origin(layer + ".weight", Origin.of(tensor + ".weight"));
    if (bias) {
      builder.origin(layer + ".bias", Origin.of(tensor + ".bias"));
    }
  }

  private MultiHeadAttention attention(Config config, int layer, int context) {
    long heads = config.count("num_attention_heads");
    return new MultiHeadAttention(
        heads,
        config.count("num_key_value_heads", keyHeadsByDefault(heads)),
        OptionalLong.of(headSize(config)),
        true,
        window(config, layer),
        Optional.of(rotary(config, layer, context)),
        headNorm(config),
        attentionScale(config),
        attentionCap(config),
        0,
        inputBias(config),
        outputBias(config),
        INITIALIZER);
  }

  /** {@return the size of a head} */
  long headSize(Config config) {
    return config.count(
        "head_dim", config.count("hidden_size") / config.count("num_attention_heads"));
  }

  /** {@return how many heads of keys there are where nothing is said} */
  long keyHeadsByDefault(long heads) {
    return heads;
  }

  /** {@return how many steps a step of a layer sees; empty for all} */
  OptionalLong window(Config config, int layer) {
    return OptionalLong.empty();
  }

  /** {@return how positions turn queries and keys of a layer} */
  Rotary rotary(Config config, int layer, int context) {
    return Forms.rotary(config, context);
  }

  /** {@return the norm of heads} */
  Optional<RmsNorm> headNorm(Config config) {
    return Optional.empty();
  }

  /** {@return what products of queries and keys are multiplied by; empty for the usual} */
  OptionalDouble attentionScale(Config config) {
    return OptionalDouble.empty();
  }

  /** {@return the soft cap of scores} */
  OptionalDouble attentionCap(Config config) {
    return OptionalDouble.empty();
  }

  /** {@return whether queries, keys and values have biases} */
  boolean inputBias(Config config) {
    return config.flag("attention_bias", false);
  }

  /** {@return whether the output of attention has a bias} */
  boolean outputBias(Config config) {
    return config.flag("attention_bias", false);
  }

  /** {@return the activation of gates} */
  Activation activation(Config config) {
    return config.choice("hidden_act", "silu", Forms.ACTIVATIONS);
  }

  /** {@return whether the head has the embedding's weights where nothing is said} */
  boolean tiedByDefault() {
    return false;
  }

  /** {@return what vectors of tokens are multiplied by} */
  double embeddingScale(long features) {
    return 1;
  }

  /** {@return how weights of norms stand in files} */
  Origin.Form normForm() {
    return Origin.Form.PLAIN;
  }

  /** {@return the names of the norms in front of attention and feed-forward} */
  List<String> norms() {
    return List.of("input_layernorm", "post_attention_layernorm");
  }

  /** {@return the names of the norms behind them; none} */
  List<String> outputNorms() {
    return List.of();
  }

  /** Adds what stands behind the head. */
  void addBehind(Blueprint.Builder builder, Config config) {}

  static RmsNorm norm(Config config) {
    return new RmsNorm(config.positive("rms_norm_eps", 1e-6));
  }
}
