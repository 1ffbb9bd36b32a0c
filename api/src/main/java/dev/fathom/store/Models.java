package dev.fathom.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Models by name and version. A version is published whole and never changes. Safe for several
 * threads.
 */
public final class Models {
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");
  private static final int MOST = 999_999_999;
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
    for (Path entry : Disk.directories(directory(), Names.NAME)) {
      String name = entry.getFileName().toString();
      if (!versions(name).isEmpty()) {
        names.add(name);
      }
    }
    return names;
  }

  /** {@return the versions of a model, rising; empty if there is no such model} */
  public List<Integer> versions(String name) throws IOException {
    if (!Names.isName(name)) {
      return List.of();
    }
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
   * @throws StoreException NO_SPACE if the disk is full, or would be
   */
  public ModelVersion publish(String name, ObjectNode model, Bundle.Content content)
      throws IOException {
    Path target = directory(name);
    store.space().require(0);
    return store.staged(
        staged -> {
          Bundle.write(staged, JSON, model, content);
          synchronized (this) {
            int version = highest(name) + 1;
            Disk.createDirectory(target);
            Disk.move(staged, target.resolve(Integer.toString(version)));
            return get(name, version);
          }
        });
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
    return Math.max(there, deletions(directory(name)).map(Deletions::highest).orElse(0));
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

  /**
   * What was deleted last.
   *
   * @param highest the highest version that ever was
   * @param proven whether there is a checksum of it
   */
  private record Deletions(int highest, List<Integer> versions, boolean proven) {}

  private static Optional<Deletions> deletions(Path model) {
    Path file = model.resolve(DELETIONS);
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    JsonFile.Content content = JsonFile.content(file);
    Members deletions = new Members(file, content.json(), "highest", "deleted");
    int highest = (int) deletions.number("highest", 1, MOST);
    List<Integer> versions = new ArrayList<>();
    for (JsonNode version : deletions.list("deleted")) {
      if (!version.isInt() || version.intValue() < 1 || version.intValue() > highest) {
        throw JsonFile.damaged(
            file, "expected versions up to %d but got %s".formatted(highest, version));
      }
      versions.add(version.intValue());
    }
    return Optional.of(new Deletions(highest, versions, content.proven()));
  }

  /** Finishes what a killed owner began to delete. */
  void clean() throws IOException {
    for (Path model : Disk.directories(directory(), Names.NAME)) {
      DataDirectory.tidy(() -> finishDeletions(model));
    }
  }

  private void finishDeletions(Path model) throws IOException {
    Optional<Deletions> deletions = deletions(model);
    if (deletions.isPresent() && deletions.get().proven()) {
      for (int version : deletions.get().versions()) {
        Path doomed = model.resolve(Integer.toString(version));
        if (Files.isDirectory(doomed)) {
          store.remove(doomed);
        }
        bundles.forget(doomed);
      }
    }
  }

  void look(Findings findings) {
    findings.look(
        Damage.Kind.DIRECTORY,
        "",
        directory(),
        () -> {
          for (Path model : Disk.directories(directory(), Names.NAME)) {
            look(findings, model, model, () -> deletions(model));
            for (Path version : Disk.directories(model, VERSION)) {
              look(findings, model, version, () -> Bundle.read(version).requireFiles());
            }
          }
        });
  }

  private static void look(Findings findings, Path model, Path part, Findings.Reading reading) {
    findings.look(
        Damage.Kind.MODEL,
        model.getFileName().toString(),
        part,
        () -> {
          if (Files.exists(part)) { // Else it was deleted meanwhile.
            reading.read();
          }
        });
  }

  private static StoreException noModel(String name) {
    return new StoreException(Reason.NOT_FOUND, "[store] there is no model '%s'".formatted(name));
  }

  private Path existing(String name, int version) throws IOException {
    boolean canBe = Names.isName(name) && version >= 1 && version <= MOST;
    if (!canBe || !Files.exists(directory(name).resolve(Integer.toString(version)))) {
      throw new StoreException(
          Reason.NOT_FOUND,
          "[store] there is no version %d of model '%s'".formatted(version, name));
    }
    return directory(name).resolve(Integer.toString(version));
  }

  private Path directory(String name) {
    return directory().resolve(Names.name("model", name));
  }
}
