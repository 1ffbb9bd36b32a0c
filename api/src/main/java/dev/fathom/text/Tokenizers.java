package dev.fathom.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.format.FormatException;
import dev.fathom.json.Fields;
import dev.fathom.json.Json;
import dev.fathom.json.Malformed;
import dev.fathom.json.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Tokenizers as JSON. Inside a model a tokenizer is one of
 *
 * <pre>{@code
 * {"format": 1, "type": "bytes"}
 * {"format": 1, "type": "characters", "alphabet": " abc", "unknown": true}
 * {"format": 1, "type": "bpe", "tokenizer": {"version": "1.0", ...}}
 * {"format": 2, "type": "pipeline", "tokenizer": {"version": "1.0", ...}}
 * }</pre>
 *
 * <p>where {@code "tokenizer"} has the format of Hugging Face's {@code tokenizer.json}, so that
 * other tools read it too. All models of that format are supported, and the stages around them that
 * published tokenizers have; a part that is not, and that would change an encoding, is a {@link
 * SpecException} with its JSON pointer. {@code truncation} and {@code padding} are not looked at:
 * the length of a text is for whoever encodes it.
 */
public final class Tokenizers {
  private static final int FORMAT = 2;
  private static final ObjectMapper WRITER = new ObjectMapper();

  private Tokenizers() {}

  /**
   * {@return the JSON that {@link #fromJson} reads}
   *
   * @throws IllegalArgumentException if it is none of Fathom's own tokenizers
   */
  public static ObjectNode toJson(Tokenizer tokenizer) {
    ObjectNode json =
        WRITER.createObjectNode().put("format", tokenizer instanceof Pipeline ? 2 : 1);
    switch (tokenizer) {
      case Bytes() -> json.put("type", "bytes");
      case Characters characters ->
          json.put("type", "characters")
              .put("alphabet", characters.alphabet())
              .put("unknown", characters.unknown());
      case Bpe bpe -> json.put("type", "bpe").set("tokenizer", toHuggingFace(bpe));
      case Pipeline pipeline ->
          json.put("type", "pipeline").set("tokenizer", toHuggingFace(pipeline));
      default ->
          throw new IllegalArgumentException(
              "[tokenizer] expected one that can be stored, Bytes, Characters, Bpe or Pipeline, but"
                  + " got "
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
        switch (f.choice(
            "type", null, Map.of("bytes", 'b', "characters", 'c', "bpe", 'h', "pipeline", 'h'))) {
          case 'b' -> new Bytes();
          case 'c' -> new Characters(f.text("alphabet", null), f.flag("unknown", false));
          default -> f.required("tokenizer", HuggingFace::read);
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
   * {@return the tokenizer in a {@code tokenizer.json}, as {@link #fromHuggingFace} gives it}
   *
   * @throws FormatException if the file is not JSON, with the byte
   * @throws SpecException if a part of it is not supported, with the JSON pointer
   * @throws IOException if it cannot be read
   */
  public static Tokenizer readHuggingFace(Path file) throws IOException {
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
   * {@return the tokenizer of a {@code tokenizer.json}'s content} It is a {@link Bpe} where that is
   * all it says, else a {@link Pipeline}.
   *
   * @throws SpecException if a part of it is not supported, with the JSON pointer
   */
  public static Tokenizer fromHuggingFace(JsonNode json) {
    return HuggingFace.read(json, "").value();
  }

  /** {@return the content of a {@code tokenizer.json}} */
  public static ObjectNode toHuggingFace(Pipeline pipeline) {
    return pipeline.toHuggingFace();
  }

  /** {@return the content of a {@code tokenizer.json}} */
  public static ObjectNode toHuggingFace(Bpe bpe) {
    ObjectNode json = HuggingFace.begun(bpe.vocabulary(), bpe.special());
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
    model.set("vocab", HuggingFace.numbers(bpe.vocabulary()));
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
}
