package dev.fathom.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.store.StoreException.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A directory with models, datasets and trainings. One process {@linkplain #open owns} it and may
 * write; any number may {@linkplain #openReadOnly read} meanwhile. Safe for several threads.
 */
public final class DataDirectory implements AutoCloseable {
  private static final String MARKER = "fathom.json";
  private static final String STAGING = "staging";
  private static final String CACHE = "cache";

  /**
   * What may be there without the marker: it is the third thing that an owner makes, who may have
   * been killed, and the cache is not only the owner's.
   */
  private static final Set<String> BEFORE_MARKER = Set.of(Owners.LOCK, STAGING, CACHE);

  private final Path root;
  private final FileChannel lock;
  private final Space space;
  private final AtomicLong staged = new AtomicLong();
  private final Models models;
  private final Datasets datasets;
  private final Trainings trainings;
  private final List<StoreException> whenOpened = new ArrayList<>();
  private volatile boolean closed;

  /**
   * Who owns a directory.
   *
   * @param pid the process; 0 if it did not say
   * @param url where it serves; empty if it does not
   */
  public record Owner(long pid, String url) {}

  /** As {@link #open(Path, String, long)}, which keeps none of the disk free. */
  public static DataDirectory open(Path directory, String url) throws IOException {
    return open(directory, url, 0);
  }

  /**
   * Opens a directory as its owner, making it if need be, for this user alone, and removes
   * unfinished files of an owner that was killed. What is {@linkplain #damages damaged} does not
   * keep it from opening.
   *
   * @param url where this process serves, for those who come second; empty if it does not
   * @param keptFreeBytes how much of the disk stays free, for records: files of datasets, models,
   *     checkpoints and new trainings are refused before
   * @throws StoreException IN_USE if it has an owner, naming pid and URL; NOT_FOUND if the
   *     directory holds something else, or is a file; NEWER_FORMAT if a newer Fathom wrote it;
   *     READ_ONLY if this process may not write there
   */
  public static DataDirectory open(Path directory, String url, long keptFreeBytes)
      throws IOException {
    try {
      Home.create(directory);
      Path root = directory.toRealPath();
      refuseForeign(root);
      FileChannel lock = Owners.acquire(root);
      try {
        DataDirectory opened = new DataDirectory(root, lock, keptFreeBytes);
        opened.prepare(url);
        return opened;
      } catch (IOException | RuntimeException e) {
        Owners.release(root, lock);
        throw e;
      }
    } catch (FileSystemException e) {
      explained(directory, e);
      throw Home.refusal(directory, e);
    }
  }

  /**
   * Opens a directory for reading; nothing is written and no lock is taken.
   *
   * @throws StoreException NOT_FOUND if it is not a data directory; NEWER_FORMAT if a newer Fathom
   *     wrote it
   */
  public static DataDirectory openReadOnly(Path directory) throws IOException {
    if (!isThere(directory)) {
      throw new StoreException(
          Reason.NOT_FOUND, "[store] %s is not a Fathom data directory".formatted(directory));
    }
    DataDirectory opened = new DataDirectory(directory.toRealPath(), null, 0);
    opened.checkMarker();
    return opened;
  }

  /** {@return whether a path is that of a data directory} */
  public static boolean isThere(Path directory) {
    return Files.isRegularFile(directory.resolve(MARKER));
  }

  /** {@return who owns a directory now, if anyone does} */
  public static Optional<Owner> owner(Path directory) throws IOException {
    return Owners.of(directory);
  }

  /**
   * {@return that other users of this machine may read a directory, and the remedy; empty if they
   * may not, or if that is not known}
   */
  public static Optional<String> warning(Path directory) {
    try {
      return Home.warning(directory);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * {@return a failure to write to a directory}
   *
   * @throws StoreException NO_SPACE if its disk is full
   */
  public static IOException explained(Path directory, IOException failure) {
    return new Space(directory, 0).explained(failure);
  }

  private DataDirectory(Path root, FileChannel lock, long keptFreeBytes) {
    this.root = root;
    this.lock = lock;
    this.space = new Space(root, keptFreeBytes);
    this.models = new Models(this);
    this.datasets = new Datasets(this);
    this.trainings = new Trainings(this);
  }

  /**
   * {@return the cache folder, which may be deleted at any time and is shared by all processes,
   * owner or not; it need not exist} The directory is made, for this user alone, if there is none.
   * Empty if it holds something else, or cannot be made.
   */
  public static Optional<Path> cache(Path directory) {
    try {
      Home.create(directory);
      return Home.isForeign(directory, MARKER, BEFORE_MARKER)
          ? Optional.empty()
          : Optional.of(directory.resolve(CACHE));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private static void refuseForeign(Path root) throws IOException {
    if (Home.isForeign(root, MARKER, BEFORE_MARKER)) {
      throw new StoreException(
          Reason.NOT_FOUND,
          "[store] %s holds other things and no %s: expected a Fathom data directory or an"
                  .formatted(root, MARKER)
              + " empty one");
    }
  }

  private void prepare(String url) throws IOException {
    boolean proven = checkMarker();
    for (Path left : Disk.list(root.resolve(STAGING))) {
      Disk.deleteTree(left); // First of all: it may be what fills the disk.
    }
    Disk.createDirectory(root.resolve(STAGING));
    announce(url);
    if (Files.notExists(root.resolve(MARKER))) {
      writeMarker();
    } else if (!proven) {
      tidy(this::writeMarker);
    }
    Disk.createDirectory(models.directory());
    Disk.createDirectory(datasets.directory());
    Disk.createDirectory(trainings.directory());
    models.clean();
    datasets.clean();
    trainings.clean();
  }

  private void writeMarker() throws IOException {
    writeJson(root.resolve(MARKER), JsonFile.JSON.createObjectNode());
  }

  /**
   * Refuses a newer format. A marker that is damaged keeps nobody out: it says nothing but the
   * format, which each file says of itself. {@return whether it is there, with a checksum}
   */
  private boolean checkMarker() {
    Path marker = root.resolve(MARKER);
    if (Files.notExists(marker)) {
      return false;
    }
    try {
      JsonFile.Content content = JsonFile.content(marker);
      new Members(marker, content.json());
      return content.proven();
    } catch (StoreException e) {
      if (e.reason() != Reason.DAMAGED) {
        throw e;
      }
      whenOpened.add(e);
      return false;
    }
  }

  /** Says where this process serves, once it knows. */
  public void announce(String url) {
    requireOwner();
    Owners.announce(root, lock, url);
  }

  /** {@return the directory} */
  public Path root() {
    return root;
  }

  /** {@return a message in which paths of files in the directory begin there} */
  static String relative(Path root, String message) {
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

  /**
   * {@return what cannot be read, one item a file} Every record, index and manifest is read; of
   * other files the size is compared, not the checksum.
   *
   * @param more reads what the store does not know of a training
   */
  public List<Damage> damages(Trainings.Check more) {
    Findings findings = new Findings(root);
    for (StoreException e : whenOpened) {
      findings.add(
          Damage.Kind.DIRECTORY,
          "",
          e.file().orElse(root),
          e.getMessage() + (readOnly() ? "" : "; it is written anew"));
    }
    models.look(findings);
    datasets.look(findings);
    trainings.look(findings, more);
    return findings.all();
  }

  /** Gives the directory up to the next owner. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      if (!readOnly()) {
        Owners.release(root, lock);
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

  Space space() {
    return space;
  }

  /** What writes below a path in staging. */
  @FunctionalInterface
  interface Writing<T> {
    T at(Path path) throws IOException;
  }

  /**
   * Writes at a path in staging that nobody else uses, and removes what is left there afterwards.
   *
   * @throws StoreException NO_SPACE if the disk is full
   */
  <T> T staged(Writing<T> writing) throws IOException {
    requireOwner();
    Path path = root.resolve(STAGING).resolve(Long.toString(staged.incrementAndGet()));
    try {
      return writing.at(path);
    } catch (IOException e) {
      throw space.explained(e);
    } finally {
      Disk.deleteTree(path);
    }
  }

  /** Writes a JSON file, or replaces it, at once. */
  void writeJson(Path file, ObjectNode object) throws IOException {
    staged(
        temporary -> {
          JsonFile.write(temporary, object);
          Disk.move(temporary, file);
          return null;
        });
  }

  /** Moves a directory away at once, then deletes its content. */
  void remove(Path directory) throws IOException {
    staged(
        doomed -> {
          Disk.move(directory, doomed);
          return null;
        });
  }

  /**
   * Does what tidies up when an owner opens. It keeps nobody from opening: what it cannot read, it
   * leaves.
   */
  static void tidy(Findings.Reading tidying) {
    try {
      tidying.read();
    } catch (StoreException | IOException e) {
      // Nothing is lost. Reading it is an error, which names it.
    }
  }
}
