package dev.fathom.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.store.DataDirectory.Owner;
import dev.fathom.store.StoreException.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
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
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * Who owns a data directory: who holds a lock on its file {@code lock}, which the system gives up
 * for a process that ends. Safe for several threads.
 */
final class Owners {
  static final String LOCK = "lock";

  private static final Pattern ANY = Pattern.compile(".*");
  private static final Owner UNKNOWN = new Owner(0, "");

  /** Locked instead of the content, so that others can read who holds it, on Windows too. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  /**
   * The directories that this process owns. A process must not open a lock file of its own again:
   * closing any channel on a file gives up all of the process's locks on it (POSIX).
   */
  private static final Map<Path, Owner> OWNED = new HashMap<>();

  private Owners() {}

  /** {@return who owns a directory now, if anyone does} */
  static Optional<Owner> of(Path directory) throws IOException {
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
        return held == null ? Optional.of(read(root)) : Optional.empty();
      }
    }
  }

  /** {@return what holds the directory until it is {@linkplain #release given up}} */
  static FileChannel acquire(Path root) throws IOException {
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
            throw inUse(root, read(root));
          }
          LockSupport.parkNanos(20_000_000);
        }
      } catch (OverlappingFileLockException e) {
        // This process under another class loader. Closing the channel would give up its lock.
        throw inUse(root, new Owner(ProcessHandle.current().pid(), ""));
      }
      OWNED.put(root, UNKNOWN);
      return channel;
    }
  }

  static void release(Path root, FileChannel lock) throws IOException {
    synchronized (OWNED) {
      OWNED.remove(root);
      lock.close();
    }
  }

  /**
   * Writes down where this process serves. Where it cannot, others still learn that there is an
   * owner, but not which: a full disk keeps nobody from starting.
   */
  static void announce(Path root, FileChannel lock, String url) {
    Owner owner = new Owner(ProcessHandle.current().pid(), url);
    ObjectNode json =
        JsonFile.JSON.createObjectNode().put("pid", owner.pid()).put("url", owner.url());
    synchronized (OWNED) {
      OWNED.put(root, owner);
      try {
        lock.truncate(0);
        lock.write(ByteBuffer.wrap(JsonFile.bytes(json)), 0);
      } catch (IOException e) {
        System.getLogger(Owners.class.getPackageName())
            .log(System.Logger.Level.WARNING, "The owner is not written down: " + e);
      }
    }
  }

  /** Not for a directory that this process owns: see {@link #OWNED}. */
  private static Owner read(Path root) {
    Path file = root.resolve(LOCK);
    try {
      Members owner = new Members(file, JsonFile.read(file), "pid", "url");
      String url = owner.text("url", ANY);
      return new Owner(owner.number("pid", 1, Long.MAX_VALUE), new URI(url).toString());
    } catch (StoreException | URISyntaxException e) {
      return UNKNOWN; // It is damaged, or the owner is about to write it.
    }
  }

  private static StoreException inUse(Path root, Owner owner) {
    return new StoreException(
        Reason.IN_USE,
        "[store] %s is in use by %s%s"
            .formatted(
                root,
                owner.pid() == 0 ? "another process" : "process " + owner.pid(),
                owner.url().isEmpty() ? "" : ", serving " + owner.url()));
  }
}
