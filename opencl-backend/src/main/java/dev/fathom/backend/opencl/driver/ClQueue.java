package dev.fathom.backend.opencl.driver;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.fathom.spi.BackendException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/**
 * An in-order command queue. Host memory is copied by way of staging memory outside the heap, so
 * that no array is pinned while the device works, and a write need not wait for the work before it.
 * For one thread at a time.
 */
public final class ClQueue implements AutoCloseable {
  private static final long STAGE_BYTES = 4 << 20;
  private static final int STAGES = 4;
  private static final int COMMAND_START = 0x1282;
  private static final int COMMAND_END = 0x1283;
  private static final long ENABLE_PROFILING = 1 << 1;

  private final ClContext context;
  private final long handle;
  private final boolean profiling;

  /**
   * The arena of the staging memory, which is freed with the queue. It is automatic, since a native
   * image cannot close an arena that threads share.
   */
  private final Arena arena = Arena.ofAuto();

  private final Stage[] stages = new Stage[STAGES];
  private final MemorySegment event = arena.allocate(JAVA_LONG);
  private int nextStage;
  private long lastLaunch;

  /** A piece of staging memory, and the event of the write that last used it. */
  private final class Stage {
    private MemorySegment memory = MemorySegment.NULL;
    private final MemorySegment event = arena.allocate(JAVA_LONG);
    private boolean busy;

    MemorySegment take(long bytes) {
      if (busy) {
        Cl.call("clWaitForEvents", () -> (int) Cl.WAIT_FOR_EVENTS.invokeExact(1, event));
        release(event.get(JAVA_LONG, 0));
        busy = false;
      }
      if (memory.byteSize() < bytes) {
        // Sizes double, so that the old pieces, which the arena still holds, are together smaller
        // than the new one.
        memory = arena.allocate(Math.min(STAGE_BYTES, Math.max(4096, bytes * 2)), 64);
      }
      return memory;
    }
  }

  ClQueue(ClContext context, boolean profiling) {
    this.context = context;
    this.profiling = profiling;
    for (int i = 0; i < STAGES; i++) {
      stages[i] = new Stage();
    }
    handle =
        Cl.make(
            "clCreateCommandQueue",
            status ->
                (long)
                    Cl.CREATE_COMMAND_QUEUE.invokeExact(
                        context.handle(),
                        context.device().handle(),
                        profiling ? ENABLE_PROFILING : 0L,
                        status));
  }

  /** Enqueues a kernel; the caller has set its arguments. */
  void enqueue(long kernel, int dimensions, MemorySegment global, MemorySegment local, String name)
      throws Throwable {
    context.checkOpen();
    MemorySegment wanted = profiling ? event : MemorySegment.NULL;
    int status =
        (int)
            Cl.ENQUEUE_ND_RANGE_KERNEL.invokeExact(
                handle,
                kernel,
                dimensions,
                MemorySegment.NULL,
                global,
                local,
                0,
                MemorySegment.NULL,
                wanted);
    if (status != 0) {
      throw Cl.failure(status, "clEnqueueNDRangeKernel of " + name);
    }
    if (profiling) {
      if (lastLaunch != 0) {
        release(lastLaunch);
      }
      lastLaunch = event.get(JAVA_LONG, 0);
    }
  }

  /** Copies host memory into a buffer; {@code source} may change when the call returns. */
  public void write(ClBuffer target, long offset, MemorySegment source) {
    checkRange("write", target, offset, source.byteSize());
    for (long at = 0; at < source.byteSize(); at += STAGE_BYTES) {
      long bytes = Math.min(STAGE_BYTES, source.byteSize() - at);
      long to = offset + at;
      Stage stage = stages[nextStage];
      nextStage = (nextStage + 1) % STAGES;
      MemorySegment memory = stage.take(bytes);
      MemorySegment.copy(source, JAVA_BYTE, at, memory, JAVA_BYTE, 0, bytes);
      Cl.call(
          "clEnqueueWriteBuffer",
          () ->
              (int)
                  Cl.ENQUEUE_WRITE_BUFFER.invokeExact(
                      handle,
                      target.handle(),
                      0,
                      to,
                      bytes,
                      memory,
                      0,
                      MemorySegment.NULL,
                      stage.event));
      stage.busy = true;
    }
  }

