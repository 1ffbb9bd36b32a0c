package dev.fathom.data;

import dev.fathom.spi.Shape;
import dev.fathom.text.TextException;
import dev.fathom.text.Tokenizer;
import java.util.Arrays;
import java.util.List;

/** Examples of tokens: texts padded to one length, or windows on one long text. */
public final class Tokens {
  /** The name of the column of tokens. */
  public static final String TOKENS = "tokens";

  /** The name of the column with the number of tokens that are not padding. */
  public static final String LENGTH = "length";

  /** The name of the column with the token that follows each token of a window. */
  public static final String NEXT = "next";

  /** What becomes of texts with too many tokens. */
  public enum Longer {
    /** They are an error. */
    REFUSE,
    /** Their first tokens stay. */
    CUT
  }

  private Tokens() {}

  /**
   * {@return the texts of a table as tokens}: {@value #TOKENS}, {@code [length]}, {@value #LENGTH},
   * {@code []}, and the target as in {@link Table#dataset}
   *
   * @param texts a column of texts
   * @param target a column of classes or numbers; empty for none
   * @param length how many tokens each example has
   * @param padding the token behind the last
   * @throws DataException if a text has no tokens, too many, or one of its characters none, with
   *     the row
   */
  public static Dataset padded(
      Table table,
      String texts,
      String target,
      Tokenizer tokenizer,
      int length,
      int padding,
      Longer longer) {
    List<String> all = table.texts(texts);
    int[] tokens = new int[Math.multiplyExact(all.size(), length)];
    int[] lengths = new int[all.size()];
    Arrays.fill(tokens, padding);
    for (int row = 0; row < lengths.length; row++) {
      int[] encoded = encode(table, row, all.get(row), tokenizer);
      if (encoded.length == 0 || encoded.length > length && longer == Longer.REFUSE) {
        throw new DataException(
            "[tokens] row %d of '%s': expected 1 to %d tokens but got %d"
                .formatted(row, table.name(), length, encoded.length));
      }
      lengths[row] = Math.min(length, encoded.length);
      System.arraycopy(encoded, 0, tokens, row * length, lengths[row]);
    }
    var examples =
        ArrayDataset.named(table.name())
            .ints(TOKENS, Shape.of(length), tokens)
            .ints(LENGTH, Shape.SCALAR, lengths);
    return (target.isEmpty() ? examples : table.target(examples, target)).build();
  }

  /**
   * {@return windows on a text}: {@value #TOKENS} and {@value #NEXT}, both {@code [length]}, where
   * the second is one token ahead. Nothing is copied but {@code tokens}; what does not fill a
   * window at the end is left out.
   *
   * @param length of a window
   * @param stride from one window to the next; {@code length} lets each token be learned once
   * @throws DataException if there are too few tokens for one window
   */
  public static Dataset windows(String name, int[] tokens, int length, int stride) {
    if (length < 1 || stride < 1 || tokens.length <= length) {
      throw new DataException(
          "[tokens] expected more tokens in '%s' than a window has, and windows and stride of 1 or"
                  .formatted(name)
              + " more, but got %d tokens, length %d, stride %d"
                  .formatted(tokens.length, length, stride));
    }
    return new TokenWindows(name, tokens.clone(), length, stride);
  }

  private static int[] encode(Table table, int row, String text, Tokenizer tokenizer) {
    try {
      return tokenizer.encode(text);
    } catch (TextException e) {
      throw new DataException(
          "[tokens] row %d of '%s': %s".formatted(row, table.name(), e.getMessage()), e);
    }
  }
}
