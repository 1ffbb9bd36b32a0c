package dev.fathom.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The record of one training. Safe for several threads. */
public final class Training {
  private static final String STATE = "job.json";
  private static final String SPEC = "spec.json";
  private static final String DIRECTORY_KEY = "directory";

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

    private Pattern directories() {
      return Pattern.compile(label() + "-[1-9][0-9]{0,8}");
    }
  }

  /**
   * What names the checkpoint of a slot.
   *
   * @param proven whether it has a checksum
   */
  private record Pointer(Path directory, boolean proven) {}

  Training(DataDirectory store, Path directory) {
    this.store = store;
    this.directory = directory;
    this.events = new EventLog(store, directory.resolve("events.jsonl"));
  }

  static void create(Path directory, ObjectNode spec, ObjectNode state) throws IOException {
    Files.createDirectory(directory);
    JsonFile.write(directory.resolve(SPEC), spec);
    JsonFile.write(directory.resolve(STATE), state);
    EventLog.create(directory.resolve("events.jsonl"));
    Files.createDirectory(directory.resolve("checkpoints"));
    Disk.syncDirectory(directory);
  }

  /** {@return the id; ids sort by the time they were made} */
  public String id() {
    return directory.getFileName().toString();
  }

  /**
   * {@return the spec}
   *
   * @throws StoreException DAMAGED or NEWER_FORMAT
   */
  public ObjectNode spec() throws IOException {
    return JsonFile.read(directory.resolve(SPEC));
  }

  /**
   * {@return the state record as it was last written}
   *
   * @throws StoreException DAMAGED or NEWER_FORMAT
   */
  public ObjectNode state() throws IOException {
    return JsonFile.read(directory.resolve(STATE));
  }

  /** Replaces the state record, at once and forced to disk. */
  public void state(ObjectNode state) throws IOException {
    store.writeJson(directory.resolve(STATE), state);
  }

  /** {@return that the state record is not one, for those who know what it has to say} */
  public StoreException damagedState(String problem) {
    return JsonFile.damaged(directory.resolve(STATE), problem);
  }

  /** {@return the events} */
  public EventLog events() {
    return events;
  }

  /**
   * {@return the checkpoint of a slot; it stays valid until the next is saved there}
   *
   * @throws StoreException DAMAGED or NEWER_FORMAT
   */
  public Optional<Bundle> checkpoint(Slot slot) throws IOException {
    Optional<Pointer> pointer = pointer(slot);
    return pointer.isEmpty()
        ? Optional.empty()
        : Optional.of(Bundle.read(pointer.get().directory()));
  }

  /**
   * Saves a checkpoint: after a kill at any moment the old or the new one is there, whole.
   *
   * @param state counters and whatever else belongs to the files
   * @param content writes the files
   * @throws StoreException NO_SPACE if the disk is full, or would be
   */
  public void saveCheckpoint(Slot slot, ObjectNode state, Bundle.Content content)
      throws IOException {
    store.space().require(sizeOfOld(slot));
    store.staged(
        staged -> {
          Bundle.write(staged, "checkpoint.json", state, content);
          replace(slot, staged);
          return null;
        });
  }

  /** The new one is as large as the old; 0 if there is none. */
  private long sizeOfOld(Slot slot) throws IOException {
    try {
      return checkpoint(slot).map(Bundle::bytes).orElse(0L);
    } catch (StoreException damaged) {
      return 0;
    }
  }

  private synchronized void replace(Slot slot, Path staged) throws IOException {
    Optional<Pointer> old;
    try {
      old = pointer(slot);
    } catch (StoreException damaged) {
      old = Optional.empty(); // The new one mends it.
    }
    Path home = Disk.unused(checkpoints(), slot.label() + "-");
    Disk.move(staged, home);
    ObjectNode pointer = JsonFile.JSON.createObjectNode();
    store.writeJson(file(slot), pointer.put(DIRECTORY_KEY, home.getFileName().toString()));
    if (old.isPresent() && Files.isDirectory(old.get().directory())) {
      store.remove(old.get().directory());
    }
  }

  /**
   * Removes checkpoints that a killed owner wrote but did not make current, or replaced; none
   * unless a checksum proves which is current.
   */
  void clean() {
    for (Slot slot : Slot.values()) {
      DataDirectory.tidy(() -> clean(slot));
    }
  }

  private void clean(Slot slot) throws IOException {
    Optional<Pointer> current = pointer(slot);
    if (current.isEmpty()
        || !current.get().proven()
        || !Files.isDirectory(current.get().directory())) {
      return;
    }
    for (Path entry : Disk.directories(checkpoints(), slot.directories())) {
      if (!entry.equals(current.get().directory())) {
        store.remove(entry);
      }
    }
  }

  /** Reads everything, except for the content of checkpoints' files. */
  void look(Findings findings, Trainings.Check more) {
    look(findings, STATE, this::state);
    look(findings, STATE, () -> more.read(this));
    look(findings, SPEC, this::spec);
    look(findings, "events.jsonl", () -> events.after(Long.MAX_VALUE));
    for (Slot slot : Slot.values()) {
      look(
          findings,
          "checkpoints",
          () -> {
            Optional<Bundle> checkpoint = checkpoint(slot);
            if (checkpoint.isPresent()) {
              checkpoint.get().requireFiles();
            }
          });
    }
  }

  private void look(Findings findings, String part, Findings.Reading reading) {
    findings.look(
        Damage.Kind.TRAINING,
        id(),
        directory.resolve(part),
        () -> {
          if (Files.exists(directory)) { // Else it was deleted meanwhile.
            reading.read();
          }
        });
  }

  private Optional<Pointer> pointer(Slot slot) {
    Path file = file(slot);
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    JsonFile.Content content = JsonFile.content(file);
    String name =
        new Members(file, content.json(), DIRECTORY_KEY).text(DIRECTORY_KEY, slot.directories());
    return Optional.of(new Pointer(checkpoints().resolve(name), content.proven()));
  }

  private Path file(Slot slot) {
    return checkpoints().resolve(slot.label() + ".json");
  }

  private Path checkpoints() {
    return directory.resolve("checkpoints");
  }
}
