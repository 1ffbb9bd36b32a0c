package dev.fathom.device;

import dev.fathom.spi.Backend;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import dev.fathom.spi.Device;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;

/**
 * A backend that does what another does, for those that change a little: that time it, or refuse
 * some specs. As safe for threads as the other.
 */
public class DecoratedBackend implements Backend {
  private final Backend inner;
  private final Device device;
  private volatile boolean closed;

  /** Another backend that says it is {@code device}. */
  public DecoratedBackend(Backend inner, Device device) {
    this.inner = inner;
    this.device = device;
  }

  /** {@return whether it was closed} */
  public boolean isClosed() {
    return closed;
  }

  /** {@return what does the work} */
  public Backend inner() {
    return inner;
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public Plan plan(KernelSpec spec) {
    return inner.plan(spec);
  }

  @Override
  public Kernel compile(KernelSpec spec) {
    return inner.compile(spec);
  }

  @Override
  public Buffer allocate(DType dtype, long elements) {
    return inner.allocate(dtype, elements);
  }

  @Override
  public Queue openQueue(Priority priority) {
    return inner.openQueue(priority);
  }

  /** Closes nothing but this: the other may have more users. */
  @Override
  public void close() {
    closed = true;
  }
}
