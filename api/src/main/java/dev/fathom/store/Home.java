package dev.fathom.store;

import dev.fathom.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** The place of a data directory: whether it can be one, and who else may read it. */
final class Home {
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  private static final String ADVICE = "choose another data directory (--data, FATHOM_DATA)";

  private Home() {}

  /** Makes a directory that nobody else may read, if there is none. */
  static void create(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path absolute = directory.toAbsolutePath();
    Files.createDirectories(absolute.getParent());
    boolean posix = absolute.getFileSystem().supportedFileAttributeViews().contains("posix");
    try {
      Files.createDirectory(
          absolute,
          posix
              ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PRIVATE)}
              : new FileAttribute<?>[0]);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(absolute)) { // Else another process was faster.
        throw e;
      }
    }
  }

  /** {@return that others may read a directory, and the remedy; empty if they may not} */
  static Optional<String> warning(Path directory) throws IOException {
    if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return Optional.empty();
    }
    Set<PosixFilePermission> granted = Files.getPosixFilePermissions(directory);
    return PRIVATE.containsAll(granted)
        ? Optional.empty()
        : Optional.of(
            "Other users may read the data directory, whose mode is %s: chmod 700 %s"
                .formatted(PosixFilePermissions.toString(granted), directory));
  }

  /**
   * {@return whether a directory holds other things, and nothing of Fathom's} Hidden files, and
   * what a file system puts in the root of a volume, are nobody's.
   *
   * @param marker the file that says that it is a data directory
   * @param own what may be there before the marker is
   */
  static boolean isForeign(Path root, String marker, Set<String> own) throws IOException {
    return !Files.exists(root.resolve(marker))
        && Disk.list(root).stream()
            .map(entry -> entry.getFileName().toString())
            .anyMatch(name -> !own.contains(name) && !isOfVolume(name));
  }

  private static boolean isOfVolume(String name) {
    return name.startsWith(".") || name.equals("lost+found");
  }

  /** {@return why a directory cannot be opened to write, in one sentence} */
  static StoreException refusal(Path directory, FileSystemException e) {
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      return new StoreException(
          Reason.NOT_FOUND, "[store] %s is not a directory: %s".formatted(directory, ADVICE), e);
    }
    String problem = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    return new StoreException(
        Reason.READ_ONLY,
        "[store] %s cannot be written to (%s: %s): let this process write there, or %s"
            .formatted(directory, e.getFile(), problem, ADVICE),
        e);
  }
}
