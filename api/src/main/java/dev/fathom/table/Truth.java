package dev.fathom.table;

import java.util.List;
import java.util.Locale;

/** True and false as people write them. */
public final class Truth {
  private static final List<List<String>> WORDS =
      List.of(List.of("false", "true"), List.of("no", "yes"), List.of("f", "t"), List.of("n", "y"));

  /** How many pairs of words there are. */
  static final int PAIRS = WORDS.size();

  private Truth() {}

  /** {@return which pair a word is of; {@link #PAIRS} if of none} */
  static int pair(String text) {
    if (text.length() > 7) {
      return PAIRS;
    }
    String word = text.strip().toLowerCase(Locale.ROOT);
    for (int pair = 0; pair < PAIRS; pair++) {
      if (WORDS.get(pair).contains(word)) {
        return pair;
      }
    }
    return PAIRS;
  }

  /** {@return 1 for true, 0 for false, of numbers too; NaN if it is neither} */
  public static double of(String text) {
    int pair = pair(text);
    String word = text.strip().toLowerCase(Locale.ROOT);
    if (pair < PAIRS) {
      return WORDS.get(pair).indexOf(word);
    }
    return switch (word) {
      case "0" -> 0;
      case "1" -> 1;
      default -> Double.NaN;
    };
  }
}
