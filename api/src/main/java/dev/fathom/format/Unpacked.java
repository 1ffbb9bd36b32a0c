package dev.fathom.format;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The bytes of a file; of a gzip file, which its first two bytes tell, those inside. They are
 * counted as they come, and none is kept. For one thread.
 */
public final class Unpacked extends FilterInputStream {
  private static final int BUFFER = 1 << 16;

  /** The greatest ratio of compression by deflate. */
  private static final long MAX_DEFLATE_RATIO = 1032;

  private final String format;
  private final Path file;
  private final boolean packed;
  private final long mostBytes;
  private long offset;

  private Unpacked(String format, Path file, boolean packed, InputStream in, long mostBytes) {
    super(in);
    this.format = format;
    this.file = file;
    this.packed = packed;
    this.mostBytes = mostBytes;
  }

  /**
   * {@return the bytes of a file}
   *
   * @param format the format's name, for messages
   * @throws FormatException if the gzip wrapping is damaged, here or later
   * @throws IOException if the file cannot be read
   */
  public static Unpacked open(String format, Path file) throws IOException {
    long length = Files.size(file);
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    try {
      raw.mark(2);
      boolean packed = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      return packed
          ? new Unpacked(
              format, file, true, new GZIPInputStream(raw, BUFFER), length * MAX_DEFLATE_RATIO)
          : new Unpacked(format, file, false, raw, length);
    } catch (EOFException | ZipException e) {
      raw.close();
      throw new FormatException(format, file, 0, damaged(e));
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  /** {@return whether the file is a gzip file} */
  public boolean packed() {
    return packed;
  }

  /** {@return how many bytes there may be at most, as far as the length of the file tells} */
  public long mostBytes() {
    return mostBytes;
  }

  /** {@return how many bytes were read} */
  public long offset() {
    return offset;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int count) throws IOException {
    try {
      int got = super.read(bytes, from, count);
      offset += Math.max(0, got);
      return got;
    } catch (EOFException | ZipException e) {
      throw new FormatException(format, file, offset, damaged(e));
    }
  }

  @Override
  public long skip(long count) throws IOException {
    byte[] chunk = new byte[(int) Math.min(BUFFER, Math.max(0, count))];
    return Math.max(0, read(chunk, 0, chunk.length));
  }

  @Override
  public boolean markSupported() {
    return false; // The count would have to go back too.
  }

  private static String damaged(IOException e) {
    return "the gzip wrapping is damaged: " + e.getMessage();
  }
}
