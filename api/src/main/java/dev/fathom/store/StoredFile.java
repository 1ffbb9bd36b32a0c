package dev.fathom.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A file, with its size and checksum when it was written.
 *
 * @param path where it lies
 * @param bytes its size
 * @param sha256 its SHA-256 in lower-case hexadecimal
 * @param written time of writing
 */
public record StoredFile(Path path, long bytes, String sha256, Instant written) {
  /**
   * {@return the path, after comparing size and checksum}
   *
   * @throws StoreException {@link Reason#DAMAGED} if its content has changed, naming the file
   */
  public Path verified() throws IOException {
    requireSize();
    String actual = Disk.sha256(path);
    if (!actual.equals(sha256)) {
      throw JsonFile.damaged(path, "expected SHA-256 %s but got %s".formatted(sha256, actual));
    }
    return path;
  }

  /** Checks that the file is there and as long as it was. */
  void requireSize() throws IOException {
    if (!Files.isRegularFile(path)) {
      throw JsonFile.damaged(path, "the file is missing");
    }
    long size = Files.size(path);
    if (size != bytes) {
      throw JsonFile.damaged(path, "expected %d bytes but it has %d".formatted(bytes, size));
    }
  }

  static StoredFile of(Path path) throws IOException {
    return new StoredFile(path, Files.size(path), Disk.sha256(path), Instant.now());
  }

  /** {@return the same at another place} */
  StoredFile at(Path place) {
    return new StoredFile(place, bytes, sha256, written);
  }

  ObjectNode toJson() {
    return JsonFile.JSON
        .createObjectNode()
        .put("bytes", bytes)
        .put("sha256", sha256)
        .put("written", written.toString());
  }

  /** {@return what {@link #toJson} made of it} */
  static StoredFile of(Path path, Members json) {
    return new StoredFile(
        path,
        json.number("bytes", 0, Long.MAX_VALUE),
        json.text("sha256", Members.SHA256),
        json.time("written"));
  }
}
