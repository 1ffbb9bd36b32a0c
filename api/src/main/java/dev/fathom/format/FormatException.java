package dev.fathom.format;

import dev.fathom.error.FathomException;
import java.nio.file.Path;

/** A file does not follow its format; the message names the file and the place. */
public final class FormatException extends FathomException {
  private static final long serialVersionUID = 1;

  private final transient Path file;
  private final long offset;

  /**
   * @param format the format's name, {@code idx}
   * @param offset the byte at which the file is wrong, from 0
   * @param problem the expectation and the actual value
   */
  public FormatException(String format, Path file, long offset, String problem) {
    this(format, file, offset, "byte " + offset, problem);
  }

  /**
   * @param offset the byte at which the file is wrong, from 0
   * @param place the same place as people find it, {@code line 3, column 2}, for formats of text
   */
  public FormatException(String format, Path file, long offset, String place, String problem) {
    super("[%s] %s, %s: %s".formatted(format, file.getFileName(), place, problem));
    this.file = file;
    this.offset = offset;
  }

  /** {@return the file} */
  public Path file() {
    return file;
  }

  /** {@return the byte at which the file is wrong, from 0; in a packed file, of what is inside} */
  public long offset() {
    return offset;
  }
}
