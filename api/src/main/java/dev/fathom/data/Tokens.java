package dev.fathom.data;

import dev.fathom.spi.Shape;
import dev.fathom.text.Chat;
import dev.fathom.text.TextException;
import dev.fathom.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Examples of tokens: texts padded to one length, or windows on one long text. */
public final class Tokens {
  /** The name of the column of tokens. */
  public static final String TOKENS = "tokens";

  /** The name of the column with the number of tokens that are not padding. */
  public static final String LENGTH = "length";

  /** The name of the column with the token that follows each token of a window. */
  public static final String NEXT = "next";

  /**
   * The name of the column with the number of bytes that each token of {@link #NEXT} stands for.
   */
  public static final String BYTES = "bytes";

  /** The treatment of texts with too many tokens. */
  public enum Longer {
    /** Refuses them with an error. */
    REFUSE,
    /** Keeps their first tokens. */
    CUT
  }

  private Tokens() {}

  /**
   * {@return the texts of a table as tokens}: {@value #TOKENS}, {@code [length]}, {@value #LENGTH},
   * {@code []}, and the target as in {@link Table#target}
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
    var fixed = new FixedLength(tokenizer, length, OptionalInt.of(padding), longer);
    List<String> all = table.texts(texts);
    int[] tokens = new int[Math.multiplyExact(all.size(), length)];
    int[] lengths = new int[all.size()];
    for (int row = 0; row < lengths.length; row++) {
      try {
        lengths[row] = fixed.encode(all.get(row), tokens, row * length);
      } catch (TextException e) {
        throw inRow(table.name(), row, e);
      }
    }
    var examples =
        ArrayDataset.named(table.name())
            .ints(TOKENS, Shape.of(length), tokens)
            .ints(LENGTH, Shape.SCALAR, lengths);
    return table.target(examples, target).build();
  }

  /**
   * {@return windows on some texts, none of which spans two}: {@value #TOKENS} and {@value #NEXT},
   * both {@code [length]}, where the second is one token ahead.
   *
   * @param texts their tokens
   * @param length of a window
   * @param stride from one window to the next; {@code length} lets each token be learned once
   * @param padding the id that fills the last window of a text, where {@value #NEXT} is -1, which
   *     no loss counts; if empty, a rest that does not fill a window is left out
   * @throws DataException if there is no window
   */
  public static Dataset windows(
      String name, List<int[]> texts, int length, int stride, OptionalInt padding) {
    return new TokenWindows(name, texts, length, stride, padding, Optional.empty());
  }

  /**
   * {@return the same windows, with {@value #BYTES}, {@code [length]}, too: 0 where {@value #NEXT}
   * is -1}
   *
   * @param tokenizer of the texts
   * @throws DataException if there is no window
   */
  public static Dataset windows(
      String name,
      List<int[]> texts,
      int length,
      int stride,
      OptionalInt padding,
      Tokenizer tokenizer) {
    int[] bytes =
        IntStream.range(0, tokenizer.size()).map(id -> tokenizer.bytes(id).length).toArray();
    return new TokenWindows(name, texts, length, stride, padding, Optional.of(bytes));
  }

  /**
   * {@return pairs of texts}: {@value #TOKENS}, {@code [source + target]}, the first text with
   * {@code end} behind it, then {@code start} and the second; and {@value #NEXT}, {@code [target]},
   * the token behind each step of the second, {@code end} behind the last, -1 where there is none.
   *
   * @param first its tokens, as many texts as there are second ones
   * @param source how many tokens a first text has with the token behind it
   * @param target how many a second one has with it
   * @param padding the id that fills short texts
   * @param longer the treatment of longer texts
   * @throws DataException if a text has no tokens or, unless it is cut, too many, with the row
   */
  public static Dataset pairs(
      String name,
      List<int[]> first,
      List<int[]> second,
      int source,
      int target,
      int start,
      int end,
      int padding,
      Longer longer) {
    int width = Math.addExact(source, target);
    int[] tokens = new int[Math.multiplyExact(first.size(), width)];
    int[] next = new int[first.size() * target];
    Arrays.fill(tokens, padding);
    Arrays.fill(next, TokenWindows.NO_TOKEN);
    for (int row = 0; row < first.size(); row++) {
      int[] from = fitting(name, row, first.get(row), source - 1, longer);
      int[] to = fitting(name, row, second.get(row), target - 1, longer);
      int at = row * width;
      System.arraycopy(from, 0, tokens, at, from.length);
      tokens[at + from.length] = end;
      tokens[at + source] = start;
      System.arraycopy(to, 0, tokens, at + source + 1, to.length);
      System.arraycopy(to, 0, next, row * target, to.length);
      next[row * target + to.length] = end;
    }
    return ArrayDataset.named(name)
        .ints(TOKENS, Shape.of(width), tokens)
        .ints(NEXT, Shape.of(target), next)
        .build();
  }

