package dev.fathom.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.SpecException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads {@code tokenizer.json}. */
final class HuggingFace {
  private HuggingFace() {}

  /** {@return a {@link Bpe} if that does the same, else a {@link Pipeline}} */
  static Parsed<Tokenizer> read(JsonNode json, String pointer) {
    return Fields.read(json, pointer, null, f -> read(f, json));
  }

  private static Tokenizer read(Fields f, JsonNode json) {
    f.text("version", "1.0");
    f.raw("truncation"); // How long a text may be is for whoever asks, and so is
    f.raw("padding"); // what fills it.
    List<AddedToken> added = f.list("added_tokens", HuggingFace::added);
    Map<String, AddedToken> byContent = new LinkedHashMap<>();
    added.forEach(token -> byContent.putIfAbsent(token.content(), token));
    Optional<Normalizer> normalizer = f.optionalObject("normalizer", Normalizer::read);
    Optional<PreTokenizer> preTokenizer = f.optionalObject("pre_tokenizer", PreTokenizer::read);
    Optional<Template> template =
        f.optionalObject("post_processor", Template::read).flatMap(each -> each);
    Optional<Detokenizer> detokenizer = f.optionalObject("decoder", Detokenizer::read);
    SubwordModel model = f.required("model", (node, at) -> SubwordModel.read(node, at, byContent));
    List<String> vocabulary = vocabulary(f, model, added);
    if (template.isPresent() && template.get().highest() >= vocabulary.size()) {
      throw new SpecException(
          f.at("post_processor"),
          "expected tokens of the vocabulary, 0 to %d, but got %d"
              .formatted(vocabulary.size() - 1, template.get().highest()));
    }
    if (model instanceof PairModel pairs
        && normalizer.isEmpty()
        && template.isEmpty()
        && preTokenizer.equals(Optional.of(new PreTokenizer.BytesOfWords(false, true)))
        && detokenizer.equals(Optional.of(new Detokenizer.BytesOfTokens()))
        && isOfBytes(pairs, added, vocabulary)) {
      Set<String> special = added.stream().map(AddedToken::content).collect(Collectors.toSet());
      return new Bpe(vocabulary, pairs.merges(), special);
    }
    return new Pipeline(
        new Pipeline.Stages(
            added, normalizer, preTokenizer, model, template.orElse(Template.NONE), detokenizer),
        vocabulary,
        json.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** {@return whether all tokens are bytes, each byte is one, and the others are special} */
  private static boolean isOfBytes(
      PairModel model, List<AddedToken> added, List<String> vocabulary) {
    Set<String> special = added.stream().map(AddedToken::content).collect(Collectors.toSet());
    return model.options().isPlain()
        && added.stream().allMatch(token -> token.special() && token.isPlain())
        && vocabulary.stream()
            .filter(token -> !special.contains(token))
            .allMatch(token -> !token.isEmpty() && ByteLevel.bytes(token) != null)
        && Bpe.byteVocabulary().stream()
            .allMatch(token -> !special.contains(token) && model.vocabulary().contains(token))
        && model.merges().stream()
            .noneMatch(
                merge ->
                    special.contains(merge.left())
                        || special.contains(merge.right())
                        || special.contains(merge.left() + merge.right()));
  }

  /** {@return the model's tokens, and behind them those that it has not} */
  private static List<String> vocabulary(Fields f, SubwordModel model, List<AddedToken> added) {
    List<String> vocabulary = new ArrayList<>(model.vocabulary());
    Map<String, Integer> ids = SubwordModel.numbered(vocabulary);
    for (int i = 0; i < added.size(); i++) {
      AddedToken token = added.get(i);
      Integer id = ids.get(token.content());
      if (id == null) {
        id = vocabulary.size();
        ids.put(token.content(), id);
        vocabulary.add(token.content());
      }
      if (id != token.id()) {
        throw new SpecException(
            f.at("added_tokens") + "/" + i + "/id",
            "expected %d, the token's place in the vocabulary, but got %d"
                .formatted(id, token.id()));
      }
    }
    return vocabulary;
  }

  private static Parsed<List<AddedToken>> added(JsonNode json, String pointer) {
    return Fields.items(
        json,
        pointer,
        "token",
        0,
        null,
        f -> {
          boolean special = f.flag("special", false);
          return new AddedToken(
              (int) f.integer("id", null, 0, Integer.MAX_VALUE),
              f.text("content", null),
              f.flag("single_word", false),
              f.flag("lstrip", false),
              f.flag("rstrip", false),
              f.flag("normalized", !special),
              special);
        });
  }

  // ---- learned ----

  /** {@return the pipeline that a learned {@code tokenizer.json} describes} */
  static Pipeline pipeline(ObjectNode json) {
    return (Pipeline) read(json, "").value();
  }

  /** {@return how many tokens of a vocabulary are not the unknown one, and not special} */
  static int room(String operation, int size, String unknown, List<String> special) {
    Set<String> names = new HashSet<>(special);
    names.add(unknown);
    if (names.size() <= special.size() || names.contains("")) {
      throw new IllegalArgumentException(
          "[%s] expected special tokens that are not empty, differ, and are not '%s' but got %s"
              .formatted(operation, unknown, special));
    }
    if (size <= names.size()) {
      throw new IllegalArgumentException(
          "[%s] expected a vocabulary of %d or more but got %d"
              .formatted(operation, names.size() + 1, size));
    }
    return size - names.size();
  }

  /** {@return the most frequent, of equally frequent ones the first in their order} */
  static List<String> mostFrequent(Map<String, Long> counts, int most) {
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(most)
        .map(Map.Entry::getKey)
        .toList();
  }

  // ---- written ----

  /** {@return what each {@code tokenizer.json} begins with} */
  static ObjectNode begun(List<String> vocabulary, Set<String> special) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", "1.0");
    json.putNull("truncation");
    json.putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    for (int id = 0; id < vocabulary.size(); id++) {
      if (special.contains(vocabulary.get(id))) {
        added
            .addObject()
            .put("id", id)
            .put("content", vocabulary.get(id))
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", true);
      }
    }
    return json;
  }

  /** {@return tokens and their numbers} */
  static ObjectNode numbers(List<String> vocabulary) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (int id = 0; id < vocabulary.size(); id++) {
      json.put(vocabulary.get(id), id);
    }
    return json;
  }
}
