package dev.fathom.store;

import dev.fathom.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the damages of a data directory, one a file, in the order they are found. */
final class Findings {
  private final Path root;
  private final Map<String, Damage> found = new LinkedHashMap<>();

  Findings(Path root) {
    this.root = root;
  }

  /** What reads files. */
  @FunctionalInterface
  interface Reading {
    void read() throws IOException;
  }

  /**
   * Reads, and notes what cannot be. It reads twice, since an owner may replace a file between two
   * reads of one look.
   *
   * @param path that is named if the failure names none
   */
  void look(Damage.Kind kind, String name, Path path, Reading reading) {
    try {
      try {
        reading.read();
      } catch (StoreException | IOException e) {
        reading.read();
      }
    } catch (StoreException e) {
      if (e.reason() != Reason.NOT_FOUND) { // Else it was deleted meanwhile.
        add(kind, name, e.file().orElse(path), e.getMessage());
      }
    } catch (IOException e) {
      add(kind, name, path, "[store] %s cannot be read: %s".formatted(path, e));
    }
  }

  void add(Damage.Kind kind, String name, Path file, String reason) {
    String relative = DataDirectory.relative(root, file.toString()).replace('\\', '/');
    found.putIfAbsent(
        relative, new Damage(kind, name, relative, DataDirectory.relative(root, reason)));
  }

  List<Damage> all() {
    return List.copyOf(found.values());
  }
}
