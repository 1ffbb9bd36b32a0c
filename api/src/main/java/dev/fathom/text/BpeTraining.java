package dev.fathom.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;

/** Learns merges. Each different word is kept once, and each pair knows the words that have it. */
final class BpeTraining {
  private final List<Word> words = new ArrayList<>();
  private final Map<Long, Pair> pairs = new HashMap<>();

  /**
   * The most frequent pair first. A count may be out of date, so it is looked up before it is used.
   */
  private final PriorityQueue<Candidate> candidates =
      new PriorityQueue<>(
          Comparator.comparingLong((Candidate c) -> -c.count).thenComparingLong(Candidate::pair));

  private final List<String> vocabulary;
  private final Map<String, Integer> ids;
  private final String prefix;

  private record Candidate(long pair, long count) {}

  private static final class Word {
    final long count;
    int[] tokens;

    Word(int[] tokens, long count) {
      this.tokens = tokens;
      this.count = count;
    }

    long pair(int i) {
      return Merges.pair(tokens[i], tokens[i + 1]);
    }
  }

  private static final class Pair {
    long count;
    final Set<Word> words = new LinkedHashSet<>();
  }

  /**
   * @param alphabet the first tokens, in the order of their numbers
   * @param prefix of tokens that do not begin a word, which is left out where two become one
   * @param counts how often each word comes
   * @param symbols the tokens of the alphabet that a word begins as
   */
  BpeTraining(
      List<String> alphabet,
      String prefix,
      Map<String, Long> counts,
      Function<String, List<String>> symbols) {
    this.vocabulary = new ArrayList<>(alphabet);
    this.ids = SubwordModel.numbered(alphabet);
    this.prefix = prefix;
    counts.forEach(
        (word, count) ->
            words.add(new Word(symbols.apply(word).stream().mapToInt(ids::get).toArray(), count)));
    words.forEach(word -> count(word, 1));
    pairs.forEach((pair, counted) -> candidates.add(new Candidate(pair, counted.count)));
  }

  /** {@return the tokens in the order of their numbers, those of merges behind the alphabet} */
  List<String> vocabulary() {
    return vocabulary;
  }

  /**
   * {@return the merges that make a vocabulary of this size} Fewer, if no two neighbours come
   * twice.
   */
  List<Bpe.Merge> run(int size) {
    List<Bpe.Merge> merges = new ArrayList<>();
    while (vocabulary.size() < size) {
      Candidate best = candidates.poll();
      if (best == null || best.count < 2) {
        break;
      }
      long now = pairs.get(best.pair).count;
      if (now != best.count) {
        candidates.add(new Candidate(best.pair, now));
        continue;
      }
      int left = (int) (best.pair >> 32);
      int right = (int) best.pair;
      String end = vocabulary.get(right);
      merges.add(new Bpe.Merge(vocabulary.get(left), end));
      merge(left, right, token(vocabulary.get(left) + end.substring(prefix.length())));
    }
    return merges;
  }

  /** Two merges may give the same token: a + bc, and ab + c. */
  private int token(String text) {
    return ids.computeIfAbsent(
        text,
        added -> {
          vocabulary.add(added);
          return vocabulary.size() - 1;
        });
  }

  private void merge(int left, int right, int token) {
    Set<Long> made = new LinkedHashSet<>();
    for (Word word : List.copyOf(pairs.get(Merges.pair(left, right)).words)) {
      count(word, -1);
      word.tokens = merged(word.tokens, left, right, token);
      count(word, 1);
      for (int i = 0; i + 1 < word.tokens.length; i++) {
        if (word.tokens[i] == token || word.tokens[i + 1] == token) {
          made.add(word.pair(i));
        }
      }
    }
    for (long pair : made) {
      candidates.add(new Candidate(pair, pairs.get(pair).count));
    }
  }

  private static int[] merged(int[] tokens, int left, int right, int token) {
    int[] merged = new int[tokens.length];
    int length = 0;
    for (int i = 0; i < tokens.length; i++) {
      boolean both = tokens[i] == left && i + 1 < tokens.length && tokens[i + 1] == right;
      merged[length++] = both ? token : tokens[i];
      i += both ? 1 : 0;
    }
    return Arrays.copyOf(merged, length);
  }

  private void count(Word word, int sign) {
    for (int i = 0; i + 1 < word.tokens.length; i++) {
      Pair pair = pairs.computeIfAbsent(word.pair(i), _ -> new Pair());
      pair.count += sign * word.count;
      if (sign > 0) {
        pair.words.add(word);
      } else {
        pair.words.remove(word);
      }
    }
  }
}
