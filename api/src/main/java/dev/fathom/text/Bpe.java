package dev.fathom.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Byte-pair encoding over bytes. A text is cut into words by GPT-2's pattern; in each word, the two
 * neighbouring tokens whose merge stands first in the list become one, until no merge applies.
 * Takes any text, since every byte is a token.
 *
 * <p>Sources: Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with Subword
 * Units" (2016), for the merges; Radford et al., "Language Models are Unsupervised Multitask
 * Learners" (GPT-2, 2019), for bytes, pattern and the way tokens are written.
 *
 * <p>Special tokens, an end of text for example, are for the caller to add: {@link #encode} never
 * makes one from text, unlike Hugging Face's libraries, so that a text from outside cannot contain
 * one.
 */
public final class Bpe implements Tokenizer {
  private static final Pattern WORD =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\p{IsWhite_Space}\\p{L}\\p{N}]+"
              + "|\\p{IsWhite_Space}+(?!\\P{IsWhite_Space})|\\p{IsWhite_Space}+");

  private final List<String> vocabulary;
  private final List<Merge> merges;
  private final Set<String> special;

  private final Map<String, Integer> ids = new HashMap<>();
  private final byte[][] bytes;
  private final int[] byteTokens = new int[256];

  /** Ranks of merges by their two tokens, the left one in the high half of the key. */
  private final Map<Long, Integer> ranks = new HashMap<>();

  /** By rank. */
  private final int[] merged;

  /** Two tokens that become one, as they stand in the vocabulary. */
  public record Merge(String left, String right) {}

  /**
   * @param vocabulary the tokens in the order of their numbers, bytes written as GPT-2 does ({@code
   *     Ġ} for a space), special tokens as they are
   * @param merges the first comes first
   * @param special which tokens no text gives
   * @throws IllegalArgumentException if a token comes twice or is not written in bytes, a byte is
   *     missing, or a merge is of tokens or to a token that is not in the vocabulary
   */
  public Bpe(List<String> vocabulary, List<Merge> merges, Set<String> special) {
    this.vocabulary = List.copyOf(vocabulary);
    this.merges = List.copyOf(merges);
    this.special = Set.copyOf(special);
    this.bytes = new byte[vocabulary.size()][];
    this.merged = new int[merges.size()];
    for (int id = 0; id < bytes.length; id++) {
      String token = vocabulary.get(id);
      check(!token.isEmpty(), "token %d is empty", id);
      check(ids.put(token, id) == null, "token '%s' comes twice", token);
      bytes[id] = special.contains(token) ? Utf8.encode(token) : ByteLevel.bytes(token);
      check(bytes[id] != null, "token '%s' is not written in the characters for bytes", token);
    }
    for (String token : special) {
      check(ids.containsKey(token), "special token '%s' is not in the vocabulary", token);
    }
    for (int value = 0; value < 256; value++) {
      String token = String.valueOf(ByteLevel.character((byte) value));
      check(isPlain(token), "byte %02x, '%s', is not in the vocabulary", value, token);
      byteTokens[value] = ids.get(token);
    }
    for (int rank = 0; rank < merged.length; rank++) {
      Merge merge = merges.get(rank);
      for (String token : List.of(merge.left, merge.right, merge.left + merge.right)) {
        check(
            isPlain(token),
            "merge %d of '%s' and '%s': '%s' is not in the vocabulary",
            rank,
            merge.left,
            merge.right,
            token);
      }
      merged[rank] = ids.get(merge.left + merge.right);
      ranks.putIfAbsent(pair(ids.get(merge.left), ids.get(merge.right)), rank);
    }
  }

  /**
   * {@return a tokenizer learned from a text} Each step merges the two neighbours that are most
   * frequent, of equally frequent ones those of the lowest numbers, so equal texts give equal
   * tokenizers. Ends early when no two neighbours come twice. The text of a book takes a second or
   * two.
   *
   * @param size of the vocabulary: 256 bytes, merges, special tokens
   * @param special tokens that no text gives; they get the highest numbers
   * @throws IllegalArgumentException if {@code size} has no room for bytes and special tokens, or a
   *     special token is empty or comes twice
   * @throws TextException if {@code text} holds half a surrogate pair
   */
  public static Bpe train(String text, int size, String... special) {
    check(
        size >= 256 + special.length,
        "expected a vocabulary of %d or more but got %d",
        256 + special.length,
        size);
    return new BpeTraining(text).run(size - special.length, List.of(special));
  }

  /** {@return the tokens in the order of their numbers, bytes written as GPT-2 does} */
  public List<String> vocabulary() {
    return vocabulary;
  }

  /** {@return the merges, the first that applies first} */
  public List<Merge> merges() {
    return merges;
  }

  /** {@return the tokens that no text gives} */
  public Set<String> special() {
    return special;
  }

  /**
   * {@return the number of a special token}
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public int special(String token) {
    check(special.contains(token), "expected a special token of %s but got '%s'", special, token);
    return ids.get(token);
  }

  @Override
  public int size() {
    return vocabulary.size();
  }

  @Override
  public int[] encode(String text) {
    var tokens = IntStream.builder();
    var known = new HashMap<String, int[]>();
    words(
        text,
        word -> {
          for (int token : known.computeIfAbsent(word, this::merge)) {
            tokens.add(token);
          }
        });
    return tokens.build().toArray();
  }

  @Override
  public byte[] bytes(int token) {
    return bytes[token].clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bpe same
        && vocabulary.equals(same.vocabulary)
        && merges.equals(same.merges)
        && special.equals(same.special);
  }

  @Override
  public int hashCode() {
    return vocabulary.hashCode();
  }

  /** Cuts a text, all of it, into the words that are encoded one by one. */
  static void words(String text, Consumer<String> word) {
    Utf8.check(text);
    var matcher = WORD.matcher(text);
    while (matcher.find()) {
      word.accept(matcher.group());
    }
  }

  static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  /**
   * Merges along a linked list with a queue of candidates, lowest rank first, then leftmost: n log
   * n, so that a word of a megabyte, which a request may bring, does not take long. A candidate
   * whose tokens have changed is skipped.
   */
  private int[] merge(String word) {
    byte[] values = Utf8.encode(word);
    int[] tokens = new int[values.length];
    int[] before = new int[values.length];
    int[] behind = new int[values.length];
    var candidates = new PriorityQueue<Long>();
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = byteTokens[values[i] & 0xff];
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

  private boolean isPlain(String token) {
    return ids.containsKey(token) && !special.contains(token);
  }

  private static void check(boolean holds, String problem, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException("[bpe] " + problem.formatted(values));
    }
  }

  /** {@return the 256 bytes as tokens, in GPT-2's order: that of their characters} */
  static List<String> byteVocabulary() {
    List<String> tokens = new ArrayList<>();
    for (int value = 0; value < 256; value++) {
      tokens.add(String.valueOf(ByteLevel.character((byte) value)));
    }
    tokens.sort(null);
    return tokens;
  }
}
