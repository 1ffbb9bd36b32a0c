package dev.fathom.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.store.StoreException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Uploaded datasets by name, each of one or more files. A file is there whole or not at all; one
 * that is replaced stays until its successor is there. Safe for several threads.
 */
public final class Datasets {
  private static final String INDEX = "dataset.json";
  private static final String DIRECTORY_KEY = "directory";

  /** The names of the directories in a dataset, one for each file. */
  private static final Pattern DIRECTORY = Pattern.compile("[1-9][0-9]{0,8}");

  /** How often an upload looks whether there is space for more. */
  private static final long LOOK_BYTES = 4 << 20;

  private final DataDirectory store;

  /**
   * What the index of a dataset says.
   *
   * @param proven whether there is a checksum of it
   */
  private record Index(Map<String, StoredFile> files, boolean proven) {
    boolean lists(Path directory) {
      return files.values().stream().anyMatch(file -> file.path().getParent().equals(directory));
    }
  }

  Datasets(DataDirectory store) {
    this.store = store;
  }

  Path directory() {
    return store.root().resolve("datasets");
  }

  /** {@return the names, sorted, also of those that cannot be read} */
  public List<String> names() throws IOException {
    return Disk.directories(directory(), Names.NAME).stream()
        .map(entry -> entry.getFileName().toString())
        .toList();
  }

  /**
   * {@return a dataset}
   *
   * @throws StoreException NOT_FOUND, DAMAGED or NEWER_FORMAT
   */
  public StoredDataset get(String name) throws IOException {
    return new StoredDataset(name, Collections.unmodifiableMap(index(existing(name)).files()));
  }

  /**
   * Adds a file to a dataset, or replaces it, making the dataset if need be. Memory use does not
   * depend on the length.
   *
   * @param file its name
   * @param content read to its end, not closed
   * @param maxBytes how long it may be
   * @throws StoreException TOO_LARGE if it is longer, NO_SPACE if the disk is full, or would be;
   *     nothing changes then
   */
  public StoredDataset put(String name, String file, InputStream content, long maxBytes)
      throws IOException {
    return put(name, file, content, maxBytes, Change::make);
  }

  /** What is done to a dataset. */
  @FunctionalInterface
  public interface Change {
    void make() throws IOException;
  }

  /** Makes a change at a moment when it may be made, or refuses it. */
  @FunctionalInterface
  public interface Guard {
    void let(Change change) throws IOException;
  }

  /**
   * Adds a file as {@link #put(String, String, InputStream, long)} does.
   *
   * @param guard lets the dataset have the file, once it is received; not asked if it has this very
   *     content already
   */
  public StoredDataset put(
      String name, String file, InputStream content, long maxBytes, Guard guard)
      throws IOException {
    Path dataset = directory(name);
    Names.file(file);
    return store.staged(
        staged -> {
          Files.createDirectory(staged);
          StoredFile stored = receive(staged.resolve(file), content, maxBytes);
          Disk.syncDirectory(staged);
          if (!has(dataset, file, stored)) {
            guard.let(() -> keep(dataset, staged, file, stored));
          }
          return get(name);
        });
  }

  private synchronized boolean has(Path dataset, String file, StoredFile stored)
      throws IOException {
    StoredFile known = Files.isDirectory(dataset) ? index(dataset).files().get(file) : null;
    return known != null && known.sha256().equals(stored.sha256()) && Files.exists(known.path());
  }

  private synchronized void keep(Path dataset, Path staged, String file, StoredFile stored)
      throws IOException {
    if (Files.isDirectory(dataset)) {
      add(dataset, staged, file, stored);
    } else {
      create(dataset, staged, file, stored);
    }
  }

  private void add(Path dataset, Path staged, String file, StoredFile stored) throws IOException {
    Map<String, StoredFile> files = index(dataset).files();
    Path home = Disk.unused(dataset, "");
    Disk.move(staged, home);
    StoredFile replaced = files.put(file, stored.at(home.resolve(file)));
    store.writeJson(dataset.resolve(INDEX), toJson(files));
    if (replaced != null && Files.exists(replaced.path())) {
      store.remove(replaced.path().getParent());
    }
  }

  /** A new dataset is there with its index or not at all. */
  private void create(Path dataset, Path staged, String file, StoredFile stored)
      throws IOException {
    store.staged(
        whole -> {
          Files.createDirectory(whole);
          Path home = whole.resolve("1");
          Disk.move(staged, home);
          JsonFile.write(whole.resolve(INDEX), toJson(Map.of(file, stored.at(home.resolve(file)))));
          Disk.syncDirectory(whole);
          Disk.move(whole, dataset);
          return null;
        });
  }

