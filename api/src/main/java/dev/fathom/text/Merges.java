package dev.fathom.text;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/** Which two tokens become one, and which first. Immutable once all are added. */
final class Merges {
  /** Ranks by the two tokens, the left one in the high half of the key. */
  private final Map<Long, Integer> ranks = new HashMap<>();

  /** By rank. */
  private final int[] merged;

  private int size;

  /**
   * @param most how many are added
   */
  Merges(int most) {
    merged = new int[most];
  }

  static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  /** Adds the next merge; of two merges of the same tokens the first counts. */
  void add(int left, int right, int token) {
    ranks.putIfAbsent(pair(left, right), size);
    merged[size++] = token;
  }

  /**
   * Merges along a linked list with a queue of candidates, lowest rank first, then leftmost: n log
   * n, so that a word of a megabyte, which a request may bring, does not take long. A candidate
   * whose tokens have changed is skipped.
   *
   * @param tokens of a word; overwritten
   * @return those that no merge applies to
   */
  int[] apply(int[] tokens) {
    int[] before = new int[tokens.length];
    int[] behind = new int[tokens.length];
    var candidates = new PriorityQueue<Long>();
    for (int i = 0; i < tokens.length; i++) {
      before[i] = i - 1;
      behind[i] = i + 1;
    }
    for (int i = 0; i + 1 < tokens.length; i++) {
      propose(candidates, tokens, i, i + 1);
    }
    while (!candidates.isEmpty()) {
      long candidate = candidates.remove();
      int left = (int) candidate;
      int rank = (int) (candidate >> 32);
      int right = behind[left];
      if (tokens[left] < 0 || right == tokens.length || rank != rank(tokens, left, right)) {
        continue;
      }
      tokens[left] = merged[rank];
      tokens[right] = -1;
      behind[left] = behind[right];
      if (behind[left] < tokens.length) {
        before[behind[left]] = left;
        propose(candidates, tokens, left, behind[left]);
      }
      if (before[left] >= 0) {
        propose(candidates, tokens, before[left], left);
      }
    }
    return Arrays.stream(tokens).filter(token -> token >= 0).toArray();
  }

  private void propose(PriorityQueue<Long> candidates, int[] tokens, int left, int right) {
    int rank = rank(tokens, left, right);
    if (rank >= 0) {
      candidates.add(pair(rank, left));
    }
  }

  private int rank(int[] tokens, int left, int right) {
    return ranks.getOrDefault(pair(tokens[left], tokens[right]), -1);
  }
}
