package dev.fathom.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.format.FormatException;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.Json;
import dev.fathom.json.Malformed;
import dev.fathom.json.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Tokenizers as JSON. Inside a model a tokenizer is one of
 *
 * <pre>{@code
 * {"format": 1, "type": "bytes"}
 * {"format": 1, "type": "characters", "alphabet": " abc", "unknown": true}
 * {"format": 1, "type": "bpe", "tokenizer": {"version": "1.0", ...}}
 * }</pre>
 *
 * <p>where {@code "tokenizer"} has the format of Hugging Face's {@code tokenizer.json}, so that
 * other tools read it too. Of that format the parts that GPT-2 uses are supported: the model BPE,
 * the pre-tokenizer and decoder ByteLevel. Any other part that would change an encoding is a {@link
 * SpecException} with its JSON pointer.
 */
public final class Tokenizers {
  private static final int FORMAT = 1;
  private static final ObjectMapper WRITER = new ObjectMapper();

  private Tokenizers() {}

  /**
   * {@return the JSON that {@link #fromJson} reads}
   *
   * @throws IllegalArgumentException if it is none of Fathom's own tokenizers
   */
  public static ObjectNode toJson(Tokenizer tokenizer) {
    ObjectNode json = WRITER.createObjectNode().put("format", FORMAT);
    switch (tokenizer) {
      case Bytes() -> json.put("type", "bytes");
      case Characters characters ->
          json.put("type", "characters")
              .put("alphabet", characters.alphabet())
              .put("unknown", characters.unknown());
      case Bpe bpe -> json.put("type", "bpe").set("tokenizer", toHuggingFace(bpe));
      default ->
          throw new IllegalArgumentException(
              "[tokenizer] expected one that can be stored, Bytes, Characters or Bpe, but got "
                  + tokenizer.getClass().getName());
    }
    return json;
  }

  /**
   * {@return the tokenizer that {@link #toJson} wrote}
   *
   * @throws SpecException if it is not one, or of a newer format
   */
  public static Tokenizer fromJson(JsonNode json) {
    Fields f = Fields.of(json, "");
    long format = f.integer("format", null, 1);
    if (format > FORMAT) {
      throw new SpecException(
          f.at("format"),
          "the tokenizer is of format %d and this Fathom reads up to %d: use a newer Fathom"
              .formatted(format, FORMAT));
    }
    Tokenizer tokenizer =
        switch (f.choice("type", null, Map.of("bytes", 'b', "characters", 'c', "bpe", 'm'))) {
          case 'b' -> new Bytes();
          case 'c' -> new Characters(f.text("alphabet", null), f.flag("unknown", false));
          default -> f.required("tokenizer", Tokenizers::parse);
        };
    f.end();
    return tokenizer;
  }

  /** Writes {@link #toJson} to a file. */
  public static void write(Path file, Tokenizer tokenizer) throws IOException {
    WRITER.writeValue(file.toFile(), toJson(tokenizer));
  }

  /**
   * {@return the tokenizer that {@link #write} wrote}
   *
   * @throws FormatException if the file is not JSON, with the byte
   * @throws SpecException if it is no tokenizer, or of a newer format
   */
  public static Tokenizer read(Path file) throws IOException {
    return fromJson(tree(file));
  }

  /**
   * {@return the tokenizer in a {@code tokenizer.json}}
   *
   * @throws FormatException if the file is not JSON, with the byte
   * @throws SpecException if it holds a tokenizer of another kind, with the JSON pointer
   * @throws IOException if it cannot be read
   */
  public static Bpe readHuggingFace(Path file) throws IOException {
    return fromHuggingFace(tree(file));
  }

