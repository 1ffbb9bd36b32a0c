package dev.fathom.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** A JSON object and files that were written together and do not change: a model, a checkpoint. */
public final class Bundle {
  static final String MANIFEST = "manifest.json";

  private final Path directory;
  private final ObjectNode json;
  private final Map<String, StoredFile> files;
  private final Instant written;

  /** Writes a bundle's files. */
  @FunctionalInterface
  public interface Content {
    /**
     * @param directory where to write them, flat; the store makes them safe afterwards
     */
    void write(Path directory) throws IOException;
  }

  private Bundle(Path directory, ObjectNode json, Map<String, StoredFile> files, Instant written) {
    this.directory = directory;
    this.json = json;
    this.files = files;
    this.written = written;
  }

  /** {@return the object, in a fresh copy} */
  public ObjectNode json() {
    return json.deepCopy();
  }

  /** {@return whether the object has this text under a key} */
  boolean has(String key, String text) {
    return text.equals(json.path(key).textValue());
  }

  /** {@return the files by name} */
  public Map<String, StoredFile> files() {
    return Collections.unmodifiableMap(files);
  }

  /** {@return the size of all files} */
  public long bytes() {
    return files.values().stream().mapToLong(StoredFile::bytes).sum();
  }

  /** {@return when it was written} */
  public Instant written() {
    return written;
  }

  /**
   * {@return the path of a file, after comparing its checksum}
   *
   * @throws StoreException NOT_FOUND if the bundle has no such file, DAMAGED if its checksum has
   *     changed
   */
  public Path file(String name) throws IOException {
    StoredFile file = files.get(name);
    if (file == null) {
      throw new StoreException(
          StoreException.Reason.NOT_FOUND,
          "[store] expected a file '%s' in %s but it has %s"
              .formatted(name, directory, files.keySet()));
    }
    return file.verified();
  }

  /** Writes a bundle to a directory in staging. */
  static void write(Path directory, String jsonName, ObjectNode json, Content content)
      throws IOException {
    Files.createDirectory(directory);
    content.write(directory);
    JsonFile.write(directory.resolve(jsonName), json);
    ObjectNode manifest = JsonFile.JSON.createObjectNode();
    manifest.put("json", jsonName).put("written", Instant.now().toString());
    ObjectNode files = manifest.putObject("files");
    for (Path file : Disk.list(directory)) {
      Disk.syncFile(file);
      files.set(file.getFileName().toString(), StoredFile.of(file).toJson());
    }
    JsonFile.write(directory.resolve(MANIFEST), manifest);
    Disk.syncDirectory(directory);
  }

  /** Reads the manifest and the JSON, whose checksum is compared; other files when asked for. */
  static Bundle read(Path directory) throws IOException {
    Path file = directory.resolve(MANIFEST);
    Members manifest = new Members(file, JsonFile.read(file), "json", "written", "files");
    manifest.time("written");
    Map<String, StoredFile> files = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : manifest.object("files").properties()) {
      Path path = Names.inside(directory, entry.getKey(), file);
      Members stored = new Members(file, entry.getValue(), "bytes", "sha256", "written");
      files.put(entry.getKey(), StoredFile.of(path, stored));
    }
    StoredFile json = files.get(manifest.text("json", Names.FILE));
    if (json == null) {
      throw JsonFile.damaged(file, "it does not name its JSON file");
    }
    return new Bundle(directory, JsonFile.read(json.verified()), files, json.written());
  }

  /** Checks that all files are there and as long as they were. */
  void requireFiles() throws IOException {
    for (StoredFile file : files.values()) {
      file.requireSize();
    }
  }
}