  /** Waits, then copies a buffer's content to host memory. */
  public void read(ClBuffer source, long offset, MemorySegment target) {
    checkRange("read", source, offset, target.byteSize());
    for (long at = 0; at < target.byteSize(); at += STAGE_BYTES) {
      long bytes = Math.min(STAGE_BYTES, target.byteSize() - at);
      long from = offset + at;
      MemorySegment memory = stages[nextStage].take(bytes);
      Cl.call(
          "clEnqueueReadBuffer",
          () ->
              (int)
                  Cl.ENQUEUE_READ_BUFFER.invokeExact(
                      handle,
                      source.handle(),
                      1,
                      from,
                      bytes,
                      memory,
                      0,
                      MemorySegment.NULL,
                      MemorySegment.NULL));
      MemorySegment.copy(memory, JAVA_BYTE, 0, target, JAVA_BYTE, at, bytes);
    }
  }

  /** Copies within the device; the ranges must not overlap. */
  public void copy(ClBuffer source, long from, ClBuffer target, long to, long bytes) {
    checkRange("copy", source, from, bytes);
    checkRange("copy", target, to, bytes);
    if (bytes == 0) {
      return;
    }
    Cl.call(
        "clEnqueueCopyBuffer",
        () ->
            (int)
                Cl.ENQUEUE_COPY_BUFFER.invokeExact(
                    handle,
                    source.handle(),
                    target.handle(),
                    from,
                    to,
                    bytes,
                    0,
                    MemorySegment.NULL,
                    MemorySegment.NULL));
  }

  /** Fills a whole buffer, whose size is a multiple of 8, with zeros. */
  void zero(ClBuffer target) {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment zero = call.allocate(JAVA_LONG);
      Cl.call(
          "clEnqueueFillBuffer",
          () ->
              (int)
                  Cl.ENQUEUE_FILL_BUFFER.invokeExact(
                      handle,
                      target.handle(),
                      zero,
                      8L,
                      0L,
                      target.bytes(),
                      0,
                      MemorySegment.NULL,
                      MemorySegment.NULL));
    }
  }

  /** Waits for all that was enqueued. */
  public void finish() {
    context.checkOpen();
    waitForAll();
  }

  private void waitForAll() {
    Cl.call("clFinish", () -> (int) Cl.FINISH.invokeExact(handle));
  }

  /** {@return how long the last launch ran, if the queue was made to measure} It must be over. */
  public OptionalLong lastLaunchNanos() {
    if (lastLaunch == 0) {
      return OptionalLong.empty();
    }
    long from = profile(COMMAND_START);
    return OptionalLong.of(profile(COMMAND_END) - from);
  }

  private long profile(int what) {
    return Cl.number(
        "clGetEventProfilingInfo",
        (n, v, s) -> (int) Cl.GET_EVENT_PROFILING_INFO.invokeExact(lastLaunch, what, n, v, s));
  }

  private static void release(long event) {
    Cl.call("clReleaseEvent", () -> (int) Cl.RELEASE_EVENT.invokeExact(event));
  }

  private void checkRange(String operation, ClBuffer buffer, long offset, long bytes) {
    context.checkOpen();
    if (offset < 0 || bytes < 0 || offset > buffer.bytes() - bytes) {
      throw new IllegalArgumentException(
          "[%s] expected a range inside %d bytes but got %d bytes from %d"
              .formatted(operation, buffer.bytes(), bytes, offset));
    }
  }

  /** Waits for the work that still uses staging memory, then frees the queue. */
  @Override
  public void close() {
    try {
      waitForAll();
    } catch (BackendException _) {
      // An error was thrown to those who waited. Here it only matters that nothing uses the staging
      // memory.
    } finally {
      Cl.call("clReleaseCommandQueue", () -> (int) Cl.RELEASE_COMMAND_QUEUE.invokeExact(handle));
    }
  }
}
