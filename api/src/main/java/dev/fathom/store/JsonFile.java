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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * JSON objects in files that say which format they are of, and have a checksum of what they say:
 * SHA-256 of the object without it, in one line. Files of earlier versions have none.
 */
final class JsonFile {
  static final int FORMAT = 1;
  static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final String FORMAT_KEY = "format";
  private static final String CHECKSUM_KEY = "checksum";

  private JsonFile() {}

  /**
   * What a file says.
   *
   * @param json without format and checksum, which are checked
   * @param proven whether it has a checksum; without one it may say what nobody wrote
   */
  record Content(ObjectNode json, boolean proven) {}

  /** {@return the object without its format, which is checked} */
  static ObjectNode read(Path file) {
    return content(file).json();
  }

  /**
   * {@return what a file says}
   *
   * @throws StoreException DAMAGED or NEWER_FORMAT, naming the file
   */
  static Content content(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw damaged(file, "the file is missing");
    } catch (IOException e) {
      throw damaged(file, "it cannot be read: " + e.getMessage());
    }
    return content(file, bytes);
  }

  /** As {@link #content(Path)}, of bytes that were read. */
  static Content content(Path file, byte[] bytes) {
    JsonNode node;
    try {
      node = Json.read(bytes);
    } catch (JsonProcessingException e) {
      throw damaged(file, Malformed.detail(e));
    }
    JsonNode checksum = node instanceof ObjectNode object ? object.remove(CHECKSUM_KEY) : null;
    if (checksum != null && !checksum.asText().equals(checksum(node))) {
      throw damaged(file, "its content is not that of its checksum");
    }
    return new Content(withoutFormat(file, node), checksum != null);
  }

  static ObjectNode withoutFormat(Path file, JsonNode node) {
    if (!(node instanceof ObjectNode object)) {
      throw damaged(file, "expected a JSON object");
    }
    JsonNode format = object.remove(FORMAT_KEY);
    if (format == null || !format.isIntegralNumber() || format.longValue() < 1) {
      throw damaged(file, "expected \"format\": " + FORMAT + " but got " + format);
    }
    if (format.longValue() > FORMAT) {
      throw new StoreException(
          Reason.NEWER_FORMAT,
          file,
          "is of format %d and this Fathom reads up to %d: use a newer Fathom"
              .formatted(format.longValue(), FORMAT));
    }
    return object;
  }

  /** Writes and forces to disk; not atomic. */
  static void write(Path file, ObjectNode object) throws IOException {
    Files.write(file, bytes(object));
    Disk.syncFile(file);
  }

  /** {@return the content of a file} */
  static byte[] bytes(ObjectNode object) throws IOException {
    if (object.has(FORMAT_KEY) || object.has(CHECKSUM_KEY)) {
      throw new IllegalArgumentException(
          "[store] \"format\" and \"checksum\" are the store's own keys");
    }
    ObjectNode stored = JSON.createObjectNode().put(FORMAT_KEY, FORMAT);
    stored.setAll(object);
    // A number may be read as another type, which is written otherwise.
    JsonNode asRead = JSON.readTree(JSON.writeValueAsBytes(stored));
    stored.put(CHECKSUM_KEY, checksum(asRead));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(stored);
  }

  private static String checksum(JsonNode node) {
    try {
      return HexFormat.of().formatHex(Disk.sha256().digest(JSON.writeValueAsBytes(node)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // A tree can be written.
    }
  }

  static StoreException damaged(Path file, String problem) {
    return new StoreException(Reason.DAMAGED, file, "is damaged: " + problem);
  }
}
