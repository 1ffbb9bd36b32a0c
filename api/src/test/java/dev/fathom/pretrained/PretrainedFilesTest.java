package dev.fathom.pretrained;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.format.Safetensors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders that are not as they should be. */
class PretrainedFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String INDEX = "model.safetensors.index.json";
  private static final String SECOND = "model-00002-of-00003.safetensors";

  @TempDir Path temporary;

  private Path folder;

  @BeforeEach
  void copy() throws IOException {
    folder = Folders.copy("llama", temporary.resolve("llama"));
  }

  private String refusal() {
    return assertThrows(
            IllegalArgumentException.class,
            () -> {
              try (Pretrained pretrained = Pretrained.open(folder)) {
                pretrained.model("llama", OptionalInt.empty());
              }
            })
        .getMessage();
  }

  private void change(String file, Consumer<ObjectNode> change) throws IOException {
    Path path = folder.resolve(file);
    ObjectNode json = (ObjectNode) JSON.readTree(path.toFile());
    change.accept(json);
    JSON.writeValue(path.toFile(), json);
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    for (String file : List.of("tokenizer.json", "config.json")) {
      Files.delete(folder.resolve(file));
      assertEquals("[import] %s: expected a file %s".formatted(folder, file), refusal());
    }
  }

  @Test
  void aTokenizerOfSentencePieceAloneIsNotEnough() throws IOException {
    Files.move(folder.resolve("tokenizer.json"), folder.resolve("tokenizer.model"));
    assertEquals(
        "[import] %s: expected a file tokenizer.json; AutoTokenizer.from_pretrained(...).save_pretrained(...) makes one of tokenizer.model"
            .formatted(folder),
        refusal());
  }

  @Test
  void weightsThatHoldCodeAreNotRead() throws IOException {
    Files.move(folder.resolve(INDEX), folder.resolve("pytorch_model.bin"));
    assertEquals(
        "[import] %s: expected model.safetensors or model.safetensors.index.json but there is neither; pytorch_model.bin holds code: save the model again with safe_serialization"
            .formatted(folder),
        refusal());
  }

  @Test
  void aMissingShardIsNamedWithATensorOfIt() throws IOException {
    Files.delete(folder.resolve(SECOND));
    String message = refusal();
    assertTrue(message.startsWith("[import] " + INDEX + ", /weight_map/model."), message);
    assertTrue(
        message.endsWith(
            ": expected the file '%s' in %s but it is missing".formatted(SECOND, folder)),
        message);
  }

  @Test
  void aFileElsewhereIsNotRead() throws IOException {
    change(
        INDEX,
        json -> ((ObjectNode) json.get("weight_map")).put("model.norm.weight", "../x.safetensors"));
    assertEquals(
        "[import] %s, /weight_map/model.norm.weight: expected a file beside it but got '../x.safetensors'"
            .formatted(INDEX),
        refusal());
  }

  @Test
  void aTensorThatTheShardLacksIsNamed() throws IOException {
    change(INDEX, json -> ((ObjectNode) json.get("weight_map")).put("model.other.weight", SECOND));
    assertEquals(
        "[import] %s: expected the tensor 'model.other.weight', as %s says, but it has none"
            .formatted(SECOND, INDEX),
        refusal());
  }

  @Test
  void aTensorThatIsMissingIsNamed() throws IOException {
    change(INDEX, json -> ((ObjectNode) json.get("weight_map")).remove("model.norm.weight"));
    String message = refusal();
    assertTrue(
        message.endsWith(": expected a tensor 'model.norm.weight' but it has none"), message);
  }

  @Test
  void aShardOfAnotherModelIsToldByBothShapes() throws IOException {
    change("config.json", json -> json.put("intermediate_size", 23));
    String message = refusal();
    assertTrue(
        message.endsWith(
            ": expected the tensor 'model.layers.0.mlp.up_proj.weight' of shape [23, 16], as"
                + " config.json says, but got [24, 16]"),
        message);
    change("config.json", json -> json.put("intermediate_size", 24).put("num_key_value_heads", 1));
    message = refusal();
    assertTrue(
        message.endsWith(
            ": expected the tensor 'model.layers.0.self_attn.k_proj.weight' of shape [4, 16], as"
                + " config.json says, but got [8, 16]"),
        message);
  }

  @Test
  void aTensorWithoutAPlaceIsNamed() throws IOException {
    change("config.json", json -> json.put("num_hidden_layers", 1));
    String message = refusal();
    assertTrue(
        message.matches(
            ".*the tensor 'model\\.layers\\.1\\.[a-z._]+' \\[.*\\] has no place in the network that"
                + " config.json tells of"),
        message);
  }

  @Test
  void aShardThatEndsEarlyIsNamedWithThePlace() throws IOException {
    byte[] whole = Files.readAllBytes(folder.resolve(SECOND));
    Files.write(folder.resolve(SECOND), java.util.Arrays.copyOf(whole, whole.length - 3));
    String message = refusal();
    assertTrue(message.startsWith("[safetensors] " + SECOND + ", byte "), message);
    assertTrue(message.endsWith("but the file ends"), message);
    Files.write(folder.resolve(SECOND), new byte[5]);
    assertTrue(refusal().startsWith("[safetensors] " + SECOND + ", byte 5: "), this::refusal);
  }

  @Test
  void brokenJsonIsNamedWithTheByte() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": ");
    assertTrue(refusal().startsWith("[json] config.json, byte 1"), this::refusal);
    Files.writeString(folder.resolve("config.json"), "[]");
    assertEquals("[import] config.json: expected an object but got []", refusal());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          hidden_act         | "swiglu"  | expected one of [gelu, gelu_fast, gelu_new, gelu_pytorch_tanh, relu, silu, swish, tanh] but got 'swiglu'
          model_type         | "lama"    | expected one of [bert, gemma, gemma2, gemma3_text, gpt2, llama, mistral, qwen2, qwen3] but got 'lama'; did you mean 'llama'?
          model_type         | null      | expected a text but the key is missing
          hidden_size        | 0         | expected a whole number of 1 or more but got 0
          vocab_size         | null      | expected a whole number of 1 or more but the key is missing
          rms_norm_eps       | "small"   | expected a number above 0 but got "small"
          mlp_bias           | 1         | expected true or false but got 1
          partial_rotary_factor | 0.5    | expected 1.0 but got 0.5
          """)
  void aConfigurationThatIsNotKnownIsToldWithThePlace(String key, String value, String problem)
      throws IOException {
    change(
        "config.json",
        json -> {
          try {
            json.set(key, JSON.readTree(value));
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
    assertEquals("[import] config.json, /%s: %s".formatted(key, problem), refusal());
  }

  @Test
  void aScalingThatIsNotKnownIsToldWithThePlace() throws IOException {
    change(
        "config.json",
        json -> ((ObjectNode) json.get("rope_parameters")).put("rope_type", "longrope"));
    assertEquals(
        "[import] config.json, /rope_parameters/rope_type: expected one of [default, dynamic, linear, llama3, yarn] but got 'longrope'",
        refusal());
  }

  @Test
  void aTokenizerThatIsTooLargeIsRefused() throws IOException {
    folder = Folders.copy("gpt2", temporary.resolve("gpt2"));
    change(
        "tokenizer.json",
        json -> {
          ObjectNode words = (ObjectNode) json.path("model").path("vocab");
          for (int i = words.size(); i < 49; i++) {
            words.put("word" + i, i);
          }
        });
    assertEquals(
        "[import] tokenizer.json: expected at most 48 tokens, the vocab_size of config.json, but got 49",
        refusal());
  }

  /** Names without "bert.", and of norms as TensorFlow has them. */
  @Test
  void olderNamesAreKnown() throws IOException {
    folder = Folders.copy("bert", temporary.resolve("bert"));
    Path file = folder.resolve("model.safetensors");
    Map<String, Safetensors.Source> renamed = new HashMap<>();
    try (Safetensors tensors = Safetensors.open(file)) {
      for (var entry : tensors.entries().entrySet()) {
        MemorySegment values = MemorySegment.ofArray(new byte[(int) entry.getValue().bytes()]);
        tensors.read(entry.getKey(), values);
        String name =
            entry
                .getKey()
                .replace("LayerNorm.weight", "LayerNorm.gamma")
                .replace("LayerNorm.bias", "LayerNorm.beta");
        renamed.put(
            name.startsWith("bert.") ? name.substring(5) : "bert." + name,
            new Safetensors.Source(
                entry.getValue().dtype(), entry.getValue().shape(), () -> values));
      }
    }
    Safetensors.write(file, Map.of(), renamed);
    try (Pretrained older = Pretrained.open(folder);
        Pretrained now = Pretrained.open(Folders.of("bert"))) {
      assertArrayEquals(
          now.model("now", OptionalInt.empty()).parameters().values(),
          older.model("older", OptionalInt.empty()).parameters().values());
    }
  }

  @Test
  void aChatTemplateIsKeptAndABrokenOneIsNamed() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        """
        {"bos_token": {"content": "<s>"}, "eos_token": "</s>", "chat_template": "{{ bos_token }}old"}""");
    Files.writeString(
        folder.resolve("chat_template.jinja"),
        "{{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m.content }}{{ eos_token }}{% endfor %}");
    try (Pretrained pretrained = Pretrained.open(folder)) {
      var chat = pretrained.model("llama", OptionalInt.empty()).preparation().chat().orElseThrow();
      assertEquals(List.of("</s>"), chat.end());
      var messages =
          (ObjectNode) JSON.readTree("{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}");
      assertEquals("<s>[user] Hi</s>", chat.prompt(messages));
    }
    Files.writeString(folder.resolve("chat_template.jinja"), "{% for m in messages %}{{ m }}");
    String refusal = refusal();
    assertTrue(refusal.contains("chat_template.jinja: chat_template: "), refusal);
  }

  @Test
  void aPoolingThatIsNotKnownIsTold() throws IOException {
    folder = Folders.copy("bert", temporary.resolve("bert"));
    change("1_Pooling/config.json", json -> json.put("pooling_mode_max_tokens", true));
    assertTrue(
        refusal().endsWith("but got [pooling_mode_mean_tokens, pooling_mode_max_tokens]"),
        this::refusal);
  }
}
