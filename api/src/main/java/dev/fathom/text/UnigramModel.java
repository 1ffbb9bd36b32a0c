package dev.fathom.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.SpecException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The likeliest tokens of a word, where each has a probability of its own (Kudo, "Subword
 * Regularization", 2018), found by Viterbi's algorithm.
 */
final class UnigramModel implements SubwordModel {
  /** How much less likely a character without token is than the least likely token. */
  static final double UNKNOWN_PENALTY = 10;

  private final List<String> vocabulary;
  private final double[] scores;
  private final OptionalInt unknown;
  private final double unknownScore;
  private final Trie pieces = new Trie();
  private final Integer[] byteTokens;

  /** A token and the logarithm of its probability. */
  record Scored(String token, double score) {}

  private UnigramModel(
      List<Scored> tokens,
      Map<String, AddedToken> added,
      OptionalInt unknown,
      boolean byteFallback) {
    this.vocabulary = tokens.stream().map(Scored::token).toList();
    this.scores = tokens.stream().mapToDouble(Scored::score).toArray();
    this.unknown = unknown;
    this.unknownScore = Arrays.stream(scores).min().orElse(0) - UNKNOWN_PENALTY;
    Map<String, Integer> ids = SubwordModel.numbered(vocabulary);
    SubwordModel.plain(ids, added)
        .forEach(
            (token, id) -> {
              if (!token.isEmpty()) {
                pieces.put(token, id);
              }
            });
    this.byteTokens = byteFallback ? SubwordModel.byteTokens(ids) : new Integer[256];
  }

  static UnigramModel read(Fields f, Map<String, AddedToken> added) {
    List<Scored> tokens = f.required("vocab", UnigramModel::tokens);
    Optional<Long> unknown = f.optionalInteger("unk_id", 0);
    if (unknown.isPresent() && unknown.get() >= tokens.size()) {
      throw new SpecException(
          f.at("unk_id"),
          "expected the number of one of %d tokens but got %d"
              .formatted(tokens.size(), unknown.get()));
    }
    return new UnigramModel(
        tokens,
        added,
        unknown.map(id -> OptionalInt.of(id.intValue())).orElse(OptionalInt.empty()),
        f.flag("byte_fallback", false));
  }

  private static Parsed<List<Scored>> tokens(JsonNode json, String pointer) {
    List<Scored> tokens = new ArrayList<>();
    for (JsonNode node : SubwordModel.array(json, pointer)) {
      if (!node.isArray()
          || node.size() != 2
          || !node.get(0).isTextual()
          || !node.get(1).isNumber()) {
        throw Fields.wrong(pointer + "/" + tokens.size(), "a token and its score", node);
      }
      tokens.add(new Scored(node.get(0).textValue(), node.get(1).doubleValue()));
    }
    return new Parsed<>(tokens, json);
  }

  @Override
  public List<String> vocabulary() {
    return vocabulary;
  }

  @Override
  public OptionalInt unknown() {
    return unknown;
  }

  @Override
  public int[] encode(String word) {
    int length = word.length();
    double[] best = new double[length + 1];
    int[] token = new int[length + 1];
    int[] start = new int[length + 1];
    Arrays.fill(start, -1);
    for (int at = 0; at < length; ) {
      int next = at + Character.charCount(word.codePointAt(at));
      boolean known = false;
      int node = Trie.ROOT;
      for (int end = at; end < length; ) {
        node = pieces.next(node, word.charAt(end++));
        if (node == Trie.NONE) {
          break;
        }
        int id = pieces.value(node);
        if (id != Trie.NONE) {
          known |= end == next;
          double score = scores[id] + best[at];
          if (start[end] < 0 || score > best[end]) {
            best[end] = score;
            token[end] = id;
            start[end] = at;
          }
        }
      }
      double score = unknownScore + best[at];
      if (!known && (start[next] < 0 || score > best[next])) {
        best[next] = score;
        token[next] = Trie.NONE;
        start[next] = at;
      }
      at = next;
    }
    return path(word, token, start);
  }

  /** Follows the best path from the end; neighbours that are unknown are one. */
  private int[] path(String word, int[] token, int[] start) {
    List<Integer> tokens = new ArrayList<>();
    for (int end = word.length(); end > 0; ) {
      int at = start[end];
      if (token[end] != Trie.NONE) {
        tokens.add(token[end]);
      } else {
        while (at > 0 && token[at] == Trie.NONE) {
          at = start[at];
        }
        List<Integer> bytes = SubwordModel.bytes(word.substring(at, end), byteTokens);
        if (bytes != null) {
          tokens.addAll(bytes.reversed());
        } else if (unknown.isPresent()) {
          tokens.add(unknown.getAsInt());
        } else {
          throw SubwordModel.unknown(word, at);
        }
      }
      end = at;
    }
    return tokens.reversed().stream().mapToInt(id -> id).toArray();
  }
}