  /**
   * Deletes a dataset with all its files, whether it can be read or not.
   *
   * @throws StoreException NOT_FOUND if there is none
   */
  public synchronized void delete(String name) throws IOException {
    store.remove(existing(name));
  }

  /**
   * Deletes a file of a dataset; with the last one goes the dataset.
   *
   * @throws StoreException NOT_FOUND if there is none
   */
  public synchronized void delete(String name, String file) throws IOException {
    Path dataset = existing(name);
    Map<String, StoredFile> files = index(dataset).files();
    StoredFile deleted = files.remove(file);
    if (deleted == null) {
      throw StoredDataset.noFile(file, name, files.keySet());
    }
    if (files.isEmpty()) {
      delete(name);
    } else {
      store.writeJson(dataset.resolve(INDEX), toJson(files));
      if (Files.exists(deleted.path())) {
        store.remove(deleted.path().getParent());
      }
    }
  }

  /**
   * Removes files that a killed owner moved in but did not list, or replaced but did not remove;
   * none of a dataset unless a checksum proves which are listed.
   */
  void clean() throws IOException {
    for (Path dataset : Disk.directories(directory(), Names.NAME)) {
      DataDirectory.tidy(() -> clean(dataset));
    }
  }

  private void clean(Path dataset) throws IOException {
    Index index = index(dataset);
    if (index.proven()) {
      for (Path entry : Disk.directories(dataset, DIRECTORY)) {
        if (!index.lists(entry)) {
          store.remove(entry);
        }
      }
    }
  }

  void look(Findings findings) {
    findings.look(
        Damage.Kind.DIRECTORY,
        "",
        directory(),
        () -> {
          for (String name : names()) {
            findings.look(Damage.Kind.DATASET, name, directory(name), () -> get(name));
            findings.look(
                Damage.Kind.DATASET,
                name,
                directory(name),
                () -> {
                  for (StoredFile file : get(name).files().values()) {
                    file.requireSize();
                  }
                });
          }
        });
  }

  private StoredFile receive(Path target, InputStream content, long maxBytes) throws IOException {
    MessageDigest digest = Disk.sha256();
    byte[] chunk = new byte[1 << 16];
    long bytes = 0;
    long looked = -LOOK_BYTES;
    try (OutputStream out = Files.newOutputStream(target)) {
      for (int count; (count = content.read(chunk)) >= 0; ) {
        bytes += count;
        if (bytes > maxBytes) {
          throw new StoreException(
              Reason.TOO_LARGE,
              "[store] expected at most %d bytes as file '%s' but more came"
                  .formatted(maxBytes, target.getFileName()));
        }
        if (bytes - looked >= LOOK_BYTES) {
          store.space().require(0);
          looked = bytes;
        }
        digest.update(chunk, 0, count);
        out.write(chunk, 0, count);
      }
    }
    Disk.syncFile(target);
    return new StoredFile(target, bytes, HexFormat.of().formatHex(digest.digest()), Instant.now());
  }

  private static Index index(Path dataset) {
    Path file = dataset.resolve(INDEX);
    JsonFile.Content content = JsonFile.content(file);
    Map<String, StoredFile> files = new TreeMap<>();
    Set<String> directories = new HashSet<>();
    var entries = new Members(file, content.json(), "files").object("files").properties();
    for (Map.Entry<String, JsonNode> entry : entries) {
      Members stored =
          new Members(file, entry.getValue(), "bytes", "sha256", "written", DIRECTORY_KEY);
      String directory = stored.text(DIRECTORY_KEY, DIRECTORY);
      if (!directories.add(directory)) {
        throw JsonFile.damaged(file, "two files are in directory " + directory);
      }
      Path path = Names.inside(dataset.resolve(directory), entry.getKey(), file);
      files.put(entry.getKey(), StoredFile.of(path, stored));
    }
    return new Index(files, content.proven());
  }

  private static ObjectNode toJson(Map<String, StoredFile> files) {
    ObjectNode index = JsonFile.JSON.createObjectNode();
    ObjectNode entries = index.putObject("files");
    files.forEach(
        (name, file) ->
            entries.set(
                name,
                file.toJson()
                    .put(DIRECTORY_KEY, file.path().getParent().getFileName().toString())));
    return index;
  }

  private Path existing(String name) {
    if (!Names.isName(name) || !Files.isDirectory(directory(name))) {
      throw new StoreException(
          Reason.NOT_FOUND, "[store] there is no dataset '%s'".formatted(name));
    }
    return directory(name);
  }

  private Path directory(String name) {
    return directory().resolve(Names.name("dataset", name));
  }
}
