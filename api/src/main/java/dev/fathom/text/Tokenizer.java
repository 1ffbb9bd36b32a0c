package dev.fathom.text;

/**
 * Cuts text into tokens, numbers {@code 0 .. size() - 1}, and puts it together again: {@code
 * decode(encode(text))} is {@code text}, for any text that {@link #encode} takes. A token stands
 * for some bytes of UTF-8, which need not be whole characters. Immutable, safe for several threads.
 * Anybody may write one; a model can be stored with one of Fathom's own.
 */
public interface Tokenizer {
  /** {@return how many tokens there are} */
  int size();

  /**
   * {@return the tokens of a text, none for an empty one}
   *
   * @throws TextException if a character has no tokens, with its position
   */
  int[] encode(String text);

  /**
   * {@return the UTF-8 bytes that a token stands for, a copy}
   *
   * @throws IndexOutOfBoundsException if there is no such token
   */
  byte[] bytes(int token);

  /**
   * {@return the text of some tokens} Bytes that are not UTF-8, which a network may well produce,
   * become U+FFFD.
   *
   * @throws TextException if a token is not in the vocabulary, with its position
   */
  default String decode(int... tokens) {
    var decoder = decoder();
    var text = new StringBuilder();
    for (int token : tokens) {
      text.append(decoder.next(token));
    }
    return text.append(decoder.end()).toString();
  }

  /** {@return a decoder that takes tokens one by one} */
  default Decoder decoder() {
    return new Decoder(this);
  }
}
