package dev.fathom.data;

import dev.fathom.spi.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * The values of an IDX file, which stay in it, for whoever reads them in order and few times, a
 * check for example. One that lies before the last is found by reading the file again from its
 * start. Memory holds a chunk of them.
 */
final class InFile implements Storage {
  private static final int CHUNK = 1 << 16;

  private final Path file;
  private final DType dtype;
  private final int length;
  private final int firstNonFinite;

  private IdxReader reader;
  private Storage chunk;

  /** Of the file: which values the chunk holds. */
  private int start;

  private int end;

  /** Reads the file once, to check it. */
  InFile(Path file, DType dtype, int length) throws IOException {
    this.file = file;
    this.dtype = dtype;
    this.length = length;
    begin();
    int bad = -1;
    while (reader.left() > 0) {
      advance();
      int inChunk = chunk.firstNonFinite();
      bad = bad < 0 && inChunk >= 0 ? start + inChunk : bad;
    }
    firstNonFinite = bad;
  }

  private void begin() throws IOException {
    reader = new IdxReader(file);
    if (reader.left() != length) {
      throw new IOException(file.getFileName() + " has changed while it was read");
    }
    start = 0;
    end = 0;
    closeAtEnd();
  }

  private void closeAtEnd() throws IOException {
    if (reader.left() == 0) {
      reader.end();
      reader.close();
    }
  }

  private void advance() throws IOException {
    start = end;
    chunk = reader.next(Math.min(CHUNK, reader.left()));
    end = start + chunk.length();
    closeAtEnd();
  }

  @Override
  public DType dtype() {
    return dtype;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public int firstNonFinite() {
    return firstNonFinite;
  }

  @Override
  public void copy(int from, int count, float[] target, int offset) {
    each(from, count, (at, some, done) -> chunk.copy(at, some, target, offset + done));
  }

  @Override
  public void copy(int from, int count, double[] target, int offset) {
    each(from, count, (at, some, done) -> chunk.copy(at, some, target, offset + done));
  }

  @Override
  public void copy(int from, int count, int[] target, int offset) {
    each(from, count, (at, some, done) -> chunk.copy(at, some, target, offset + done));
  }

  private interface Piece {
    /**
     * @param at of the chunk
     * @param done of all that is copied
     */
    void copy(int at, int some, int done);
  }

  private synchronized void each(int from, int count, Piece piece) {
    try {
      if (from < start) {
        reader.close();
        begin();
      }
      for (int done = 0; done < count; ) {
        while (from + done >= end) {
          advance();
        }
        int some = Math.min(count - done, end - from - done);
        piece.copy(from + done - start, some, done);
        done += some;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
