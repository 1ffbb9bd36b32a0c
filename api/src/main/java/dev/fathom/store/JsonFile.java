package dev.fathom.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Json;
import dev.fathom.json.Malformed;
import dev.fathom.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** JSON objects in files that say which format they are of. */
final class JsonFile {
  static final int FORMAT = 1;
  static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private JsonFile() {}

  /** {@return the object without its format, which is checked} */
  static ObjectNode read(Path file) throws IOException {
    JsonNode node;
    try {
      node = Json.read(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw damaged(file, Malformed.detail(e));
    }
    return withoutFormat(file, node);
  }

  static ObjectNode withoutFormat(Path file, JsonNode node) {
    if (!(node instanceof ObjectNode object)) {
      throw damaged(file, "expected a JSON object");
    }
    JsonNode format = object.remove("format");
    if (format == null || !format.isIntegralNumber() || format.longValue() < 1) {
      throw damaged(file, "expected \"format\": " + FORMAT + " but got " + format);
    }
    if (format.longValue() > FORMAT) {
      throw new StoreException(
          Reason.NEWER_FORMAT,
          "[store] %s is of format %d and this Fathom reads up to %d: use a newer Fathom"
              .formatted(file, format.longValue(), FORMAT));
    }
    return object;
  }

  /** Writes and forces to disk; not atomic. */
  static void write(Path file, ObjectNode object) throws IOException {
    ObjectNode stored = JSON.createObjectNode().put("format", FORMAT);
    if (object.has("format")) {
      throw new IllegalArgumentException("[store] \"format\" is the store's own key");
    }
    stored.setAll(object);
    Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(stored));
    Disk.syncFile(file);
  }

  static StoreException damaged(Path file, String problem) {
    return new StoreException(Reason.DAMAGED, "[store] %s is damaged: %s".formatted(file, problem));
  }
}
