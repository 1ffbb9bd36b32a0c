package dev.fathom.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.DataException;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The SHA-256 of each file that a training reads, in lower-case hexadecimal, by the name that its
 * spec gives it. Empty where examples come from no file, as those of a program, and in checkpoints
 * that were written before digests were.
 */
public record DataDigests(SortedMap<String, String> files) {
  /** Nothing is known. */
  public static final DataDigests NONE = new DataDigests(new TreeMap<>());

  private static final int SHOWN = 12;

  public DataDigests {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /** Finds the digest of a file as it is now. */
  @FunctionalInterface
  public interface Now {
    /** {@return the digest; nothing if the file is not there} */
    Optional<String> sha256(String file) throws IOException;
  }

  /** {@return how the first file that is not as it was has changed; nothing if none has} */
  public Optional<String> change(Now now) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Optional<String> is = now.sha256(file.getKey());
      if (!is.equals(Optional.of(file.getValue()))) {
        return Optional.of(
            "the data are not those of the checkpoint: %s had sha256 %s and %s"
                .formatted(
                    file.getKey(),
                    shown(file.getValue()),
                    is.map(digest -> "has " + shown(digest)).orElse("is not there")));
      }
    }
    return Optional.empty();
  }

  /**
   * Checks that files are as they were, if both are known.
   *
   * @throws DataException if one is not, with both digests
   */
  void requireSame(DataDigests now) throws IOException {
    if (!now.files.isEmpty()) {
      Optional<String> change = change(file -> Optional.ofNullable(now.files.get(file)));
      if (change.isPresent()) {
        throw new DataException("[train] " + change.get());
      }
    }
  }

  private static String shown(String digest) {
    return digest.substring(0, Math.min(SHOWN, digest.length())) + "...";
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    files.forEach(json::put);
    return json;
  }

  static DataDigests fromJson(JsonNode json) {
    SortedMap<String, String> files = new TreeMap<>();
    json.properties().forEach(file -> files.put(file.getKey(), file.getValue().asText()));
    return new DataDigests(files);
  }
}
