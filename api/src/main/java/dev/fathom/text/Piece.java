package dev.fathom.text;

import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/**
 * A part of a text on its way to tokens.
 *
 * @param text as far as it was changed
 * @param first whether it begins with the first character of the text that was given
 */
record Piece(String text, boolean first) {
  Piece with(String changed) {
    return new Piece(changed, first);
  }

  Piece map(UnaryOperator<String> change) {
    return with(change.apply(text));
  }

  /** {@return the part from {@code start} to {@code end}} */
  Piece part(int start, int end) {
    return start == 0 && end == text.length()
        ? this
        : new Piece(text.substring(start, end), first && start == 0);
  }

  /** {@return it without the characters that are not kept} */
  Piece filter(IntPredicate keep) {
    StringBuilder kept = new StringBuilder(text.length());
    text.codePoints().filter(keep).forEach(kept::appendCodePoint);
    boolean begins = text.isEmpty() || keep.test(text.codePointAt(0));
    return new Piece(kept.toString(), first && begins);
  }
}
