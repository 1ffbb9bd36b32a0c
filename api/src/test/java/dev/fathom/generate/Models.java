package dev.fathom.generate;

import dev.fathom.model.Model;
import dev.fathom.spec.Spec;
import dev.fathom.spec.SpecModel;
import dev.fathom.spi.Shape;
import dev.fathom.text.Characters;
import dev.fathom.text.Tokenizer;

/** Models that nobody trained: what they say means nothing but is theirs. */
final class Models {
  static final int CONTEXT = 24;

  /** 12 tokens. */
  static final Tokenizer LETTERS = new Characters("abcdefghijkl", false);

  static final String GPT =
      """
      {'type': 'learnedpositions', 'length': 24, 'initializer': 'normal'},
      {'type': 'decoder', 'heads': 2, 'hidden': 24, 'initializer': 'xavierNormal'},
      {'type': 'decoder', 'heads': 2, 'hidden': 24, 'initializer': 'xavierNormal'},
      {'type': 'layernorm'}, {'type': 'dense', 'units': 12}""";

  private Models() {}

  /** {@return a model of {@link #LETTERS} with these layers behind an embedding of 16 features} */
  static Model of(String layers) {
    return of("'vocabulary': 12", layers, LETTERS);
  }

  static Model of(String embedding, String layers, Tokenizer tokenizer) {
    return of(CONTEXT, embedding, layers, tokenizer);
  }

  /** {@return the same of texts of up to {@code context} tokens} */
  static Model of(int context, String embedding, String layers, Tokenizer tokenizer) {
    Spec spec =
        Spec.parse(
            """
            {'name': 'letters', 'data': {'dataset': 'letters', 'input': 'tokens', 'target': 'next'},
             'model': [
               {'type': 'embedding', 'features': 16, 'initializer': 'normal', %s}, %s],
             'training': {'steps': 1}}"""
                .formatted(embedding, layers)
                .replace('\'', '"'));
    Shape raw = Shape.of(context);
    return new SpecModel(spec, raw, tokenizer).untrained(5);
  }
}
