package dev.fathom.text;

/**
 * Decodes tokens as they come, for streaming: the texts of {@link #next} and {@link #end}, joined,
 * equal the text of {@link Tokenizer#decode}. What the next token may change, such as a character
 * whose bytes are not all there yet, waits for it. For one thread and one text.
 */
public final class Decoder {
  private final int size;
  private final Texts texts;
  private long position;

  /** Makes text of tokens that are in the vocabulary. */
  interface Texts {
    /** {@return the text that became certain with this token} */
    String next(int token);

    /** {@return the rest} */
    String end();
  }

  Decoder(int size, Texts texts) {
    this.size = size;
    this.texts = texts;
  }

  /** One whose text is that of the tokens' bytes. */
  Decoder(Tokenizer tokenizer) {
    this(
        tokenizer.size(),
        new Texts() {
          private final Utf8Stream utf8 = new Utf8Stream();

          @Override
          public String next(int token) {
            return utf8.next(tokenizer.bytes(token));
          }

          @Override
          public String end() {
            return utf8.end();
          }
        });
  }

  /**
   * {@return the text that became certain with this token, maybe empty}
   *
   * @throws TextException if the token is not in the vocabulary, with its position
   */
  public String next(int token) {
    if (token < 0 || token >= size) {
      throw new TextException(
          "decode", "token", position, "expected 0 to %d but got %d".formatted(size - 1, token));
    }
    position++;
    return texts.next(token);
  }

  /** {@return the rest of the text, U+FFFD for a character that is not whole; mostly empty} */
  public String end() {
    return texts.end();
  }
}
