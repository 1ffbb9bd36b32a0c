package dev.fathom.store;

import dev.fathom.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The free space where a data directory is. Some of it is kept, so that the states of trainings and
 * deletions can be recorded when nothing large can be.
 */
final class Space {
  /** Less than this is as good as nothing: a write has failed for it. */
  private static final long USED_UP_BYTES = 1 << 20;

  private static final String ADVICE =
      "delete what is not needed, or give the data directory a larger disk";

  private final Path root;
  private final long keptBytes;

  Space(Path root, long keptBytes) {
    this.root = root;
    this.keptBytes = keptBytes;
  }

  /**
   * Checks that something large may be written.
   *
   * @param bytes how large it will be, as far as that is known
   * @throws StoreException NO_SPACE if less than is kept would be left
   */
  void require(long bytes) {
    if (isKnown() && free() - bytes < keptBytes) {
      throw new StoreException(
          Reason.NO_SPACE,
          "[store] no space left%s: %,d bytes are free, and %,d of the disk are kept for records; %s"
              .formatted(
                  bytes > 0 ? " for %,d bytes".formatted(bytes) : "", free(), keptBytes, ADVICE));
    }
  }

  /** {@return a failure to write, told as such if there is no space} */
  <E extends IOException> E explained(E failure) {
    if (!saysSo(failure) && !(isKnown() && free() < USED_UP_BYTES)) {
      return failure;
    }
    throw new StoreException(
        Reason.NO_SPACE,
        "[store] no space left: %,d bytes are free; %s".formatted(free(), ADVICE),
        failure);
  }

  /** The words of the system; in another language they are others. */
  private static boolean saysSo(IOException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return Stream.of("no space left", "not enough space", "quota exceeded")
        .anyMatch(message::contains);
  }

  private long free() {
    return root.toFile().getUsableSpace();
  }

  /** Some file systems do not say how large they are. */
  private boolean isKnown() {
    return root.toFile().getTotalSpace() > 0;
  }
}
