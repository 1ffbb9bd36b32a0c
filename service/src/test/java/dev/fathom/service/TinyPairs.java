package dev.fathom.service;

import java.nio.charset.StandardCharsets;

/** A model that writes three letters in capitals. */
final class TinyPairs {
  private TinyPairs() {}

  /** Trains and publishes it; with 20 epochs it is nearly always right. */
  static void train(String name, int epochs) throws Exception {
    var rows = new StringBuilder("small,capital\n");
    for (int i = 0; i < 400; i++) {
      var word = "" + (char) ('a' + i % 5) + (char) ('a' + i / 5 % 5) + (char) ('a' + i / 25 % 5);
      rows.append(word).append(',').append(word.toUpperCase()).append('\n');
    }
    Tiny.put(name, "pairs.csv", rows.toString().getBytes(StandardCharsets.UTF_8));
    var embedding =
        "{\"type\": \"embedding\", \"vocabulary\": 259, \"padding\": 258, \"features\": 32, \"initializer\": \"smallNormal\"},"
            + " {\"type\": \"learnedpositions\", \"length\": 4}";
    var spec =
        """
        {"name": "%s",
         "data": {"dataset": "%s", "format": "pairs", "train": "pairs.csv", "from": "small", "to": "capital",
                  "length": 4, "tokenizer": {"type": "bpe", "vocabulary": 258, "special": ["<s>", "</s>"]}},
         "model": [{"type": "encoderdecoder", "source": 4,
           "encoder": [%s],
           "decoder": [%s, {"type": "decoder", "cross": true, "heads": 2, "hidden": 32, "initializer": "xavierUniform"},
                       {"type": "dense", "units": 259, "initializer": "xavierUniform"}]}],
         "training": {"epochs": %d, "batchSize": 32, "optimizer": {"type": "adam", "learningRate": 0.01}}}"""
            .formatted(name, name, embedding, embedding, epochs);
    Trained.await(Trained.submit(spec), "succeeded");
  }
}
