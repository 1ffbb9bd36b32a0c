package dev.fathom.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Trainings by id, whatever their state. Safe for several threads. */
public final class Trainings {
  private final DataDirectory store;
  private final Ids ids = new Ids();
  private boolean follows;

  /** One object per id, since the event log counts in memory. */
  private final Map<String, Training> opened = new ConcurrentHashMap<>();

  Trainings(DataDirectory store) {
    this.store = store;
  }

  Path directory() {
    return store.root().resolve("trainings");
  }

  /** {@return the ids, oldest first} */
  public List<String> ids() throws IOException {
    return Disk.directories(directory(), Names.ID).stream()
        .map(entry -> entry.getFileName().toString())
        .toList();
  }

  /**
   * {@return a training}
   *
   * @throws StoreException NOT_FOUND if there is none
   */
  public Training get(String id) {
    Path directory = directory().resolve(Names.isId(id) ? id : "");
    if (!Names.isId(id) || !Files.isDirectory(directory)) {
      throw new StoreException(Reason.NOT_FOUND, "[store] there is no training '%s'".formatted(id));
    }
    return opened.computeIfAbsent(id, i -> new Training(store, directory));
  }

  /** {@return an id behind all that there are, even if the clock has gone back since} */
  synchronized String next(long millis) throws IOException {
    if (!follows) {
      List<String> known = ids();
      if (!known.isEmpty()) {
        ids.follow(known.getLast());
      }
      follows = true;
    }
    return ids.next("trn", millis);
  }

  /**
   * Records a new training.
   *
   * @param spec of the training
   * @param state the first state record
   * @throws StoreException NO_SPACE if the disk is full, or would be
   */
  public Training create(ObjectNode spec, ObjectNode state) throws IOException {
    store.space().require(0);
    String id = next(System.currentTimeMillis());
    return store.staged(
        staged -> {
          Training.create(staged, spec, state);
          Disk.move(staged, directory().resolve(id));
          return get(id);
        });
  }

  /**
   * Deletes a training with its checkpoints, whether it can be read or not.
   *
   * @throws StoreException NOT_FOUND if there is none
   */
  public void delete(String id) throws IOException {
    get(id);
    opened.remove(id);
    store.remove(directory().resolve(id));
  }

  /** Reads what the store does not know of a training. */
  @FunctionalInterface
  public interface Check {
    /**
     * @throws StoreException DAMAGED, see {@link Training#damagedState}
     */
    void read(Training training) throws IOException;
  }

  void look(Findings findings, Check more) {
    findings.look(
        Damage.Kind.DIRECTORY,
        "",
        directory(),
        () -> {
          for (String id : ids()) {
            get(id).look(findings, more);
          }
        });
  }

  void clean() throws IOException {
    for (String id : ids()) {
      get(id).clean();
    }
  }
}
