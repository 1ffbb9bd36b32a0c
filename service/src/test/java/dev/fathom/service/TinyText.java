package dev.fathom.service;

/** A language that a small Transformer learns in a moment: the alphabet, again and again. */
public final class TinyText {
  /** Steps that a text model sees. */
  public static final int CONTEXT = 16;

  private TinyText() {}

  /** {@return "abcdefghij abcdefghij ..." with an "é" for an "e"} */
  public static String book() {
    return "abcdéfghij ".repeat(60);
  }

  /**
   * {@return a spec that learns {@code file} by bytes, so that a character is two tokens}
   *
   * @param data keys before those of the text, such as {@code "dataset": "alphabet",}
   */
  public static String spec(String name, String data, String file) {
    return """
    {"name": "%s",
     "data": {%s "format": "text", "train": "%s", "length": %d, "stride": 3,
              "tokenizer": {"type": "bytes"}},
     "model": [
       {"type": "embedding", "vocabulary": 256, "features": 24},
       {"type": "learnedpositions", "length": %d},
       {"type": "decoder", "heads": 2, "hidden": 32},
       {"type": "layernorm"},
       {"type": "dense", "units": 256}],
     "training": {"steps": 150, "batchSize": 16,
                  "optimizer": {"type": "adamw", "learningRate": 0.01}}}
    """
        .formatted(name, data, file, CONTEXT, CONTEXT);
  }
}
