package dev.fathom.spi;

import java.util.Optional;

/**
 * An open device. Thread-safe: any thread may plan, compile, allocate and open queues at any time.
 */
public interface Backend extends AutoCloseable {
  /** {@return the device this backend was opened on} */
  Device device();

  /**
   * Says whether {@code spec} would compile. It generates no code, since it is asked often: an
   * answer takes microseconds, not milliseconds. For equal specs it is always the same.
   */
  Plan plan(KernelSpec spec);

  /**
   * Compiles a spec whose plan was {@link Plan.Accepted}. The kernel is immutable and may be
   * launched on any queue of this backend.
   *
   * @throws BackendException if the device's compiler fails, with its log
   */
  Kernel compile(KernelSpec spec);

  /**
   * Allocates device memory, zeroed.
   *
   * @param elements 0 or more
   * @throws BackendException if the device has not that much memory; the message has the sizes
   */
  Buffer allocate(DType dtype, long elements);

  /** {@return a new queue; launches of different queues are not ordered} */
  Queue openQueue(Priority priority);

  /**
   * {@return this device with the kernel variants that {@link Device#variant()} once named, so that
   * a resumed run gives the same bits; empty if this backend no longer has them} It shares buffers
   * and queues with this backend, and lives as long as it does. By default a backend has its
   * current variant alone.
   */
  default Optional<Backend> pinned(String variant) {
    return device().variant().equals(variant) ? Optional.of(this) : Optional.empty();
  }

  /** Frees the device. Buffers, kernels and queues of it must no longer be used. */
  @Override
  void close();

  /** Decides which queue goes first where several wait for the device. */
  enum Priority {
    /** Short work that somebody waits for: inference. */
    HIGH,
    /** Long work: training. */
    NORMAL
  }
}
