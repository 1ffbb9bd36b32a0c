package dev.fathom.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Models by name and version. A version is published whole and never changes. Safe for several
 * threads.
 */
public final class Models {
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");
  private static final String DELETIONS = "deletions.json";
  private static final String JSON = "model.json";
  private static final String TRAINING = "training";

  private final DataDirectory store;
  private final BundleCache bundles = new BundleCache(JSON);

  Models(DataDirectory store) {
    this.store = store;
  }

  Path directory() {
    return store.root().resolve("models");
  }

  /** {@return the names that have a version, sorted} */
  public List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path entry : Disk.list(directory())) {
      String name = entry.getFileName().toString();
      if (Names.isName(name) && !versions(name).isEmpty()) {
        names.add(name);
      }
    }
    return names;
  }

  /** {@return the versions of a model, rising; empty if there is no such model} */
  public List<Integer> versions(String name) throws IOException {
    return Disk.list(directory(name)).stream()
        .map(entry -> entry.getFileName().toString())
        .filter(VERSION.asMatchPredicate())
        .map(Integer::valueOf)
        .sorted()
        .toList();
  }

  /**
   * {@return the newest version of a model}
   *
   * @throws StoreException NOT_FOUND, DAMAGED or NEWER_FORMAT, naming model or file
   */
  public ModelVersion newest(String name) throws IOException {
    List<Integer> versions = versions(name);
    if (versions.isEmpty()) {
      throw noModel(name);
    }
    return get(name, versions.getLast());
  }

  /**
   * {@return a version of a model; its JSON is checked now, its files when asked for}
   *
   * @throws StoreException NOT_FOUND, DAMAGED or NEWER_FORMAT, naming model or file
   */
  public ModelVersion get(String name, int version) throws IOException {
    return new ModelVersion(name, version, bundles.read(existing(name, version)));
  }

  /**
   * Publishes a model as the next version of its name: one above the highest that ever was.
   *
   * @param model JSON that belongs to the weights: signature, spec, preprocessing, labels, metrics
   * @param content writes the files, {@code weights.safetensors} by convention
   */
  public ModelVersion publish(String name, ObjectNode model, Bundle.Content content)
      throws IOException {
    Path target = directory(name);
    Path staged = store.stage();
    try {
      Bundle.write(staged, JSON, model, content);
      synchronized (this) {
        int version = highest(name) + 1;
        Disk.createDirectory(target);
        Disk.move(staged, target.resolve(Integer.toString(version)));
        return get(name, version);
      }
    } finally {
      Disk.deleteTree(staged);
    }
  }

  /**
   * Publishes the model of a training, once: if the training has published a version already, and
   * was killed before it could say so, {@return that version}
   *
   * @param training its id, which becomes a part of the JSON
   */
  public ModelVersion publish(
      String name, String training, ObjectNode model, Bundle.Content content) throws IOException {
    for (int version : versions(name).reversed()) {
      try {
        ModelVersion known = get(name, version);
        if (known.bundle().has(TRAINING, training)) {
          return known;
        }
      } catch (StoreException e) {
        // A damaged version is nobody's.
      }
    }
    return publish(name, model.put(TRAINING, training), content);
  }

  /** {@return the highest version that ever was; 0 before the first} */
  private int highest(String name) throws IOException {
    List<Integer> versions = versions(name);
    int there = versions.isEmpty() ? 0 : versions.getLast();
    Path deletions = directory(name).resolve(DELETIONS);
    return Files.exists(deletions)
        ? Math.max(there, JsonFile.read(deletions).path("highest").asInt())
        : there;
  }

  /**
   * Deletes a version; its number is not given again.
   *
   * @throws StoreException NOT_FOUND if there is none
   */
  public synchronized void delete(String name, int version) throws IOException {
    existing(name, version);
    delete(name, List.of(version));
  }

  /**
   * Deletes all versions of a model; their numbers are not given again.
   *
   * @throws StoreException NOT_FOUND if there is none
   */
  public synchronized void delete(String name) throws IOException {
    List<Integer> versions = versions(name);
    if (versions.isEmpty()) {
      throw noModel(name);
    }
    delete(name, versions);
  }

  /** Writes what is to go before it goes, so that an owner who is killed meanwhile finishes it. */
  private void delete(String name, List<Integer> versions) throws IOException {
    ObjectNode deletions = JsonFile.JSON.createObjectNode().put("highest", highest(name));
    versions.forEach(deletions.putArray("deleted")::add);
    store.writeJson(directory(name).resolve(DELETIONS), deletions);
    finishDeletions(directory(name));
  }

  /** Finishes what a killed owner began to delete. */
  void clean() throws IOException {
    for (Path model : Disk.list(directory())) {
      try {
        finishDeletions(model);
      } catch (StoreException e) {
        // A model that cannot be read is kept; reading it is an error.
      }
    }
  }

  private void finishDeletions(Path model) throws IOException {
    if (Files.exists(model.resolve(DELETIONS))) {
      for (JsonNode version : JsonFile.read(model.resolve(DELETIONS)).path("deleted")) {
        Path doomed = model.resolve(Integer.toString(version.asInt()));
        if (Files.isDirectory(doomed)) {
          store.remove(doomed);
        }
        bundles.forget(doomed);
      }
    }
  }

  private static StoreException noModel(String name) {
    return new StoreException(Reason.NOT_FOUND, "[store] there is no model '%s'".formatted(name));
  }

  private Path existing(String name, int version) {
    Path directory = directory(name).resolve(Integer.toString(version));
    if (!Files.isDirectory(directory)) {
      throw new StoreException(
          Reason.NOT_FOUND,
          "[store] there is no version %d of model '%s'".formatted(version, name));
    }
    return directory;
  }

  private Path directory(String name) {
    return directory().resolve(Names.name("model", name));
  }
}
