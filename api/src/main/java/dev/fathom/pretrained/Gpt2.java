package dev.fathom.pretrained;

import dev.fathom.loss.CrossEntropy;
import dev.fathom.nn.Embedding;
import dev.fathom.nn.FeedForward;
import dev.fathom.nn.LayerNorm;
import dev.fathom.nn.LearnedPositions;
import dev.fathom.nn.MultiHeadAttention;
import dev.fathom.nn.TransformerBlock;
import dev.fathom.nn.Unembedding;
import dev.fathom.pretrained.Origin.Form;
import dev.fathom.task.LanguageModel;

/** GPT-2 (Radford et al., 2019): learned positions, norm first, matrices transposed in files. */
final class Gpt2 implements Architecture {
  @Override
  public int longest(Config config) {
    return (int) config.count("n_positions", 1024);
  }

  @Override
  public Blueprint blueprint(Config config, Sentence sentence, int context) {
    config.only("scale_attn_weights", true);
    config.only("scale_attn_by_inverse_layer_idx", false);
    config.only("add_cross_attention", false);
    config.only("tie_word_embeddings", true);
    long vocabulary = config.count("vocab_size");
    long features = config.count("n_embd");
    LayerNorm norm = new LayerNorm(config.positive("layer_norm_epsilon", 1e-5), true);
    Blueprint.Builder builder = new Blueprint.Builder();
    String embedding = builder.add(new Embedding(vocabulary, features));
    builder.origin(embedding + ".weight", Origin.of("transformer.wte.weight"));
    builder.origin(
        builder.add(new LearnedPositions(longest(config))) + ".weight",
        Origin.of("transformer.wpe.weight"));
    for (int layer = 0; layer < config.count("n_layer"); layer++) {
      String name =
          builder.add(
              new TransformerBlock(
                  new MultiHeadAttention(config.count("n_head"), true),
                  new FeedForward(
                      config.count("n_inner", 4 * features),
                      config.choice("activation_function", "gelu_new", Forms.ACTIVATIONS)),
                  norm,
                  true,
                  0));
      String tensors = "transformer.h." + layer + ".";
      builder
          .both(name + ".norm1", tensors + "ln_1", Form.PLAIN)
          .both(name + ".attention.qkv", tensors + "attn.c_attn", Form.TRANSPOSED)
          .both(name + ".attention.output", tensors + "attn.c_proj", Form.TRANSPOSED)
          .both(name + ".norm2", tensors + "ln_2", Form.PLAIN)
          .both(name + ".feedforward.up", tensors + "mlp.c_fc", Form.TRANSPOSED)
          .both(name + ".feedforward.down", tensors + "mlp.c_proj", Form.TRANSPOSED);
    }
    builder.both(builder.add(norm), "transformer.ln_f", Form.PLAIN);
    builder.add(new Unembedding(embedding, vocabulary));
    return builder.build(
        "transformer.",
        "h\\.\\d+\\.attn\\.(masked_)?bias|lm_head\\.weight",
        new LanguageModel(new CrossEntropy()));
  }
}