  /**
   * A dialogue.
   *
   * @param tokens of all that is said
   * @param answers which of them the assistant says
   */
  public record Dialogue(int[] tokens, boolean[] answers) {
    /**
     * {@return the tokens of a dialogue's parts, special tokens too}
     *
     * @throws TextException if a character has no token
     */
    public static Dialogue of(List<Chat.Part> parts, Tokenizer tokenizer) {
      List<int[]> pieces = parts.stream().map(p -> tokenizer.encodeWithSpecial(p.text())).toList();
      int[] tokens = pieces.stream().flatMapToInt(Arrays::stream).toArray();
      boolean[] answers = new boolean[tokens.length];
      int at = 0;
      for (int i = 0; i < pieces.size(); i++) {
        int end = at + pieces.get(i).length;
        Arrays.fill(answers, at, end, parts.get(i).answer());
        at = end;
      }
      return new Dialogue(tokens, answers);
    }
  }

  /**
   * {@return dialogues, of which the answers are learned}: {@value #TOKENS}, {@value #NEXT} and
   * {@value #BYTES}, all {@code [length]}, as in {@link #windows}. {@value #NEXT} is -1 where the
   * token behind is none that the assistant says, and behind the end.
   *
   * @param padding the id that fills short dialogues; 0 if empty, which a causal network does not
   *     see
   * @param longer the treatment of dialogues of more than {@code length + 1} tokens
   * @throws DataException if there is no token to learn or, unless it is cut, there are too many
   *     tokens, with the line
   */
  public static Dataset dialogues(
      String name,
      List<Dialogue> dialogues,
      int length,
      OptionalInt padding,
      Longer longer,
      Tokenizer tokenizer) {
    int size = Math.multiplyExact(dialogues.size(), length);
    int[] tokens = new int[size];
    int[] next = new int[size];
    int[] bytes = new int[size];
    Arrays.fill(tokens, padding.orElse(0));
    Arrays.fill(next, TokenWindows.NO_TOKEN);
    for (int row = 0; row < dialogues.size(); row++) {
      Dialogue dialogue = dialogues.get(row);
      int count = Math.min(dialogue.tokens().length - 1, length);
      boolean learns = false;
      for (int i = 0; i < count; i++) {
        int at = row * length + i;
        tokens[at] = dialogue.tokens()[i];
        if (dialogue.answers()[i + 1]) {
          next[at] = dialogue.tokens()[i + 1];
          bytes[at] = tokenizer.bytes(next[at]).length;
          learns = true;
        }
      }
      if (!learns || dialogue.tokens().length - 1 > length && longer == Longer.REFUSE) {
        throw new DataException(
            "[chats] %s, line %d: expected at most %d tokens, with an answer, but got %d"
                .formatted(name, row + 1, length + 1, dialogue.tokens().length));
      }
    }
    return ArrayDataset.named(name)
        .ints(TOKENS, Shape.of(length), tokens)
        .ints(NEXT, Shape.of(length), next)
        .ints(BYTES, Shape.of(length), bytes)
        .build();
  }

  private static int[] fitting(String name, int row, int[] tokens, int most, Longer longer) {
    if (tokens.length == 0 || tokens.length > most && longer == Longer.REFUSE) {
      throw new DataException(
          "[text] row %d of '%s': expected texts of 1 to %d tokens but got %d"
              .formatted(row, name, most, tokens.length));
    }
    return Arrays.copyOf(tokens, Math.min(tokens.length, most));
  }

  /**
   * {@return some texts, each as tokens}
   *
   * @param name of the texts
   * @throws DataException if a character has no tokens, with the text's number
   */
  public static List<int[]> encoded(String name, List<String> texts, Tokenizer tokenizer) {
    List<int[]> all = new ArrayList<>();
    for (String text : texts) {
      try {
        all.add(tokenizer.encode(text));
      } catch (TextException e) {
        throw inRow(name, all.size(), e);
      }
    }
    return all;
  }

  private static DataException inRow(String name, int row, TextException e) {
    return new DataException("[text] row %d of '%s': %s".formatted(row, name, e.getMessage()), e);
  }
}
