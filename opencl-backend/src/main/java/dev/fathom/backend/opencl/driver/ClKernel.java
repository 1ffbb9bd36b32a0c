package dev.fathom.backend.opencl.driver;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.fathom.spi.Binding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A kernel with its arguments and its work size. Every argument has 8 bytes: the handle of a buffer
 * or a {@code long}. Thread-safe: arguments are set and the launch is enqueued under one lock, and
 * an argument that has not changed is not set again. It is freed some time after nothing refers to
 * it.
 */
public final class ClKernel {
  private final String name;
  private final long handle;
  private final ClContext context;
  private final long[] arguments;
  private final long[] present;
  private long epoch = -1;
  private final int dimensions;
  private final MemorySegment value = Arena.ofAuto().allocate(JAVA_LONG);
  private final MemorySegment global;
  private final MemorySegment local;

  ClKernel(ClContext context, String name, long handle, int arguments, WorkSize size) {
    this.context = context;
    this.name = name;
    this.handle = handle;
    this.arguments = new long[arguments];
    this.present = new long[arguments];
    this.dimensions = size.global().length;
    this.global = native3(size.global());
    this.local = native3(size.local());
  }

  private static MemorySegment native3(long[] sizes) {
    MemorySegment memory = Arena.ofAuto().allocate(JAVA_LONG, sizes.length);
    MemorySegment.copy(sizes, 0, memory, JAVA_LONG, 0, sizes.length);
    return memory;
  }

  /** Fills the arguments of a launch. */
  @FunctionalInterface
  public interface Arguments {
    /** Writes values into the array, which still has those of the launch before. */
    void fill(long[] arguments, Binding[] bindings, long[] scalars);
  }

  /** Enqueues a launch behind what is on the queue, without waiting. */
  public synchronized void enqueue(
      ClQueue queue, Arguments filler, Binding[] bindings, long[] scalars) {
    filler.fill(arguments, bindings, scalars);
    // A handle that was freed may come back as another buffer's, which a driver cannot tell apart.
    long now = context.epoch();
    boolean fresh = now != epoch;
    epoch = -1;
    try {
      for (int i = 0; i < arguments.length; i++) {
        if (fresh || arguments[i] != present[i]) {
          value.set(JAVA_LONG, 0, arguments[i]);
          int status = (int) Cl.SET_KERNEL_ARG.invokeExact(handle, i, 8L, value);
          if (status != 0) {
            throw Cl.failure(status, "clSetKernelArg " + i + " of " + name);
          }
          present[i] = arguments[i];
        }
      }
      epoch = now;
      queue.enqueue(handle, dimensions, global, local, name);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw Cl.broken(e);
    }
  }
}
