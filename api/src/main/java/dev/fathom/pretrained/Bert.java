package dev.fathom.pretrained;

import dev.fathom.nn.Embedding;
import dev.fathom.nn.FeedForward;
import dev.fathom.nn.Initializer;
import dev.fathom.nn.L2Norm;
import dev.fathom.nn.LayerNorm;
import dev.fathom.nn.LearnedPositions;
import dev.fathom.nn.MultiHeadAttention;
import dev.fathom.nn.SequencePool;
import dev.fathom.nn.TokenTypes;
import dev.fathom.nn.TransformerBlock;
import dev.fathom.pretrained.Origin.Form;
import dev.fathom.pretrained.Origin.Part;
import dev.fathom.task.TextVectors;
import java.util.List;
import java.util.OptionalLong;

/**
 * BERT (Devlin et al., 2018) and the models of sentence-transformers that have its form: a text
 * becomes one vector. Without a word about it that is the mean of its tokens' vectors.
 */
final class Bert implements Architecture {
  @Override
  public Blueprint blueprint(Config config, Sentence sentence, int context) {
    config.only("position_embedding_type", "absolute");
    config.only("is_decoder", false);
    config.only("add_cross_attention", false);
    long features = config.count("hidden_size");
    LayerNorm norm = new LayerNorm(config.positive("layer_norm_eps", 1e-12), true);
    long padding = config.has("pad_token_id") ? config.json().path("pad_token_id").asLong() : 0;
    Blueprint.Builder builder = new Blueprint.Builder();
    builder.origin(
        builder.add(
                new Embedding(
                    config.count("vocab_size"),
                    features,
                    OptionalLong.of(padding),
                    Initializer.SMALL_NORMAL,
                    1))
            + ".weight",
        Origin.of("bert.embeddings.word_embeddings.weight"));
    builder.origin(
        builder.add(new LearnedPositions(longest(config))) + ".weight",
        Origin.of("bert.embeddings.position_embeddings.weight"));
    builder.origin(
        builder.add(new TokenTypes(config.count("type_vocab_size", 2))) + ".weight",
        Origin.of("bert.embeddings.token_type_embeddings.weight"));
    builder.both(builder.add(norm), "bert.embeddings.LayerNorm", Form.PLAIN);
    for (int layer = 0; layer < config.count("num_hidden_layers"); layer++) {
      addBlock(builder, config, norm, layer);
    }
    builder.add(new SequencePool(sentence.pool().orElse(SequencePool.Kind.MEAN)));
    if (sentence.normalised()) {
      builder.add(new L2Norm(1e-12));
    }
    return builder.build(
        "bert.", "(embeddings\\.position_ids|pooler\\..*|cls\\..*)", new TextVectors());
  }

  private static void addBlock(
      Blueprint.Builder builder, Config config, LayerNorm norm, int layer) {
    long heads = config.count("num_attention_heads");
    long features = config.count("hidden_size");
    String name =
        builder.add(
            new TransformerBlock(
                new MultiHeadAttention(heads, false),
                new FeedForward(
                    config.count("intermediate_size"),
                    config.choice("hidden_act", "gelu", Forms.ACTIVATIONS)),
                norm,
                false,
                0));
    String tensors = "bert.encoder.layer." + layer + ".";
    for (String kind : List.of("weight", "bias")) {
      builder.origin(
          name + ".attention.qkv." + kind,
          new Origin(
              List.of(
                  new Part(tensors + "attention.self.query." + kind, features),
                  new Part(tensors + "attention.self.key." + kind, features),
                  new Part(tensors + "attention.self.value." + kind, features)),
              Form.PLAIN));
    }
    builder
        .both(name + ".attention.output", tensors + "attention.output.dense", Form.PLAIN)
        .both(name + ".norm1", tensors + "attention.output.LayerNorm", Form.PLAIN)
        .both(name + ".feedforward.up", tensors + "intermediate.dense", Form.PLAIN)
        .both(name + ".feedforward.down", tensors + "output.dense", Form.PLAIN)
        .both(name + ".norm2", tensors + "output.LayerNorm", Form.PLAIN);
  }
}
