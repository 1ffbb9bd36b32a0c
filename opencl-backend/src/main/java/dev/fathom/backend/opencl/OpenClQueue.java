package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.driver.ClQueue;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.Queue;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/** Enqueues without waiting; only {@link #read} and {@link #await} wait. */
final class OpenClQueue implements Queue {
  private final ClQueue queue;
  private BackendException failure;
  private Kernel last;
  private boolean closed;

  OpenClQueue(ClQueue queue) {
    this.queue = queue;
  }

  @Override
  public void write(Binding target, MemorySegment source) {
    OpenClBuffer buffer = buffer(target);
    poisoning(
        "write",
        () -> queue.write(buffer.memory(), target.offset() * buffer.dtype().bytes(), source));
  }

  @Override
  public void read(Binding source, MemorySegment target) {
    OpenClBuffer buffer = buffer(source);
    poisoning(
        "read",
        () -> queue.read(buffer.memory(), source.offset() * buffer.dtype().bytes(), target));
  }

  @Override
  public void copy(Binding source, Binding target, long elements) {
    OpenClBuffer from = buffer(source);
    OpenClBuffer to = buffer(target);
    int bytes = from.dtype().bytes();
    poisoning(
        "copy",
        () ->
            queue.copy(
                from.memory(),
                source.offset() * bytes,
                to.memory(),
                target.offset() * to.dtype().bytes(),
                elements * bytes));
  }

  @Override
  public void launch(Kernel kernel, Binding[] bindings, long[] scalars) {
    checkUsable();
    if (!(kernel instanceof OpenClKernel work)) {
      throw new IllegalArgumentException(
          "[launch] expected a kernel of the opencl backend but got " + kernel);
    }
    last = kernel;
    try {
      work.launch(queue, bindings, scalars);
    } catch (BackendException e) {
      throw poison(kernel.spec().name(), e);
    }
  }

  @Override
  public void await() {
    poisoning("await", queue::finish);
  }

  private OpenClBuffer buffer(Binding binding) {
    checkUsable();
    if (binding.buffer() instanceof OpenClBuffer buffer) {
      return buffer;
    }
    throw new IllegalArgumentException(
        "[queue] expected a buffer of the opencl backend but got " + binding.buffer());
  }

  private void poisoning(String operation, Runnable work) {
    checkUsable();
    try {
      work.run();
    } catch (BackendException e) {
      // A device reports an error late: this call failed, or a launch before it.
      throw poison(last == null ? operation : operation + " after " + last.spec().name(), e);
    }
  }

  private BackendException poison(String operation, BackendException cause) {
    failure = new BackendException("[" + operation + "] " + cause.getMessage(), cause);
    return failure;
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
    return queue.lastLaunchNanos();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      queue.close();
    }
  }
}
