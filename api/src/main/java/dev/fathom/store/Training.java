package dev.fathom.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The record of one training. Safe for several threads. */
public final class Training {
  private final DataDirectory store;
  private final Path directory;
  private final EventLog events;

  /** Which checkpoint; a new one takes the place of the old at once. */
  public enum Slot {
    /** The newest state, to resume from. */
    LAST,
    /** The state with the best validation metric, to publish. */
    BEST;

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Training(DataDirectory store, Path directory) {
    this.store = store;
    this.directory = directory;
    this.events = new EventLog(store, directory.resolve("events.jsonl"));
  }

  static void create(Path directory, ObjectNode spec, ObjectNode state) throws IOException {
    Files.createDirectory(directory);
    JsonFile.write(directory.resolve("spec.json"), spec);
    JsonFile.write(directory.resolve("job.json"), state);
    EventLog.create(directory.resolve("events.jsonl"));
    Files.createDirectory(directory.resolve("checkpoints"));
    Disk.syncDirectory(directory);
  }

  /** {@return the id; ids sort by the time they were made} */
  public String id() {
    return directory.getFileName().toString();
  }

  /** {@return the spec} */
  public ObjectNode spec() throws IOException {
    return JsonFile.read(directory.resolve("spec.json"));
  }

  /** {@return the state record as it was last written} */
  public ObjectNode state() throws IOException {
    return JsonFile.read(directory.resolve("job.json"));
  }

  /** Replaces the state record, at once and forced to disk. */
  public void state(ObjectNode state) throws IOException {
    store.writeJson(directory.resolve("job.json"), state);
  }

  /** {@return the events} */
  public EventLog events() {
    return events;
  }

  /** {@return the checkpoint of a slot; it stays valid until the next is saved there} */
  public Optional<Bundle> checkpoint(Slot slot) throws IOException {
    Optional<Path> current = current(slot);
    return current.isEmpty() ? Optional.empty() : Optional.of(Bundle.read(current.get()));
  }

  /**
   * Saves a checkpoint: after a kill at any moment the old or the new one is there, whole.
   *
   * @param state counters and whatever else belongs to the files
   * @param content writes the files
   */
  public void saveCheckpoint(Slot slot, ObjectNode state, Bundle.Content content)
      throws IOException {
    Path staged = store.stage();
    try {
      Bundle.write(staged, "checkpoint.json", state, content);
      synchronized (this) {
        Optional<Path> old = current(slot);
        Path home = Disk.unused(checkpoints(), slot.label() + "-");
        Disk.move(staged, home);
        ObjectNode pointer = JsonFile.JSON.createObjectNode();
        store.writeJson(pointer(slot), pointer.put("directory", home.getFileName().toString()));
        if (old.isPresent()) {
          store.remove(old.get());
        }
      }
    } finally {
      Disk.deleteTree(staged);
    }
  }

  /** Removes checkpoints that a killed owner wrote but did not make current, or replaced. */
  void clean() throws IOException {
    Set<Path> valid = new HashSet<>();
    for (Slot slot : Slot.values()) {
      valid.add(pointer(slot));
      current(slot).ifPresent(valid::add);
    }
    for (Path entry : Disk.list(checkpoints())) {
      if (!valid.contains(entry)) {
        store.remove(entry);
      }
    }
  }

  private Optional<Path> current(Slot slot) throws IOException {
    if (Files.notExists(pointer(slot))) {
      return Optional.empty();
    }
    String name = JsonFile.read(pointer(slot)).path("directory").asText();
    if (!name.matches(slot.label() + "-[1-9][0-9]{0,8}")) {
      throw JsonFile.damaged(pointer(slot), "expected the name of a directory but got " + name);
    }
    return Optional.of(checkpoints().resolve(name));
  }

  private Path pointer(Slot slot) {
    return checkpoints().resolve(slot.label() + ".json");
  }

  private Path checkpoints() {
    return directory.resolve("checkpoints");
  }
}
