package dev.fathom.backend.opencl.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.fathom.spi.BackendException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Cleaner;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** An open device: makes buffers, queues and kernels. Thread-safe. */
public final class ClContext implements AutoCloseable {
  private static final int BUILD_LOG = 0x1183;
  private static final int KERNEL_NUM_ARGS = 0x1191;
  private static final int KERNEL_WORK_GROUP_SIZE = 0x11B0;
  private static final long READ_WRITE = 1;

  private static final Cleaner CLEANER = Cleaner.create();

  private final ClDevice device;
  private final Aparapi aparapi;
  private final Programs programs;
  private final ClQueue own;

  /**
   * Held while the device is freed, since drivers crash where a kernel is released then or later.
   */
  private final Object lifecycle = new Object();

  private volatile boolean closed;
  private final AtomicLong allocated = new AtomicLong();
  private final AtomicLong epoch = new AtomicLong();
  private final AtomicInteger kernels = new AtomicInteger();

  /**
   * Opens a device.
   *
   * @param cache folder that compiled programs are kept in
   * @throws BackendException if the driver refuses
   */
  public ClContext(ClDevice device, Optional<Path> cache) {
    this.device = device;
    this.aparapi = Signals.kept(() -> new Aparapi(device));
    this.programs = new Programs(this, cache);
    this.own = openQueue(false);
  }

  /** {@return the device that was opened} */
  public ClDevice device() {
    return device;
  }

  /** Throws if the device was freed, where a driver would crash. */
  public void checkOpen() {
    if (closed) {
      throw new IllegalStateException("[opencl] " + device.name() + " is closed");
    }
  }

  /** {@return the bytes of all buffers that are alive} */
  public long allocatedBytes() {
    return allocated.get();
  }

  /** {@return how many kernels are alive} */
  public int kernels() {
    return kernels.get();
  }

  /**
   * Runs {@code release} once nothing refers to {@code owner}; {@code release} must not refer to
   * it.
   */
  Cleaner.Cleanable whenDropped(Object owner, Runnable release) {
    return CLEANER.register(owner, release);
  }

  long handle() {
    return aparapi.context();
  }

  /** {@return a number that changes with every buffer that is freed} */
  long epoch() {
    return epoch.get();
  }

  void nextEpoch() {
    epoch.incrementAndGet();
  }

  /**
   * {@return a command queue}
   *
   * @param profiling whether launches are timed
   */
  public ClQueue openQueue(boolean profiling) {
    checkOpen();
    return new ClQueue(this, profiling);
  }

  /**
   * {@return device memory, zeroed}
   *
   * @throws BackendException if the device has not that much memory; the message has the sizes
   */
  public ClBuffer allocate(long bytes) {
    checkOpen();
    // OpenCL refuses a buffer of no bytes, and zeros are written 8 bytes at a time.
    long size = Math.max(8, Math.ceilDiv(bytes, 8L) * 8);
    if (bytes < 0 || size > device.maxAllocationBytes()) {
      throw new BackendException(
          "[opencl] allocate: expected at most %,d bytes, the largest buffer of %s, but got %,d"
              .formatted(device.maxAllocationBytes(), device.name(), bytes));
    }
    if (allocated.addAndGet(size) > device.memoryBytes()) {
      allocated.addAndGet(-size);
      throw outOfMemory(size, "CL_MEM_OBJECT_ALLOCATION_FAILURE (-4)");
    }
    ClBuffer buffer;
    try {
      long handle =
          Cl.make(
              "clCreateBuffer",
              status ->
                  (long)
                      Cl.CREATE_BUFFER.invokeExact(
                          handle(), READ_WRITE, size, MemorySegment.NULL, status));
      buffer = new ClBuffer(this, handle, size, allocated);
    } catch (BackendException e) {
      allocated.addAndGet(-size);
      throw outOfMemory(size, e.getMessage());
    }
    try {
      synchronized (own) {
        own.zero(buffer);
        own.finish();
      }
      return buffer;
    } catch (BackendException e) {
      buffer.close();
      throw outOfMemory(size, e.getMessage());
    }
  }

