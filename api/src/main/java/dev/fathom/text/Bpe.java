package dev.fathom.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
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
 * makes one from text, unlike Hugging Face's libraries.
 */
public final class Bpe implements Tokenizer {
  private final List<String> vocabulary;
  private final List<Merge> merges;
  private final Set<String> special;

  private final Map<String, Integer> ids = new HashMap<>();
  private final byte[][] bytes;
  private final int[] byteTokens = new int[256];
  private final Merges pairs;
  private final AddedTokens written;

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
    this.pairs = new Merges(merges.size());
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
    for (int rank = 0; rank < merges.size(); rank++) {
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
      pairs.add(ids.get(merge.left), ids.get(merge.right), ids.get(merge.left + merge.right));
    }
    this.written =
        new AddedTokens(
            special.stream().map(token -> AddedToken.special(ids.get(token), token)).toList(),
            text -> text);
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
    Utf8.check(text);
    Map<String, Long> counts = new LinkedHashMap<>();
    words(text, word -> counts.merge(ByteLevel.characters(word), 1L, Long::sum));
    BpeTraining training =
        new BpeTraining(byteVocabulary(), "", counts, word -> List.of(word.split("")));
    List<Merge> merges = training.run(size - special.length);
    List<String> vocabulary = new ArrayList<>(training.vocabulary());
    vocabulary.addAll(List.of(special));
    return new Bpe(vocabulary, merges, new HashSet<>(List.of(special)));
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
    return encode(text, false);
  }

  @Override
  public int[] encodeWithSpecial(String text) {
    return encode(text, true);
  }

  private int[] encode(String text, boolean special) {
    Utf8.check(text);
    var tokens = IntStream.builder();
    var known = new HashMap<String, int[]>();
    written.cut(
        new Piece(text, true),
        special,
        plain ->
            words(
                plain.text(),
                word -> {
                  for (int token : known.computeIfAbsent(word, this::merge)) {
                    tokens.add(token);
                  }
                }),
        tokens::add);
    return tokens.build().toArray();
  }

  @Override
  public boolean isSpecial(int token) {
    return special.contains(vocabulary.get(token));
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
    var matcher = ByteLevel.WORD.matcher(text);
    while (matcher.find()) {
      word.accept(matcher.group());
    }
  }

  private int[] merge(String word) {
    byte[] values = Utf8.encode(word);
    int[] tokens = new int[values.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = byteTokens[values[i] & 0xff];
    }
    return pairs.apply(tokens);
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
