package dev.fathom.format;

import java.nio.file.Path;

/** The memory that what a file holds may take: as much as the JVM has for objects. */
public final class Memory {
  private Memory() {}

  /**
   * Checks that what a file claims to hold fits into memory, before any is taken for it.
   *
   * @param format the format's name, for messages
   * @param offset the byte that claims it
   * @param bytes that its values take in memory
   * @throws FormatException if they are more than the JVM may have at all
   */
  public static void require(String format, Path file, long offset, long bytes) {
    long most = Runtime.getRuntime().maxMemory();
    if (bytes > most) {
      throw new FormatException(
          format,
          file,
          offset,
          "expected values that fit into the memory of the JVM, %,d bytes, but they take %,d; -Xmx gives it more"
              .formatted(most, bytes));
    }
  }
}
