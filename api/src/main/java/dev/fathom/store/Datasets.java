package dev.fathom.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.store.StoreException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Uploaded datasets by name, each of one or more files. A file is there whole or not at all; one
 * that is replaced stays until its successor is there. Safe for several threads.
 */
public final class Datasets {
  private static final String INDEX = "dataset.json";

  private final DataDirectory store;

  Datasets(DataDirectory store) {
    this.store = store;
  }

  Path directory() {
    return store.root().resolve("datasets");
  }

  /** {@return the names, sorted} */
  public List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path entry : Disk.list(directory())) {
      if (Names.isName(entry.getFileName().toString())
          && Files.isRegularFile(entry.resolve(INDEX))) {
        names.add(entry.getFileName().toString());
      }
    }
    return names;
  }

  /**
   * {@return a dataset}
   *
   * @throws StoreException NOT_FOUND, DAMAGED or NEWER_FORMAT
   */
  public StoredDataset get(String name) throws IOException {
    if (!Names.isName(name) || !Files.isRegularFile(directory(name).resolve(INDEX))) {
      throw new StoreException(
          Reason.NOT_FOUND, "[store] there is no dataset '%s'".formatted(name));
    }
    Path index = directory(name).resolve(INDEX);
    Map<String, StoredFile> files = new TreeMap<>();
    for (Map.Entry<String, JsonNode> file : JsonFile.read(index).path("files").properties()) {
      Path path =
          directory(name)
              .resolve(file.getValue().path("directory").asText("missing"))
              .resolve(file.getKey());
      files.put(file.getKey(), StoredFile.fromJson(path, file.getValue(), index));
    }
    return new StoredDataset(name, Collections.unmodifiableMap(files));
  }

  /**
   * Adds a file to a dataset, or replaces it, making the dataset if need be. Memory use does not
   * depend on the length.
   *
   * @param file its name
   * @param content read to its end, not closed
   * @param maxBytes how long it may be
   * @throws StoreException TOO_LARGE if it is longer; nothing changes then
   */
  public StoredDataset put(String name, String file, InputStream content, long maxBytes)
      throws IOException {
    try (Upload upload = receive(name, file, content, maxBytes)) {
      return upload.keep();
    }
  }

  /**
   * Receives a file as {@link #put} does. No dataset has it before it is kept.
   *
   * @throws StoreException TOO_LARGE if it is longer
   */
  public Upload receive(String name, String file, InputStream content, long maxBytes)
      throws IOException {
    Path target = directory(name);
    Names.file(file);
    Path staged = store.stage();
    try {
      Files.createDirectory(staged);
      StoredFile stored = receive(staged.resolve(file), content, maxBytes);
      Disk.syncDirectory(staged);
      return new Upload(name, target, staged, stored);
    } catch (IOException | RuntimeException e) {
      Disk.deleteTree(staged);
      throw e;
    }
  }

  /** A file that was received. Closing it forgets one that was not kept. */
  public final class Upload implements Closeable {
    private final String dataset;
    private final Path target;
    private final Path staged;
    private final StoredFile stored;

    private Upload(String dataset, Path target, Path staged, StoredFile stored) {
      this.dataset = dataset;
      this.target = target;
      this.staged = staged;
      this.stored = stored;
    }

    /** Makes the file one of its dataset; {@return the dataset} */
    public StoredDataset keep() throws IOException {
      String file = stored.path().getFileName().toString();
      synchronized (Datasets.this) {
        Disk.createDirectory(target);
        Map<String, StoredFile> files = new TreeMap<>();
        if (Files.exists(target.resolve(INDEX))) {
          files.putAll(get(dataset).files());
        }
        Path home = Disk.unused(target, "");
        Disk.move(staged, home);
        StoredFile replaced =
            files.put(
                file,
                new StoredFile(
                    home.resolve(file), stored.bytes(), stored.sha256(), stored.written()));
        store.writeJson(target.resolve(INDEX), index(files));
        if (replaced != null) {
          store.remove(replaced.path().getParent());
        }
        return get(dataset);
      }
    }

    @Override
    public void close() throws IOException {
      Disk.deleteTree(staged);
    }
  }

  /**
   * Deletes a dataset with all its files.
   *
   * @throws StoreException NOT_FOUND if there is none
   */
  public synchronized void delete(String name) throws IOException {
    get(name);
    store.remove(directory(name));
  }

  /**
   * Deletes a file of a dataset; with the last one goes the dataset.
   *
   * @throws StoreException NOT_FOUND if there is none
   */
  public synchronized void delete(String name, String file) throws IOException {
    Map<String, StoredFile> files = new TreeMap<>(get(name).files());
    StoredFile deleted = files.remove(file);
    if (deleted == null) {
      throw StoredDataset.noFile(file, name, files.keySet());
    }
    if (files.isEmpty()) {
      delete(name);
    } else {
      store.writeJson(directory(name).resolve(INDEX), index(files));
      store.remove(deleted.path().getParent());
    }
  }

  /**
   * Removes files that a killed owner moved in but did not list, or replaced but did not remove.
   */
  void clean() throws IOException {
    for (Path dataset : Disk.list(directory())) {
      try {
        clean(dataset);
      } catch (StoreException e) {
        // A dataset that cannot be read is kept; reading it is an error.
      }
    }
  }

  private void clean(Path dataset) throws IOException {
    Set<Path> listed = new HashSet<>();
    if (Files.exists(dataset.resolve(INDEX))) {
      listed.add(dataset.resolve(INDEX));
      get(dataset.getFileName().toString())
          .files()
          .values()
          .forEach(file -> listed.add(file.path().getParent()));
    }
    for (Path entry : Disk.list(dataset)) {
      if (!listed.contains(entry)) {
        store.remove(entry);
      }
    }
  }

  private static StoredFile receive(Path target, InputStream content, long maxBytes)
      throws IOException {
    MessageDigest digest = Disk.sha256();
    byte[] chunk = new byte[1 << 16];
    long bytes = 0;
    try (OutputStream out = Files.newOutputStream(target)) {
      for (int count; (count = content.read(chunk)) >= 0; ) {
        bytes += count;
        if (bytes > maxBytes) {
          throw new StoreException(
              Reason.TOO_LARGE,
              "[store] expected at most %d bytes as file '%s' but more came"
                  .formatted(maxBytes, target.getFileName()));
        }
        digest.update(chunk, 0, count);
        out.write(chunk, 0, count);
      }
    }
    Disk.syncFile(target);
    return new StoredFile(target, bytes, HexFormat.of().formatHex(digest.digest()), Instant.now());
  }

  private static ObjectNode index(Map<String, StoredFile> files) {
    ObjectNode index = JsonFile.JSON.createObjectNode();
    ObjectNode entries = index.putObject("files");
    files.forEach(
        (name, file) ->
            entries.set(
                name,
                file.toJson().put("directory", file.path().getParent().getFileName().toString())));
    return index;
  }

  private Path directory(String name) {
    return directory().resolve(Names.name("dataset", name));
  }
}
