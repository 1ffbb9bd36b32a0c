package dev.fathom.text;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * Cuts text into tokens, numbers {@code 0 .. size() - 1}, and puts it together again: {@code
 * decode(encode(text))} is {@code text}, but for what a tokenizer drops on purpose, such as case. A
 * token stands for some bytes of UTF-8, which need not be whole characters. Special tokens, an end
 * of text for example, are for the caller to add: {@link #encode} makes none, so that a text from
 * outside cannot contain one. Immutable, safe for several threads. Anybody may write one; a model
 * can be stored with one of Fathom's own.
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
   * {@return the tokens of a text in which special tokens may be written by their names} For texts
   * that are trusted, such as a prompt that a template made. By default no name is one.
   *
   * @throws TextException as {@link #encode} does
   */
  default int[] encodeWithSpecial(String text) {
    return encode(text);
  }

  /** {@return the tokens of a text with the special tokens around that a model wants; none here} */
  default Enclosed enclose(int[] tokens) {
    return Template.NONE.apply(tokens);
  }

  /** {@return the tokens of two texts, with special tokens around; here one behind the other} */
  default Enclosed enclose(int[] first, int[] second) {
    return Template.NONE.apply(first, second);
  }

  /**
   * {@return whether no text gives a token}
   *
   * @throws IndexOutOfBoundsException if there is no such token
   */
  default boolean isSpecial(int token) {
    Objects.checkIndex(token, size());
    return false;
  }

  /**
   * {@return the special token of a name; empty if there is none}
   *
   * @throws TextException as {@link #encode} does
   */
  default OptionalInt specialToken(String name) {
    int[] tokens = encodeWithSpecial(name);
    return tokens.length == 1 && isSpecial(tokens[0])
        ? OptionalInt.of(tokens[0])
        : OptionalInt.empty();
  }

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

  /**
   * {@return a decoder of what goes on behind some tokens, whose own text it does not give} Where
   * the first token of a text is without its space, those of this decoder have it. By default no
   * token depends on those before it.
   *
   * @throws TextException if a token is not in the vocabulary, with its position
   */
  default Decoder decoderAfter(int... tokens) {
    return decoder();
  }
}
