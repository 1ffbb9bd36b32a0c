package dev.fathom.generate;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** What is computed from the logits of a step. */
final class Logits {
  private Logits() {}

  /**
   * @param tokens the number of tokens; logits behind theirs belong to no token
   * @throws IllegalStateException if one is not a number
   */
  static void requireFinite(float[] logits, int tokens) {
    for (int token = 0; token < tokens; token++) {
      if (!Float.isFinite(logits[token])) {
        throw new IllegalStateException(
            "[generate] expected logits that are numbers but the model gives %s for token %d"
                .formatted(logits[token], token));
      }
    }
  }

  /** {@return the first of the largest} */
  static int largest(float[] logits, int tokens) {
    int best = 0;
    for (int token = 1; token < tokens; token++) {
      best = logits[token] > logits[best] ? token : best;
    }
    return best;
  }

  /**
   * {@return the score of a token}
   *
   * @param tokens the number of tokens; logits behind theirs are ignored
   * @param likeliest how many of the likeliest tokens are told
   */
  static TokenScore score(float[] logits, int tokens, int token, int likeliest) {
    double logTotal = logTotal(logits, tokens);
    SequencedMap<Integer, Double> best = new LinkedHashMap<>();
    for (int candidate : likeliest(logits, tokens, Math.min(likeliest, tokens))) {
      best.put(candidate, logits[candidate] - logTotal);
    }
    return new TokenScore(token, logits[token] - logTotal, best);
  }

  /** The logarithm of the sum of the exponentials, which the largest is taken out of. */
  static double logTotal(float[] logits, int tokens) {
    double top = logits[largest(logits, tokens)];
    double total = 0;
    for (int token = 0; token < tokens; token++) {
      total += Math.exp(logits[token] - top);
    }
    return top + Math.log(total);
  }

  /** {@return the tokens with the largest logits, in order} */
  private static int[] likeliest(float[] logits, int tokens, int count) {
    int[] best = new int[count];
    int known = 0;
    for (int token = 0; token < tokens && count > 0; token++) {
      if (known == count && logits[token] <= logits[best[count - 1]]) {
        continue;
      }
      int at = known < count ? known++ : count - 1;
      while (at > 0 && logits[best[at - 1]] < logits[token]) {
        best[at] = best[--at];
      }
      best[at] = token;
    }
    return best;
  }
}
