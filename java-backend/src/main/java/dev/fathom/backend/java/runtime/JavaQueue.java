package dev.fathom.backend.java.runtime;

import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.Queue;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Runs each launch at once, on the calling thread and the workers. */
public final class JavaQueue implements Queue {
  /**
   * The longest that a launch waits for launches of high priority, so that a stream of inference
   * requests cannot starve a training.
   */
  private static final long MAX_WAIT_NANOS = 10_000_000;

  private final Backend.Priority priority;

  /** Launches of high priority under way on this backend. */
  private final AtomicInteger urgent;

  private BackendException failure;
  private boolean closed;
  private long lastLaunchNanos = -1;

  public JavaQueue(Backend.Priority priority, AtomicInteger urgent) {
    this.priority = priority;
    this.urgent = urgent;
  }

  @Override
  public void write(Binding target, MemorySegment source) {
    checkUsable();
    JavaBuffer.transfer(target, source, true);
  }

  @Override
  public void read(Binding source, MemorySegment target) {
    checkUsable();
    JavaBuffer.transfer(source, target, false);
  }

  @Override
  public void copy(Binding source, Binding target, long elements) {
    checkUsable();
    JavaBuffer.copy(source, target, elements);
  }

  @Override
  public void launch(Kernel kernel, Binding[] bindings, long[] scalars) {
    checkUsable();
    if (!(kernel instanceof JavaKernel work)) {
      throw new IllegalArgumentException(
          "[launch] expected a kernel of the java backend but got " + kernel);
    }
    work.check(bindings, scalars);
    boolean high = priority == Backend.Priority.HIGH;
    if (high) {
      urgent.incrementAndGet();
    } else {
      letUrgentPass();
    }
    long start = System.nanoTime();
    try {
      work.run(bindings, scalars);
    } catch (
        Throwable
            e) { // An OutOfMemoryError is caught too, since half a result must not go unnoticed.
      failure = new BackendException("[" + work.spec().name() + "] failed: " + e, e);
    } finally {
      if (high) {
        urgent.decrementAndGet();
      }
    }
    lastLaunchNanos = System.nanoTime() - start;
  }

  private void letUrgentPass() {
    if (urgent.get() > 0) {
      long start = System.nanoTime();
      while (urgent.get() > 0 && System.nanoTime() - start < MAX_WAIT_NANOS) {
        LockSupport.parkNanos(20_000);
      }
    }
  }

  @Override
  public void await() {
    checkUsable();
  }

  private void checkUsable() {
    if (failure != null) {
      throw failure;
    }
    if (closed) {
      throw new IllegalStateException("[queue] the queue is closed");
    }
  }

  @Override
  public OptionalLong lastLaunchNanos() {
    return lastLaunchNanos < 0 ? OptionalLong.empty() : OptionalLong.of(lastLaunchNanos);
  }

  @Override
  public void close() {
    closed = true;
  }
}
