package dev.fathom.data;

import dev.fathom.data.Tokens.Longer;
import dev.fathom.text.TextException;
import dev.fathom.text.Tokenizer;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Turns texts into rows of a fixed number of tokens. Immutable.
 *
 * @param tokenizer of the texts
 * @param length how many tokens a row has
 * @param padding the id behind the last token; empty where each text must fill its row
 * @param longer the treatment of texts with more tokens
 */
public record FixedLength(Tokenizer tokenizer, int length, OptionalInt padding, Longer longer) {
  /**
   * Writes a text's tokens to {@code target[offset .. offset + length]}.
   *
   * @return how many of them are not padding
   * @throws TextException if it has no tokens, too many or too few, or a character has none
   */
  public int encode(String text, int[] target, int offset) {
    int[] tokens = tokenizer.encode(text);
    int least = padding.isPresent() ? 1 : length;
    if (tokens.length < least || tokens.length > length && longer == Longer.REFUSE) {
      throw new TextException(
          "tokens",
          "token",
          Math.min(tokens.length, length),
          "expected a text of %s%d tokens but got %d"
              .formatted(
                  longer == Longer.REFUSE ? least < length ? least + " to " : "" : "at least ",
                  longer == Longer.REFUSE ? length : least,
                  tokens.length));
    }
    int count = Math.min(length, tokens.length);
    System.arraycopy(tokens, 0, target, offset, count);
    if (count < length) {
      Arrays.fill(target, offset + count, offset + length, padding.getAsInt());
    }
    return count;
  }
}
