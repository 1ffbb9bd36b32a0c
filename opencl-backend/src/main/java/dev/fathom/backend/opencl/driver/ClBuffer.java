package dev.fathom.backend.opencl.driver;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Device memory. It is freed by {@link #close()}, or some time after nothing refers to it.
 * Thread-safe.
 */
public final class ClBuffer implements AutoCloseable {
  private final long handle;
  private final long bytes;
  private final Cleaner.Cleanable memory;

  ClBuffer(ClContext context, long handle, long bytes, AtomicLong allocated) {
    this.handle = handle;
    this.bytes = bytes;
    this.memory =
        context.whenDropped(
            this,
            () -> {
              context.nextEpoch();
              context.release(Cl.RELEASE_MEM_OBJECT, handle);
              allocated.addAndGet(-bytes);
            });
  }

  /** {@return its {@code cl_mem}} */
  public long handle() {
    return handle;
  }

  /** {@return its size} */
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    memory.clean();
  }
}