  private BackendException outOfMemory(long size, String status) {
    return new BackendException(
        "[opencl] allocating %,d bytes on %s, where %,d of %,d are in use, failed: %s"
            .formatted(size, device.name(), allocated.get(), device.memoryBytes(), status),
        new OutOfMemoryError(status));
  }

  /**
   * {@return a kernel of a program, which is compiled unless it was before}
   *
   * @param source OpenCL C
   * @param name of the {@code __kernel} function
   * @param arguments how many it has, each of 8 bytes
   * @throws BackendException if the build fails, with its log, or the sizes do not fit the device
   */
  public ClKernel kernel(String source, String name, int arguments, WorkSize size) {
    checkOpen();
    long program = programs.get(source);
    long handle;
    synchronized (this) {
      handle = aparapi.kernel(program, source, name, arguments);
    }
    ClKernel kernel = new ClKernel(this, name, handle, arguments, size);
    kernels.incrementAndGet();
    whenDropped(
        kernel,
        () -> {
          synchronized (lifecycle) {
            if (!closed) {
              release(Cl.RELEASE_KERNEL, handle);
            }
          }
          kernels.decrementAndGet();
        });
    long declared =
        Cl.number(
            "clGetKernelInfo",
            (n, v, s) -> (int) Cl.GET_KERNEL_INFO.invokeExact(handle, KERNEL_NUM_ARGS, n, v, s));
    if (declared != arguments) {
      throw new BackendException(
          "[opencl] kernel %s: expected %d arguments but got %d"
              .formatted(name, declared, arguments));
    }
    long items =
        Cl.number(
            "clGetKernelWorkGroupInfo",
            (n, v, s) ->
                (int)
                    Cl.GET_KERNEL_WORK_GROUP_INFO.invokeExact(
                        handle, device.handle(), KERNEL_WORK_GROUP_SIZE, n, v, s));
    if (size.groupItems() > items) {
      throw new BackendException(
          "[opencl] kernel %s: expected at most %d work items a group but got %d"
              .formatted(name, items, size.groupItems()));
    }
    return kernel;
  }

  /** {@return the handle of a program built from source} */
  long build(String source) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment texts = arena.allocateFrom(ADDRESS, arena.allocateFrom(source));
      long program =
          Cl.make(
              "clCreateProgramWithSource",
              status ->
                  (long)
                      Cl.CREATE_PROGRAM_WITH_SOURCE.invokeExact(
                          handle(), 1, texts, MemorySegment.NULL, status));
      return build(program, source);
    }
  }

  /**
   * {@return the program, built}
   *
   * @throws BackendException with the log, if it cannot be built; the program is released
   */
  long build(long program, String source) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment devices = arena.allocateFrom(JAVA_LONG, device.handle());
      MemorySegment options = arena.allocateFrom(Programs.OPTIONS);
      Cl.call(
          "clBuildProgram",
          () ->
              (int)
                  Cl.BUILD_PROGRAM.invokeExact(
                      program, 1, devices, options, MemorySegment.NULL, MemorySegment.NULL));
      return program;
    } catch (BackendException e) {
      String log =
          Cl.text(
              "clGetProgramBuildInfo",
              (n, v, s) ->
                  (int)
                      Cl.GET_PROGRAM_BUILD_INFO.invokeExact(
                          program, device.handle(), BUILD_LOG, n, v, s));
      release(Cl.RELEASE_PROGRAM, program);
      throw new BackendException(e.getMessage() + "\n" + log + "\n" + source, e);
    }
  }

  /** Releases an object of the driver. */
  void release(MethodHandle function, long handle) {
    Cl.call("release", () -> (int) function.invokeExact(handle));
  }

  /** Frees the device. */
  @Override
  public void close() {
    synchronized (lifecycle) {
      own.close();
      closed = true;
      programs.close();
      aparapi.close();
    }
  }
}
