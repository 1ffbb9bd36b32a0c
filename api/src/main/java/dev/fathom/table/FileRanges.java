package dev.fathom.table;

import dev.hardwood.InputFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file that is read range by range. It is not mapped to memory: one that becomes shorter while it
 * is mapped ends the JVM, here an exception. A reader that is led in a circle by damaged positions
 * gets an exception too, where it has read the file several times over. Safe for several threads.
 */
final class FileRanges implements InputFile {
  private static final long MOST_TIMES = 8;

  /** What a range counts beside its bytes, so that empty ones come to an end. */
  private static final int RANGE = 64;

  private final Path file;
  private final AtomicLong read = new AtomicLong();
  private FileChannel channel;

  FileRanges(Path file) {
    this.file = file;
  }

  @Override
  public synchronized void open() throws IOException {
    if (channel == null) {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    }
  }

  @Override
  public ByteBuffer readRange(long offset, int length) throws IOException {
    if (offset < 0 || length < 0 || offset > channel.size() - length) {
      throw new EOFException(
          "bytes %d to %d of a file of %d".formatted(offset, offset + length, channel.size()));
    }
    if (read.addAndGet(length + RANGE) > MOST_TIMES * channel.size() + (1 << 20)) {
      throw new IOException("its parts do not follow each other: they were read over and over");
    }
    ByteBuffer range = ByteBuffer.allocate(length);
    while (range.hasRemaining()) {
      if (channel.read(range, offset + range.position()) < 0) {
        throw new EOFException("the file has become shorter");
      }
    }
    return range.flip();
  }

  @Override
  public long length() throws IOException {
    return channel.size();
  }

  @Override
  public String name() {
    return file.getFileName().toString();
  }

  @Override
  public synchronized void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
