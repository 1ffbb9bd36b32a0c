package dev.fathom.pretrained;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.format.FormatException;
import dev.fathom.format.Safetensors;
import dev.fathom.json.Json;
import dev.fathom.json.Malformed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The files of a model that others trained, open. Safe for several threads. */
final class Folder implements AutoCloseable {
  static final String CONFIG = "config.json";
  static final String TOKENIZER = "tokenizer.json";
  static final String GENERATION = "generation_config.json";
  static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  static final String CHAT_TEMPLATE = "chat_template.jinja";
  static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = WEIGHTS + ".index.json";

  private final Path path;
  private final Map<String, Safetensors> shards = new LinkedHashMap<>();

  /** The shard of each tensor, by its name. */
  private final Map<String, String> places = new TreeMap<>();

  /**
   * Opens all files with weights.
   *
   * @throws PretrainedException if there are none, or one of them is missing
   * @throws FormatException if one is damaged, with the place
   */
  Folder(Path path) throws IOException {
    this.path = path;
    try {
      if (Files.exists(path.resolve(INDEX))) {
        openShards();
      } else if (Files.exists(path.resolve(WEIGHTS))) {
        open(WEIGHTS).entries().keySet().forEach(name -> places.put(name, WEIGHTS));
      } else {
        throw noWeights();
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private PretrainedException noWeights() {
    boolean pickled = Files.exists(path.resolve("pytorch_model.bin"));
    return new PretrainedException(
        path.toString(),
        "expected %s or %s but there is neither%s"
            .formatted(
                WEIGHTS,
                INDEX,
                pickled
                    ? "; pytorch_model.bin holds code: save the model again with safe_serialization"
                    : ""));
  }

  private void openShards() throws IOException {
    JsonNode map = required(INDEX).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new PretrainedException(
          INDEX + ", /weight_map", "expected an object from tensors to files but got " + map);
    }
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String tensor = entry.getKey();
      String file = entry.getValue().asText();
      if (!file.equals(Path.of(file).getFileName().toString())) {
        throw new PretrainedException(
            INDEX + ", /weight_map/" + tensor, "expected a file beside it but got '" + file + "'");
      }
      if (!shards.containsKey(file) && !Files.exists(path.resolve(file))) {
        throw new PretrainedException(
            INDEX + ", /weight_map/" + tensor,
            "expected the file '%s' in %s but it is missing".formatted(file, path));
      }
      Safetensors shard = shards.containsKey(file) ? shards.get(file) : open(file);
      if (!shard.entries().containsKey(tensor)) {
        throw new PretrainedException(
            file, "expected the tensor '%s', as %s says, but it has none".formatted(tensor, INDEX));
      }
      places.put(tensor, file);
    }
  }

  private Safetensors open(String file) throws IOException {
    Safetensors shard = Safetensors.open(path.resolve(file));
    shards.put(file, shard);
    return shard;
  }

  Path path() {
    return path;
  }

  /** {@return the names of all tensors, sorted} */
  Set<String> tensors() {
    return Collections.unmodifiableSet(places.keySet());
  }

  /** {@return the file that has a tensor} */
  String file(String tensor) {
    return places.get(tensor);
  }

  /** {@return a tensor's place, type and shape} */
  Safetensors.Entry entry(String tensor) {
    return shard(tensor).entries().get(tensor);
  }

  /** {@return the shard that has a tensor} */
  Safetensors shard(String tensor) {
    return shards.get(places.get(tensor));
  }

  /** {@return the files with weights} */
  Set<String> files() {
    return Collections.unmodifiableSet(shards.keySet());
  }

  /**
   * {@return a JSON object in the folder}
   *
   * @throws PretrainedException if it is missing or is no object
   * @throws FormatException if it is no JSON, with the byte
   */
  ObjectNode required(String file) throws IOException {
    return required(path, file);
  }

  static ObjectNode required(Path path, String file) throws IOException {
    if (!Files.isRegularFile(path.resolve(file))) {
      throw new PretrainedException(path.toString(), "expected a file %s".formatted(file));
    }
    return (ObjectNode) read(path, file, JsonNode::isObject, "an object");
  }

  /** {@return the same of a file that need not be there} */
  Optional<JsonNode> optional(String file) throws IOException {
    return Files.isRegularFile(path.resolve(file))
        ? Optional.of(read(path, file, JsonNode::isContainerNode, "an object or a list"))
        : Optional.empty();
  }

  /** {@return the content of a text file that need not be there} */
  Optional<String> text(String file) throws IOException {
    return Files.isRegularFile(path.resolve(file))
        ? Optional.of(Files.readString(path.resolve(file)))
        : Optional.empty();
  }

  private static JsonNode read(
      Path path, String file, java.util.function.Predicate<JsonNode> is, String expected)
      throws IOException {
    try {
      JsonNode json = Json.read(Files.readAllBytes(path.resolve(file)));
      if (!is.test(json)) {
        throw new PretrainedException(file, "expected %s but got %s".formatted(expected, json));
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new FormatException(
          "json", path.resolve(file), Malformed.offset(e), "expected JSON: " + Malformed.detail(e));
    }
  }

  @Override
  public void close() throws IOException {
    for (Safetensors shard : shards.values()) {
      shard.close();
    }
  }
}
