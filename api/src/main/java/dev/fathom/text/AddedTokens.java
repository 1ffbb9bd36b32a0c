package dev.fathom.text;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;

/** Finds tokens that stand in a text as they are: the leftmost first, of these the longest. */
final class AddedTokens {
  private final List<AddedToken> tokens;
  private final Trie contents = new Trie();
  private final boolean onlySpecial;

  /**
   * @param tokens of equal contents the first counts
   * @param content what a token's content looks like in the texts
   */
  AddedTokens(List<AddedToken> tokens, UnaryOperator<String> content) {
    this.tokens = List.copyOf(tokens);
    this.onlySpecial = tokens.stream().allMatch(AddedToken::special);
    for (int i = tokens.size() - 1; i >= 0; i--) {
      String text = content.apply(tokens.get(i).content());
      if (!text.isEmpty()) {
        contents.put(text, i);
      }
    }
  }

  /**
   * Cuts a text at the tokens in it.
   *
   * @param withSpecial whether special ones count too
   * @param plain gets what is between them, nothing that is empty
   * @param token gets their numbers
   */
  void cut(Piece piece, boolean withSpecial, Consumer<Piece> plain, IntConsumer token) {
    String text = piece.text();
    int done = 0;
    boolean none = onlySpecial && !withSpecial;
    for (int at = none ? text.length() : 0; at < text.length(); ) {
      int end = at;
      int found = Trie.NONE;
      int node = Trie.ROOT;
      for (int i = at; i < text.length() && node != Trie.NONE; i++) {
        node = contents.next(node, text.charAt(i));
        if (node != Trie.NONE && contents.value(node) != Trie.NONE) {
          found = contents.value(node);
          end = i + 1;
        }
      }
      if (found == Trie.NONE) {
        at++;
        continue;
      }
      AddedToken each = tokens.get(found);
      if (each.special() && !withSpecial || each.singleWord() && !isAlone(text, at, end)) {
        at = end;
        continue;
      }
      int start = at;
      at = end;
      while (each.left() && start > done && Unicode.isWhiteSpace(text.charAt(start - 1))) {
        start--;
      }
      while (each.right() && end < text.length() && Unicode.isWhiteSpace(text.charAt(end))) {
        end++;
      }
      if (start > done) {
        plain.accept(piece.part(done, start));
      }
      token.accept(each.id());
      done = end;
    }
    if (done < text.length()) {
      plain.accept(piece.part(done, text.length()));
    }
  }

  private static boolean isAlone(String text, int start, int end) {
    return (start == 0 || !Unicode.isWord(text.codePointBefore(start)))
        && (end == text.length() || !Unicode.isWord(text.codePointAt(end)));
  }
}
