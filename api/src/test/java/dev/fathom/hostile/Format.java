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
 * @param reader the real one
 */
record Format(
    String name, String fileName, List<byte[]> seeds, UnaryOperator<byte[]> sealed, Reader reader) {
  /** Reads a file. */
  @FunctionalInterface
  interface Reader {
    void read(Path file) throws IOException;
  }

  /** The files are the content. */
  static Format of(String name, String fileName, List<byte[]> seeds, Reader reader) {
    return new Format(name, fileName, seeds, bytes -> bytes, reader);
  }

  /** The same format in gzip files. */
  Format packed() {
    return new Format(name + ".gz", fileName + ".gz", seeds, Format::gzip, reader);
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
