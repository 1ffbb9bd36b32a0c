package dev.fathom.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.SpecException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * Cuts words into tokens of a vocabulary: the stage of {@link Pipeline} that makes numbers. Special
 * tokens are in the vocabulary, but no word gives one, but for that of what is unknown.
 */
interface SubwordModel {
  /** How each is read, by its name in {@code tokenizer.json}. */
  Map<String, Reader> TYPES =
      Map.of(
          "BPE", PairModel::read,
          "WordPiece", WordPieceModel::read,
          "Unigram", UnigramModel::read,
          "WordLevel", WordModel::read);

  /** Reads a model. */
  @FunctionalInterface
  interface Reader {
    SubwordModel read(Fields f, Map<String, AddedToken> added);
  }

  /**
   * {@return the tokens of a word}
   *
   * @param word not empty
   * @throws TextException if a character has no token, and there is none for what is unknown
   */
  int[] encode(String word);

  /** {@return the tokens in the order of their numbers} */
  List<String> vocabulary();

  /** {@return the number of the token for what has no other} */
  OptionalInt unknown();

  /**
   * @param added tokens that stand in texts as they are, by their contents
   */
  static Parsed<SubwordModel> read(JsonNode json, String pointer, Map<String, AddedToken> added) {
    return Fields.read(json, pointer, null, f -> f.choice("type", "BPE", TYPES).read(f, added));
  }

  /** {@return tokens and their numbers, which must be 0, 1, 2, ... in any order} */
  static Parsed<SequencedMap<String, Integer>> vocabulary(JsonNode json, String pointer) {
    if (!json.isObject()) {
      throw Fields.wrong(pointer, "an object of tokens and their numbers", json);
    }
    String[] tokens = new String[json.size()];
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      JsonNode id = entry.getValue();
      if (!id.isInt() || id.intValue() < 0 || id.intValue() >= tokens.length) {
        throw Fields.wrong(
            Fields.at(pointer, entry.getKey()),
            "a whole number of 0 to " + (tokens.length - 1),
            id);
      }
      if (tokens[id.intValue()] != null) {
        throw new SpecException(
            Fields.at(pointer, entry.getKey()),
            "expected a number of its own but %d is that of '%s'"
                .formatted(id.intValue(), tokens[id.intValue()]));
      }
      tokens[id.intValue()] = entry.getKey();
    }
    return new Parsed<>(numbered(Arrays.asList(tokens)), json);
  }

  /** {@return the numbers of tokens; of equal ones the last} */
  static SequencedMap<String, Integer> numbered(List<String> tokens) {
    SequencedMap<String, Integer> ids = new LinkedHashMap<>();
    for (int id = 0; id < tokens.size(); id++) {
      ids.put(tokens.get(id), id);
    }
    return ids;
  }

  /**
   * {@return the token for what is unknown, which must be in the vocabulary or among the added
   * ones}
   */
  static OptionalInt unknown(Fields f, Map<String, Integer> ids, Map<String, AddedToken> added) {
    Optional<String> token = f.optionalText("unk_token");
    if (token.isEmpty()) {
      return OptionalInt.empty();
    }
    AddedToken other = added.get(token.get());
    Integer id = ids.getOrDefault(token.get(), other == null ? null : other.id());
    if (id == null) {
      throw new SpecException(
          f.at("unk_token"),
          "expected a token of the vocabulary but got '%s'".formatted(token.get()));
    }
    return OptionalInt.of(id);
  }

  /** {@return a text's list, or an error} */
  static ArrayNode array(JsonNode json, String pointer) {
    if (json instanceof ArrayNode array) {
      return array;
    }
    throw Fields.wrong(pointer, "a list", json);
  }

  /** {@return the tokens without the special ones, which no word gives} */
  static Map<String, Integer> plain(Map<String, Integer> ids, Map<String, AddedToken> added) {
    Map<String, Integer> plain = new LinkedHashMap<>(ids);
    added.values().stream()
        .filter(AddedToken::special)
        .forEach(token -> plain.remove(token.content()));
    return plain;
  }

  /**
   * {@return the tokens {@code <0x00>} to {@code <0xFF>} for the bytes of what has no other; null
   * for one that is not there}
   */
  static Integer[] byteTokens(Map<String, Integer> ids) {
    Integer[] tokens = new Integer[256];
    for (int value = 0; value < tokens.length; value++) {
      tokens[value] = ids.get("<0x%02X>".formatted(value));
    }
    return tokens;
  }

  /** {@return the tokens for the bytes of a text; null if one has none} */
  static List<Integer> bytes(String text, Integer[] byteTokens) {
    List<Integer> tokens = new ArrayList<>();
    for (byte value : Utf8.encode(text)) {
      Integer token = byteTokens[value & 0xff];
      if (token == null) {
        return null;
      }
      tokens.add(token);
    }
    return tokens;
  }

  /** {@return the error of a character that has no token} */
  static TextException unknown(String word, int at) {
    int character = word.codePointAt(at);
    return new TextException(
        "encode",
        "character",
        at,
        "expected characters of the vocabulary, which has no token for others, but got U+%04X in '%s'"
            .formatted(character, word.length() > 40 ? word.substring(0, 40) + "..." : word));
  }
}
