package dev.fathom.table;

import dev.fathom.format.FormatException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The bytes of a file of text; of a gzip file, what is inside. */
final class Unpacked extends FilterInputStream {
  private static final int BUFFER = 1 << 16;

  private final String format;
  private final Path file;
  private long offset;

  private Unpacked(String format, Path file, InputStream in) {
    super(in);
    this.format = format;
    this.file = file;
  }

  /**
   * {@return the bytes of a file}
   *
   * @param format the format's name, for messages
   * @throws FormatException if they are plainly no UTF-8 text, or the gzip wrapping is damaged
   */
  static Unpacked open(String format, Path file) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    try {
      raw.mark(2);
      boolean packed = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      var in =
          new Unpacked(
              format,
              file,
              packed ? new BufferedInputStream(new GZIPInputStream(raw, BUFFER), BUFFER) : raw);
      in.mark(4);
      in.check(in.readNBytes(4));
      in.reset();
      in.offset = 0;
      return in;
    } catch (EOFException | ZipException e) {
      raw.close();
      throw new FormatException(format, file, 0, "the gzip wrapping is damaged: " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  private void check(byte[] first) {
    String start = new String(first, StandardCharsets.ISO_8859_1);
    String found = null;
    if (start.startsWith("\u00ff\u00fe")
        || start.startsWith("\u00fe\u00ff")
        || start.indexOf(0) >= 0) {
      found = "UTF-16; save the file as UTF-8";
    } else if (start.startsWith("PK")) {
      found = "a ZIP archive; unpack it, or use gzip";
    } else if (start.equals("PAR1")) {
      found = "Parquet; name the file .parquet, or say \"format\": \"parquet\"";
    }
    if (found != null) {
      throw new FormatException(format, file, 0, "expected text in UTF-8 but this is " + found);
    }
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
      throw new FormatException(
          format, file, offset, "the gzip wrapping is damaged: " + e.getMessage());
    }
  }
}
