package dev.fathom.spi;

import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/**
 * An ordered line of work for a device. Calls may return before the work is done; the work is done
 * as if one after the other. For one thread at a time.
 *
 * <p>The first error of a kernel poisons the queue: nothing behind it runs, and {@link #await()}
 * and every later call throw it.
 */
public interface Queue extends AutoCloseable {
  /**
   * Copies host memory to {@code target}, as many elements as {@code source} holds. The source may
   * be reused when the call returns.
   *
   * @param source elements of the buffer's type in native byte order
   */
  void write(Binding target, MemorySegment source);

  /** Waits, then copies device memory to {@code target}, as many elements as it holds. */
  void read(Binding source, MemorySegment target);

  /**
   * Runs a kernel.
   *
   * @param bindings the spec's inputs, its outputs, and the workspace if the plan has one. The
   *     array is not changed and may be passed again; the queue keeps no reference after the work
   *     is done
   * @param scalars raw bits as in {@link Expression.Node.Constant}, at least {@link
   *     KernelSpec#scalarCount()}; copied or consumed before the call returns
   * @throws IllegalArgumentException if the number or types of the bindings do not fit the spec
   */
  void launch(Kernel kernel, Binding[] bindings, long[] scalars);

  /**
   * Waits for all work.
   *
   * @throws BackendException the first error, naming its spec
   */
  void await();

  /** Copies {@code elements} elements within the device; source and target must not overlap. */
  default void copy(Binding source, Binding target, long elements) {
    byte[] bytes =
        new byte[Math.toIntExact(Math.multiplyExact(elements, source.buffer().dtype().bytes()))];
    read(source, MemorySegment.ofArray(bytes));
    write(target, MemorySegment.ofArray(bytes));
  }

  /** {@return how long the newest finished launch took on the device, where that is measured} */
  default OptionalLong lastLaunchNanos() {
    return OptionalLong.empty();
  }

  /** Frees the queue, without waiting for its work. */
  @Override
  void close();
}
