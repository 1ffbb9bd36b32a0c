package dev.fathom.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.store.StoreException.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A directory with models, datasets and trainings. One process {@linkplain #open owns} it and may
 * write; any number may {@linkplain #openReadOnly read} meanwhile. Safe for several threads.
 */
public final class DataDirectory implements AutoCloseable {
  private static final String MARKER = "fathom.json";
  private static final String LOCK = "lock";
  private static final String STAGING = "staging";
  private static final String CACHE = "cache";

  /** Locked instead of the content, so that others can read who holds it, on Windows too. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  /**
   * The directories that this process owns. A process must not open a lock file of its own again:
   * closing any channel on a file gives up all of the process's locks on it (POSIX).
   */
  private static final Map<Path, Owner> OWNED = new HashMap<>();

  private final Path root;
  private final FileChannel lock;
  private final AtomicLong staged = new AtomicLong();
  private final Models models;
  private final Datasets datasets;
  private final Trainings trainings;
  private volatile boolean closed;

  /**
   * Who owns a directory.
   *
   * @param pid the process; 0 if it did not say
   * @param url where it serves; empty if it does not
   */
  public record Owner(long pid, String url) {}

  /**
   * Opens a directory as its owner, making it if need be, and removes unfinished files of an owner
   * that was killed.
   *
   * @param url where this process serves, for those who come second; empty if it does not
   * @throws StoreException IN_USE if it has an owner, naming pid and URL; NOT_FOUND if the
   *     directory holds something else; NEWER_FORMAT if a newer Fathom wrote it
   */
  public static DataDirectory open(Path directory, String url) throws IOException {
    Files.createDirectories(directory);
    Path root = directory.toRealPath();
    refuseForeign(root);
    FileChannel lock = acquire(root);
    try {
      DataDirectory opened = new DataDirectory(root, lock);
      opened.announce(url);
      opened.prepare();
      return opened;
    } catch (IOException | RuntimeException e) {
      release(root, lock);
      throw e;
    }
  }

  /**
   * Opens a directory for reading; nothing is written and no lock is taken.
   *
   * @throws StoreException NOT_FOUND if it is not a data directory; NEWER_FORMAT if a newer Fathom
   *     wrote it
   */
  public static DataDirectory openReadOnly(Path directory) throws IOException {
    if (!Files.isRegularFile(directory.resolve(MARKER))) {
      throw new StoreException(
          Reason.NOT_FOUND, "[store] %s is not a Fathom data directory".formatted(directory));
    }
    JsonFile.read(directory.resolve(MARKER));
    return new DataDirectory(directory.toRealPath(), null);
  }

  /** {@return who owns a directory now, if anyone does} */
  public static Optional<Owner> owner(Path directory) throws IOException {
    Path file = directory.resolve(LOCK);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    Path root = directory.toRealPath();
    synchronized (OWNED) {
      if (OWNED.containsKey(root)) {
        return Optional.of(OWNED.get(root));
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
          FileLock held = channel.tryLock(LOCKED_BYTE, 1, false)) {
        return held == null ? Optional.of(readOwner(root)) : Optional.empty();
      }
    }
  }

  private DataDirectory(Path root, FileChannel lock) {
    this.root = root;
    this.lock = lock;
    this.models = new Models(this);
    this.datasets = new Datasets(this);
    this.trainings = new Trainings(this);
  }

  /**
   * {@return the cache folder, which may be deleted at any time and is shared by all processes,
   * owner or not; neither it nor the directory need exist} Empty if the directory holds something
   * else.
   */
  public static Optional<Path> cache(Path directory) {
    try {
      return Files.exists(directory) && isForeign(directory)
          ? Optional.empty()
          : Optional.of(directory.resolve(CACHE));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private static void refuseForeign(Path root) throws IOException {
    if (isForeign(root)) {
      throw new StoreException(
          Reason.NOT_FOUND,
          "[store] %s holds other things and no %s: expected a Fathom data directory or an"
                  .formatted(root, MARKER)
              + " empty one");
    }
    if (Files.exists(root.resolve(MARKER))) {
      JsonFile.read(root.resolve(MARKER));
    }
  }

  private static boolean isForeign(Path root) throws IOException {
    if (Files.exists(root.resolve(MARKER))) {
      return false;
    }
    // The marker is the third thing that an owner makes; a killed first owner may have left these,
    // and the cache is not only the owner's.
    Set<String> own = Set.of(LOCK, STAGING, CACHE);
    return Disk.list(root).stream()
        .anyMatch(entry -> !own.contains(entry.getFileName().toString()));
  }

  private static FileChannel acquire(Path root) throws IOException {
    synchronized (OWNED) {
      if (OWNED.containsKey(root)) {
        throw inUse(root, OWNED.get(root));
      }
      FileChannel channel =
          FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        // A process that asks for the owner holds the lock for a moment, so this tries more than
        // once.
        for (int tries = 1; channel.tryLock(LOCKED_BYTE, 1, false) == null; tries++) {
          if (tries == 5) {
            channel.close();
            throw inUse(root, readOwner(root));
          }
          LockSupport.parkNanos(20_000_000);
        }
      } catch (OverlappingFileLockException e) {
        // This process under another class loader. Closing the channel would give up its lock.
        throw inUse(root, new Owner(ProcessHandle.current().pid(), ""));
      }
      OWNED.put(root, new Owner(0, ""));
      return channel;
    }
  }

  private static void release(Path root, FileChannel lock) throws IOException {
    synchronized (OWNED) {
      OWNED.remove(root);
      lock.close();
    }
  }

  private static StoreException inUse(Path root, Owner owner) {
    return new StoreException(
        Reason.IN_USE,
        "[store] %s is in use by process %d%s"
            .formatted(root, owner.pid(), owner.url().isEmpty() ? "" : ", serving " + owner.url()));
  }

  /** Not for a directory that this process owns: see {@link #OWNED}. */
  private static Owner readOwner(Path root) throws IOException {
    JsonNode json;
    try {
      json = JsonFile.JSON.readTree(Files.readAllBytes(root.resolve(LOCK)));
    } catch (JsonProcessingException e) {
      json = JsonFile.JSON.createObjectNode(); // The owner is about to write it.
    }
    return new Owner(json.path("pid").asLong(), json.path("url").asText(""));
  }

  private void prepare() throws IOException {
    Disk.deleteTree(root.resolve(STAGING));
    Disk.createDirectory(root.resolve(STAGING));
    if (Files.notExists(root.resolve(MARKER))) {
      writeJson(root.resolve(MARKER), JsonFile.JSON.createObjectNode());
    }
    Disk.createDirectory(models.directory());
    Disk.createDirectory(datasets.directory());
    Disk.createDirectory(trainings.directory());
    models.clean();
    datasets.clean();
    trainings.clean();
  }

  /** Says where this process serves, once it knows. */
  public void announce(String url) throws IOException {
    requireOwner();
    Owner owner = new Owner(ProcessHandle.current().pid(), url);
    ObjectNode json =
        JsonFile.JSON
            .createObjectNode()
            .put("format", JsonFile.FORMAT)
            .put("pid", owner.pid())
            .put("url", url);
    synchronized (OWNED) {
      OWNED.put(root, owner);
      lock.truncate(0);
      lock.write(ByteBuffer.wrap(JsonFile.JSON.writeValueAsBytes(json)), 0);
    }
  }

  /** {@return the directory} */
  public Path root() {
    return root;
  }

  /** {@return a message in which paths of files in the directory begin there} */
  public String relative(String message) {
    return message
        .replace(root + File.separator, "")
        .replace(root.toString(), "the data directory");
  }

  /** {@return whether this was opened for reading only} */
  public boolean readOnly() {
    return lock == null;
  }

  /** {@return the trained models} */
  public Models models() {
    return models;
  }

  /** {@return the uploaded datasets} */
  public Datasets datasets() {
    return datasets;
  }

  /** {@return the trainings, finished or not} */
  public Trainings trainings() {
    return trainings;
  }

  /** Gives the directory up to the next owner. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      if (!readOnly()) {
        release(root, lock);
      }
    }
  }

  void requireOwner() {
    if (readOnly() || closed) {
      throw new StoreException(
          Reason.READ_ONLY,
          "[store] %s is %s".formatted(root, closed ? "closed" : "open for reading only"));
    }
  }

  /** {@return a path in staging that nobody else uses} */
  Path stage() {
    requireOwner();
    return root.resolve(STAGING).resolve(Long.toString(staged.incrementAndGet()));
  }

  /** Writes a JSON file, or replaces it, at once. */
  void writeJson(Path file, ObjectNode object) throws IOException {
    Path temporary = stage();
    try {
      JsonFile.write(temporary, object);
      Disk.move(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Moves a directory away at once, then deletes its content. */
  void remove(Path directory) throws IOException {
    Path doomed = stage();
    Disk.move(directory, doomed);
    Disk.deleteTree(doomed);
  }
}
