package dev.fathom.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/**
 * A format of foreign bytes.
 *
 * @param name of the format, which is also how a failure is replayed
 * @param fileName of files that hold it
 * @param seeds valid content, what is mutated
 * @param sealed makes a file of content that was mutated, with the lengths and checksums that an
 *     attacker would mend
 * @param mostBytes the memory that any file may take, beside what is in proportion to it
 * @param reader the real one
 */
record Format(
    String name,
    String fileName,
    List<byte[]> seeds,
    UnaryOperator<byte[]> sealed,
    long mostBytes,
    Reader reader) {
  static final long USUAL_BYTES = 64 << 20;

  /** Reads a file. */
  @FunctionalInterface
  interface Reader {
    void read(Path file) throws IOException;
  }

  /** The files are the content. */
  static Format of(String name, String fileName, List<byte[]> seeds, Reader reader) {
    return new Format(name, fileName, seeds, bytes -> bytes, USUAL_BYTES, reader);
  }

  /** The same format in gzip files. */
  Format packed() {
    return new Format(name + ".gz", fileName + ".gz", seeds, Format::gzip, mostBytes, reader);
  }

  /** The same format, whose files may take more memory. */
  Format taking(long bytes) {
    return new Format(name, fileName, seeds, sealed, bytes, reader);
  }

  static byte[] gzip(byte[] bytes) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }
}
