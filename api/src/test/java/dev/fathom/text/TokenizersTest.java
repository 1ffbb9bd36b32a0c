package dev.fathom.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.format.FormatException;
import dev.fathom.json.SpecException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Bpe BPE = Bpe.train("the other theme, then the end", 270, "<|end|>");

  @TempDir Path folder;

  static Stream<Tokenizer> tokenizers() {
    return Stream.of(
        new Bytes(),
        new Characters("", false),
        new Characters("abc 😀\n\u0000\"", true),
        Bpe.train("", 256),
        BPE,
        Pipeline.wordPiece(List.of("the other theme"), 60, true, "[SEP]"),
        Pipeline.unigram(List.of("the other theme"), 60, "</s>"));
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void readsWhatItWrote(Tokenizer tokenizer) throws IOException {
    JsonNode json = JSON.readTree(Tokenizers.toJson(tokenizer).toString());
    assertEquals(tokenizer instanceof Pipeline ? 2 : 1, json.path("format").intValue());
    assertEquals(tokenizer, Tokenizers.fromJson(json));
  }

  /** The numbers came from Hugging Face's own library, see {@code src/test/huggingface}. */
  @Test
  void encodesLikeHuggingFace() throws IOException {
    Bpe bpe = (Bpe) Tokenizers.fromHuggingFace(resource("tokenizer"));
    assertEquals(600, bpe.size());
    JsonNode cases = resource("ids");
    assertTrue(cases.size() > 5);
    for (JsonNode text : cases) {
      List<Integer> ids = Arrays.stream(bpe.encode(text.path("text").textValue())).boxed().toList();
      assertEquals(JSON.convertValue(text.path("ids"), List.class), ids, text.toString());
    }
  }

  private static JsonNode resource(String name) throws IOException {
    try (InputStream in =
        TokenizersTest.class.getResourceAsStream("/huggingface/" + name + ".json")) {
      return JSON.readTree(in);
    }
  }

  /** The published files of GPT-2 differ from ours in what does not matter. */
  @Test
  void readsTheVariantsOfTheFormat() {
    ObjectNode json = Tokenizers.toHuggingFace(BPE);
    object(json, "pre_tokenizer").remove("use_regex");
    json.set("post_processor", object(json, "decoder").deepCopy().put("trim_offsets", false));
    object(json, "decoder").put("add_prefix_space", true);
    ObjectNode model = object(json, "model");
    model.remove(List.of("type", "byte_fallback", "ignore_merges"));
    model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "");
    model.put("unk_token", "<|end|>");
    ArrayNode pairs = JSON.createArrayNode();
    BPE.merges().forEach(merge -> pairs.addArray().add(merge.left()).add(merge.right()));
    model.set("merges", pairs);
    object(model, "vocab").remove("<|end|>"); // then its number follows on those of the others
    assertEquals(BPE, Tokenizers.fromHuggingFace(json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/model/type | \"Neural\" | expected one of BPE, Unigram, WordLevel, WordPiece but got",
        "/model/unk_token | \"<none>\" | expected a token of the vocabulary but got '<none>'",
        "/normalizer | {\"type\": \"Turkish\"} | expected one of BertNormalizer",
        "/normalizer | {\"type\": \"NFC\", \"form\": 1} | unknown key 'form'",
        "/normalizer | {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAA\"} | charsmap",
        "/normalizer | {\"type\": \"Replace\", \"pattern\": {\"Regex\": \"(?~a)\"}, \"content\": \"\"} | (?~",
        "/pre_tokenizer/type | \"UnicodeScripts\" | expected one of BertPreTokenizer",
        "/pre_tokenizer | {\"type\": \"Split\", \"pattern\": {\"Regex\": \"[\"}, \"behavior\": \"Removed\"} | '['",
        "/pre_tokenizer | {\"type\": \"Split\", \"pattern\": {\"Regex\": \"a{1,2}+\"}, \"behavior\": \"Removed\"} | interval",
        "/pre_tokenizer | {\"type\": \"Split\", \"pattern\": {\"String\": \" \"}, \"behavior\": \"Kept\"} | Kept",
        "/pre_tokenizer/pattern | 1 | unknown key 'pattern'",
        "/pre_tokenizer | {\"type\": \"Metaspace\", \"replacement\": \"__\"} | expected one character",
        "/post_processor | {\"type\": \"Padding\"} | 'Padding'",
        "/post_processor | {\"type\": \"BertProcessing\", \"cls\": [\"a\", 1], \"sep\": [\"b\", 999]} | 999",
        "/post_processor | {\"type\": \"BertProcessing\", \"cls\": [\"a\"], \"sep\": [\"b\", 9]} | a token and",
        "/decoder/type | \"CTC\" | expected one of BPEDecoder",
        "/added_tokens/0/id | 7 | expected 259",
        "/model/dropout | 0.1 | expected nothing",
        "/model/vocab/!  | 1 | expected a number of its own but 1 is that of '!'",
        "/model/vocab/the | 4096 | expected a whole number of 0 to 259",
        "/model/merges/0 | \"a b c\" | expected two tokens",
        "/model/merges/0 | \"x y\" | 'xy' is not in the vocabulary",
        "/added_tokens | {} | expected a list",
        "/extra | 1 | unknown key 'extra'",
      })
  void refusesOtherKinds(String pointer, String value, String part) throws JsonProcessingException {
    ObjectNode json = Tokenizers.toHuggingFace(BPE);
    int last = pointer.lastIndexOf('/');
    JsonNode parent = json.at(pointer.substring(0, last));
    String key = pointer.substring(last + 1);
    if (parent instanceof ArrayNode array) {
      array.set(Integer.parseInt(key), JSON.readTree(value));
    } else {
      ((ObjectNode) parent).set(key, JSON.readTree(value));
    }
    SpecException wrong = assertThrows(SpecException.class, () -> Tokenizers.fromHuggingFace(json));
    assertTrue(wrong.getMessage().contains(part), wrong.getMessage());
    boolean elsewhere = part.contains("is that of") || part.contains("not in the vocabulary");
    assertTrue(
        elsewhere ? wrong.pointer().startsWith("/model") : wrong.pointer().startsWith(pointer),
        wrong.getMessage());

    ObjectNode stored = Tokenizers.toJson(BPE);
    stored.set("tokenizer", json);
    wrong = assertThrows(SpecException.class, () -> Tokenizers.fromJson(stored));
    assertTrue(wrong.pointer().startsWith("/tokenizer"), wrong.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | /format",
        "{\"format\": 3, \"type\": \"bytes\"} | /format",
        "{\"format\": 1, \"type\": \"words\"} | /type",
        "{\"format\": 1, \"type\": \"bytes\", \"size\": 1} | /size",
        "{\"format\": 1, \"type\": \"characters\"} | /alphabet",
        "{\"format\": 1, \"type\": \"bpe\"} | /tokenizer",
        "[] | ``",
      })
  void refusesWhatIsNoTokenizer(String json, String pointer) {
    SpecException wrong =
        assertThrows(SpecException.class, () -> Tokenizers.fromJson(JSON.readTree(json)));
    assertEquals(pointer, wrong.pointer(), wrong.getMessage());
  }

  @Test
  void readsFiles() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, Tokenizers.toHuggingFace(BPE).toPrettyString());
    assertEquals(BPE, Tokenizers.readHuggingFace(file));
    Files.writeString(file, "{\"version\": \"1.0\", ");
    FormatException wrong =
        assertThrows(FormatException.class, () -> Tokenizers.readHuggingFace(file));
    assertTrue(wrong.getMessage().startsWith("[tokenizer.json] tokenizer.json, byte "));
  }

  private static ObjectNode object(ObjectNode parent, String name) {
    return (ObjectNode) parent.get(name);
  }
}
