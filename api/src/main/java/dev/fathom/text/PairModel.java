package dev.fathom.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Byte-pair encoding of the characters of a word (Sennrich, Haddow and Birch, 2016), in the forms
 * that Hugging Face's library knows: with tokens for what is unknown or for its bytes, with a
 * prefix for all but the first and a suffix for the last of a word, with whole words first.
 */
final class PairModel implements SubwordModel {
  private final List<String> vocabulary;
  private final Map<String, Integer> plain;
  private final List<Bpe.Merge> merges;
  private final Merges pairs;
  private final Options options;
  private final Integer[] byteTokens;

  /**
   * What differs from a BPE of bytes.
   *
   * @param unknown the token of what has no other
   * @param fuse whether neighbours that are unknown are one token
   * @param prefix of a token that does not begin a word
   * @param suffix of a token that ends a word
   * @param byteFallback whether bytes of what has no token are tokens
   * @param wholeFirst whether a word that is a token needs no merges
   */
  record Options(
      OptionalInt unknown,
      boolean fuse,
      String prefix,
      String suffix,
      boolean byteFallback,
      boolean wholeFirst) {

    /** {@return whether it is that of {@link Bpe}, which has a token for each byte} */
    boolean isPlain() {
      return prefix.isEmpty() && suffix.isEmpty() && !byteFallback && !wholeFirst;
    }
  }

  PairModel(
      Map<String, Integer> ids,
      Map<String, AddedToken> added,
      List<Bpe.Merge> merges,
      Options options) {
    this.vocabulary = List.copyOf(ids.keySet());
    this.plain = SubwordModel.plain(ids, added);
    this.merges = merges;
    this.pairs = new Merges(merges.size());
    this.options = options;
    this.byteTokens = options.byteFallback ? SubwordModel.byteTokens(ids) : new Integer[256];
    for (int rank = 0; rank < merges.size(); rank++) {
      Bpe.Merge merge = merges.get(rank);
      String right = merge.right();
      if (right.startsWith(options.prefix)) {
        right = right.substring(options.prefix.length());
      }
      String merged = merge.left() + right;
      for (String token : List.of(merge.left(), merge.right(), merged)) {
        if (!ids.containsKey(token)) {
          throw new IllegalArgumentException(
              "[bpe] merge %d of '%s' and '%s': '%s' is not in the vocabulary"
                  .formatted(rank, merge.left(), merge.right(), token));
        }
      }
      if (plain.containsKey(merged)) {
        pairs.add(ids.get(merge.left()), ids.get(merge.right()), ids.get(merged));
      }
    }
  }

  static PairModel read(Fields f, Map<String, AddedToken> added) {
    f.absent("dropout");
    Map<String, Integer> ids = f.required("vocab", SubwordModel::vocabulary);
    boolean fuse = f.flag("fuse_unk", false);
    Options options =
        new Options(
            SubwordModel.unknown(f, ids, added),
            fuse,
            f.optionalText("continuing_subword_prefix").orElse(""),
            f.optionalText("end_of_word_suffix").orElse(""),
            f.flag("byte_fallback", false),
            f.flag("ignore_merges", false));
    return new PairModel(ids, added, f.required("merges", PairModel::merges), options);
  }

  /** A merge is {@code "a b"} or, in newer files, {@code ["a", "b"]}. */
  private static Parsed<List<Bpe.Merge>> merges(JsonNode json, String pointer) {
    List<Bpe.Merge> merges = new ArrayList<>();
    for (JsonNode node : SubwordModel.array(json, pointer)) {
      String[] parts =
          node.isTextual()
              ? node.textValue().split(" ", -1)
              : node.isArray()
                      && node.size() == 2
                      && node.get(0).isTextual()
                      && node.get(1).isTextual()
                  ? new String[] {node.get(0).textValue(), node.get(1).textValue()}
                  : new String[0];
      if (parts.length != 2) {
        throw Fields.wrong(pointer + "/" + merges.size(), "two tokens", node);
      }
      merges.add(new Bpe.Merge(parts[0], parts[1]));
    }
    return new Parsed<>(merges, json);
  }

  List<Bpe.Merge> merges() {
    return merges;
  }

  Options options() {
    return options;
  }

  @Override
  public List<String> vocabulary() {
    return vocabulary;
  }

  @Override
  public OptionalInt unknown() {
    return options.unknown;
  }

  @Override
  public int[] encode(String word) {
    if (options.wholeFirst && plain.containsKey(word)) {
      return new int[] {plain.get(word)};
    }
    IntStream.Builder tokens = IntStream.builder();
    boolean waits = false; // a token for what is unknown, until the next that is known
    for (int at = 0; at < word.length(); ) {
      int next = at + Character.charCount(word.codePointAt(at));
      String symbol =
          (at == 0 ? "" : options.prefix)
              + word.substring(at, next)
              + (next == word.length() ? options.suffix : "");
      Integer token = plain.get(symbol);
      List<Integer> bytes =
          token == null && options.byteFallback ? SubwordModel.bytes(symbol, byteTokens) : null;
      if (token != null) {
        if (waits) {
          tokens.add(options.unknown.getAsInt());
          waits = false;
        }
        tokens.add(token);
      } else if (bytes != null) {
        bytes.forEach(tokens::add);
      } else if (options.unknown.isEmpty()) {
        throw SubwordModel.unknown(word, at);
      } else {
        if (waits && !options.fuse) {
          tokens.add(options.unknown.getAsInt());
        }
        waits = true;
      }
      at = next;
    }
    if (waits) {
      tokens.add(options.unknown.getAsInt());
    }
    return pairs.apply(tokens.build().toArray());
  }
}
