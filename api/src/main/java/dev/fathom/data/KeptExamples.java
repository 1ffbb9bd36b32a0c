package dev.fathom.data;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToLongFunction;

/**
 * Examples that are decoded when they are asked for. As many are kept as fit a number of bytes, all
 * others are decoded each time. Thread-safe.
 *
 * @param <E> an example, not to be changed
 */
public final class KeptExamples<E> {
  private final String label;
  private final List<String> names;
  private final Decoding<E> decoding;
  private final ToLongFunction<E> size;
  private final AtomicReferenceArray<E> kept;
  private final AtomicLong room;

  /** Makes an example of a file. */
  @FunctionalInterface
  public interface Decoding<E> {
    /** {@return the example of a file} */
    E example(String name) throws IOException;
  }

  /**
   * @param label for messages
   * @param names of the files, one for each row
   * @param bytes that are kept
   * @param size the bytes of an example
   */
  public KeptExamples(
      String label, List<String> names, long bytes, ToLongFunction<E> size, Decoding<E> decoding) {
    this.label = label;
    this.names = names;
    this.decoding = decoding;
    this.size = size;
    kept = new AtomicReferenceArray<>(names.size());
    room = new AtomicLong(bytes);
  }

  /** {@return the example of a row} */
  public E get(int row) {
    E known = kept.get(row);
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
  public E keep(int row, E example) {
    long bytes = size.applyAsLong(example);
    if (room.addAndGet(-bytes) >= 0) {
      kept.set(row, example);
    } else {
      room.addAndGet(bytes);
    }
    return example;
  }
}
