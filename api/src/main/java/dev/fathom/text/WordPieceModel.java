package dev.fathom.text;

import dev.fathom.json.Fields;
import dev.fathom.json.SpecException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The longest token that a word begins with, then the longest that the rest begins with, and so on
 * (Wu et al., 2016; Devlin et al., 2019). A word with a part that has no token is unknown as a
 * whole.
 */
final class WordPieceModel implements SubwordModel {
  private final List<String> vocabulary;
  private final Map<String, Integer> plain;
  private final int unknown;
  private final String prefix;
  private final long longest;

  /**
   * @param prefix of a token that does not begin a word
   * @param longest how many characters a word may have to be known
   */
  private WordPieceModel(
      Map<String, Integer> ids,
      Map<String, AddedToken> added,
      int unknown,
      String prefix,
      long longest) {
    this.vocabulary = List.copyOf(ids.keySet());
    this.plain = SubwordModel.plain(ids, added);
    this.unknown = unknown;
    this.prefix = prefix;
    this.longest = longest;
  }

  static WordPieceModel read(Fields f, Map<String, AddedToken> added) {
    Map<String, Integer> ids = f.required("vocab", SubwordModel::vocabulary);
    OptionalInt unknown = SubwordModel.unknown(f, ids, added);
    return new WordPieceModel(
        ids,
        added,
        unknown.orElseThrow(() -> new SpecException(f.at("unk_token"), "expected a token")),
        f.text("continuing_subword_prefix", "##"),
        f.integer("max_input_chars_per_word", 100L, 1));
  }

  @Override
  public List<String> vocabulary() {
    return vocabulary;
  }

  @Override
  public OptionalInt unknown() {
    return OptionalInt.of(unknown);
  }

  @Override
  public int[] encode(String word) {
    IntStream.Builder tokens = IntStream.builder();
    if (word.codePointCount(0, word.length()) > longest) {
      return new int[] {unknown};
    }
    for (int start = 0; start < word.length(); ) {
      int end = word.length();
      Integer token = null;
      while (end > start) {
        token = plain.get((start == 0 ? "" : prefix) + word.substring(start, end));
        if (token != null) {
          break;
        }
        end -= Character.charCount(word.codePointBefore(end));
      }
      if (token == null) {
        return new int[] {unknown};
      }
      tokens.add(token);
      start = end;
    }
    return tokens.build().toArray();
  }
}
