package dev.fathom.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * One token for each Unicode character of an alphabet, in the order of their code points. Other
 * characters are an error, or all become one more token, the last, that decodes to U+FFFD.
 */
public final class Characters implements Tokenizer {
  private static final int REPLACEMENT = 0xFFFD;

  private final int[] alphabet;
  private final boolean unknown;
  private final Map<Integer, Integer> tokens = new HashMap<>();

  /**
   * @param text whose characters are the alphabet; each may come any number of times
   * @param unknown whether there is a token for all other characters, so that decoding does not
   *     bring them back
   * @throws TextException if {@code text} holds half a surrogate pair
   */
  public Characters(String text, boolean unknown) {
    Utf8.check(text);
    this.alphabet = text.codePoints().sorted().distinct().toArray();
    this.unknown = unknown;
    for (int token = 0; token < alphabet.length; token++) {
      tokens.put(alphabet[token], token);
    }
  }

  /**
   * {@return a tokenizer of the most frequent characters of some texts; of equally frequent ones,
   * that of the lower code point}
   *
   * @param size how many tokens there are at most, that of unknown characters included
   * @param unknown as in the constructor
   * @throws IllegalArgumentException if {@code size} is less than 1
   * @throws TextException if a text holds half a surrogate pair
   */
  public static Characters frequent(List<String> texts, int size, boolean unknown) {
    if (size < 1) {
      throw new IllegalArgumentException(
          "[characters] expected a vocabulary of 1 or more but got " + size);
    }
    Map<Integer, Long> counts = new TreeMap<>();
    for (String text : texts) {
      text.codePoints().forEach(character -> counts.merge(character, 1L, Long::sum));
    }
    StringBuilder alphabet = new StringBuilder();
    counts.entrySet().stream()
        .sorted(Map.Entry.<Integer, Long>comparingByValue().reversed())
        .limit(unknown ? size - 1 : size)
        .forEach(entry -> alphabet.appendCodePoint(entry.getKey()));
    return new Characters(alphabet.toString(), unknown);
  }

  /** {@return the alphabet, each character once, in the order of the tokens} */
  public String alphabet() {
    return new String(alphabet, 0, alphabet.length);
  }

  /** {@return whether there is a token for characters outside the alphabet} */
  public boolean unknown() {
    return unknown;
  }

  @Override
  public int size() {
    return alphabet.length + (unknown ? 1 : 0);
  }

  @Override
  public int[] encode(String text) {
    Utf8.check(text);
    int[] encoded = new int[text.codePointCount(0, text.length())];
    for (int i = 0, at = 0; at < text.length(); i++) {
      int character = text.codePointAt(at);
      Integer token = tokens.get(character);
      if (token == null && !unknown) {
        throw new TextException(
            "encode",
            "character",
            at,
            "expected one of the %d characters of the vocabulary but got %s"
                .formatted(alphabet.length, name(character)));
      }
      encoded[i] = token == null ? alphabet.length : token;
      at += Character.charCount(character);
    }
    return encoded;
  }

  @Override
  public byte[] bytes(int token) {
    Objects.checkIndex(token, size());
    int character = token < alphabet.length ? alphabet[token] : REPLACEMENT;
    return Utf8.encode(Character.toString(character));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Characters same
        && alphabet().equals(same.alphabet())
        && unknown == same.unknown;
  }

  @Override
  public int hashCode() {
    return alphabet().hashCode();
  }

  private static String name(int character) {
    String code = "U+%04X".formatted(character);
    return Character.isISOControl(character)
        ? code
        : "'%s' (%s)".formatted(Character.toString(character), code);
  }
}
