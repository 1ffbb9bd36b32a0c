package dev.fathom.image;

import dev.fathom.data.DataException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Examples that are decoded when they are asked for. As many are kept as fit a number of bytes, all
 * others are decoded each time. Thread-safe.
 */
final class KeptExamples {
  private final String label;
  private final List<String> names;
  private final Decoding decoding;
  private final AtomicReferenceArray<byte[]> kept;
  private final AtomicLong room;

  /** Makes an example of a file. */
  @FunctionalInterface
  interface Decoding {
    byte[] example(String name) throws IOException;
  }

  /**
   * @param label for messages
   * @param names of the files, one for each row
   * @param bytes that are kept
   */
  KeptExamples(String label, List<String> names, long bytes, Decoding decoding) {
    this.label = label;
    this.names = names;
    this.decoding = decoding;
    kept = new AtomicReferenceArray<>(names.size());
    room = new AtomicLong(bytes);
  }

  /** {@return the example of a row, not to be changed} */
  byte[] get(int row) {
    byte[] known = kept.get(row);
    if (known != null) {
      return known;
    }
    String name = names.get(row);
    try {
      return keep(row, decoding.example(name));
    } catch (IOException e) {
      throw new DataException("[%s] %s: %s".formatted(label, name, e.getMessage()), e);
    }
  }

  /** {@return {@code example}, kept if there is room} */
  byte[] keep(int row, byte[] example) {
    if (room.addAndGet(-example.length) >= 0) {
      kept.set(row, example);
    } else {
      room.addAndGet(example.length);
    }
    return example;
  }
}