  private static JsonNode tree(Path file) throws IOException {
    try {
      return Json.read(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new FormatException(
          "tokenizer.json", file, Malformed.offset(e), "expected JSON: " + Malformed.detail(e));
    }
  }

  /**
   * {@return the tokenizer of a {@code tokenizer.json}'s content}
   *
   * @throws SpecException if it is of another kind, with the JSON pointer
   */
  public static Bpe fromHuggingFace(JsonNode json) {
    return parse(json, "").value();
  }

  /** {@return the content of a {@code tokenizer.json}} */
  public static ObjectNode toHuggingFace(Bpe bpe) {
    ObjectNode json = WRITER.createObjectNode().put("version", "1.0");
    json.putNull("truncation");
    json.putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    ObjectNode vocabulary = WRITER.createObjectNode();
    for (String token : bpe.vocabulary()) {
      int id = vocabulary.size();
      vocabulary.put(token, id);
      if (bpe.special().contains(token)) {
        added
            .addObject()
            .put("id", id)
            .put("content", token)
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", true);
      }
    }
    json.putNull("normalizer");
    json.set("pre_tokenizer", byteLevel());
    json.putNull("post_processor");
    json.set("decoder", byteLevel());
    ObjectNode model = json.putObject("model").put("type", "BPE");
    for (String absent :
        List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")) {
      model.putNull(absent);
    }
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    model.set("vocab", vocabulary);
    ArrayNode merges = model.putArray("merges");
    bpe.merges().forEach(merge -> merges.add(merge.left() + " " + merge.right()));
    return json;
  }

  private static ObjectNode byteLevel() {
    return WRITER
        .createObjectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
  }

  private static Parsed<Bpe> parse(JsonNode json, String pointer) {
    Fields f = Fields.of(json, pointer);
    f.text("version", "1.0");
    for (String name : List.of("truncation", "padding", "normalizer")) {
      f.absent(name);
    }
    f.required("pre_tokenizer", Tokenizers::splitting);
    f.optionalObject("post_processor", Tokenizers::onlyOffsets);
    f.required("decoder", Tokenizers::onlyOffsets);
    List<Added> special = f.list("added_tokens", Tokenizers::added);
    Bpe bpe = f.required("model", (node, at) -> model(node, at, special, f.at("added_tokens")));
    f.end();
    return new Parsed<>(bpe, f.expanded());
  }

  private static Parsed<Boolean> splitting(JsonNode json, String pointer) {
    Fields f = Fields.of(json, pointer);
    f.choice("type", null, Map.of("ByteLevel", true));
    f.only("add_prefix_space", true, false);
    f.flag("trim_offsets", true);
    f.only("use_regex", true, true);
    f.end();
    return new Parsed<>(true, f.expanded());
  }

  /** A decoder needs no options, and a post-processor of this kind changes offsets alone. */
  private static Parsed<Boolean> onlyOffsets(JsonNode json, String pointer) {
    Fields f = Fields.of(json, pointer);
    f.choice("type", null, Map.of("ByteLevel", true));
    f.flag("add_prefix_space", true);
    f.flag("trim_offsets", true);
    f.flag("use_regex", true);
    f.end();
    return new Parsed<>(true, f.expanded());
  }

  private record Added(long id, String content) {}

  private static Parsed<List<Added>> added(JsonNode json, String pointer) {
    List<Added> all = new ArrayList<>();
    for (JsonNode node : array(json, pointer)) {
      Fields f = Fields.of(node, pointer + "/" + all.size());
      all.add(new Added(f.integer("id", null, 0), f.text("content", null)));
      // A token that is not special is found in any text; ours come from merges alone.
      f.only("special", false, true);
      for (String key : List.of("single_word", "lstrip", "rstrip", "normalized")) {
        f.flag(key, false);
      }
      f.end();
    }
    return new Parsed<>(all, json);
  }

  private static Parsed<Bpe> model(
      JsonNode json, String pointer, List<Added> special, String specialPointer) {
    Fields f = Fields.of(json, pointer);
    f.choice("type", "BPE", Map.of("BPE", true));
    f.optionalText("unk_token"); // every byte is a token, so it never comes
    f.flag("fuse_unk", false);
    f.absent("dropout");
    for (String name : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      if (!f.isText(name) || !f.text(name, null).isEmpty()) {
        f.absent(name);
      }
    }
    f.only("byte_fallback", false, false);
    f.only("ignore_merges", false, false);
    SequencedMap<String, Integer> ids = f.required("vocab", Tokenizers::vocabulary);
    for (int i = 0; i < special.size(); i++) {
      Added added = special.get(i);
      int next = ids.size();
      if (ids.computeIfAbsent(added.content(), _ -> next) != added.id()) {
        throw new SpecException(
            specialPointer + "/" + i + "/id",
            "expected %d, the token's place in the vocabulary, but got %d"
                .formatted(ids.get(added.content()), added.id()));
      }
    }
    String[] tokens = new String[ids.size()];
    ids.forEach((token, id) -> tokens[id] = token);
    List<Bpe.Merge> merges = f.required("merges", Tokenizers::merges);
    f.end();
    Set<String> names = Set.copyOf(special.stream().map(Added::content).toList());
    try {
      return new Parsed<>(new Bpe(Arrays.asList(tokens), merges, names), f.expanded());
    } catch (IllegalArgumentException e) {
      throw new SpecException(pointer, e.getMessage());
    }
  }

  /** Numbers must be 0, 1, 2, ... in any order. */
  private static Parsed<SequencedMap<String, Integer>> vocabulary(JsonNode json, String pointer) {
    if (!json.isObject()) {
      throw Fields.wrong(pointer, "an object of tokens and their numbers", json);
    }
    SequencedMap<String, Integer> ids = new LinkedHashMap<>();
    String[] tokens = new String[json.size()];
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String at = Fields.at(pointer, entry.getKey());
      JsonNode id = entry.getValue();
      if (!id.isInt() || id.intValue() < 0 || id.intValue() >= tokens.length) {
        throw Fields.wrong(at, "a whole number of 0 to " + (tokens.length - 1), id);
      }
      if (tokens[id.intValue()] != null) {
        throw new SpecException(
            at,
            "expected a number of its own but %d is that of '%s'"
                .formatted(id.intValue(), tokens[id.intValue()]));
      }
      tokens[id.intValue()] = entry.getKey();
      ids.put(entry.getKey(), id.intValue());
    }
    return new Parsed<>(ids, json);
  }

  /** A merge is {@code "a b"} or, in newer files, {@code ["a", "b"]}. */
  private static Parsed<List<Bpe.Merge>> merges(JsonNode json, String pointer) {
    List<Bpe.Merge> merges = new ArrayList<>();
    for (JsonNode node : array(json, pointer)) {
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

  private static ArrayNode array(JsonNode json, String pointer) {
    if (json instanceof ArrayNode array) {
      return array;
    }
    throw Fields.wrong(pointer, "a list", json);
  }
}
