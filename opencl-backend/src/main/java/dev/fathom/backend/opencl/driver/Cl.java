package dev.fathom.backend.opencl.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.fathom.spi.BackendException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The functions of libOpenCL that are called; handles are {@code long}. Names, argument order and
 * constants are those of the Khronos OpenCL 1.2 specification.
 */
final class Cl {
  static final int PLATFORM_NOT_FOUND = -1001;
  static final int DEVICE_NOT_FOUND = -1;

  private static final Optional<SymbolLookup> LIBRARY = load();

  static final MethodHandle GET_PLATFORM_IDS =
      function("clGetPlatformIDs", JAVA_INT, ADDRESS, ADDRESS);
  static final MethodHandle GET_PLATFORM_INFO =
      function("clGetPlatformInfo", JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
  static final MethodHandle GET_DEVICE_IDS =
      function("clGetDeviceIDs", JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS);
  static final MethodHandle GET_DEVICE_INFO =
      function("clGetDeviceInfo", JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
  static final MethodHandle CREATE_COMMAND_QUEUE =
      pointer("clCreateCommandQueue", JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS);
  static final MethodHandle RELEASE_COMMAND_QUEUE = function("clReleaseCommandQueue", JAVA_LONG);
  static final MethodHandle CREATE_BUFFER =
      pointer("clCreateBuffer", JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS);
  static final MethodHandle RELEASE_MEM_OBJECT = function("clReleaseMemObject", JAVA_LONG);
  static final MethodHandle ENQUEUE_READ_BUFFER =
      function(
          "clEnqueueReadBuffer",
          JAVA_LONG,
          JAVA_LONG,
          JAVA_INT,
          JAVA_LONG,
          JAVA_LONG,
          ADDRESS,
          JAVA_INT,
          ADDRESS,
          ADDRESS);
  static final MethodHandle ENQUEUE_WRITE_BUFFER =
      function(
          "clEnqueueWriteBuffer",
          JAVA_LONG,
          JAVA_LONG,
          JAVA_INT,
          JAVA_LONG,
          JAVA_LONG,
          ADDRESS,
          JAVA_INT,
          ADDRESS,
          ADDRESS);
  static final MethodHandle ENQUEUE_COPY_BUFFER =
      function(
          "clEnqueueCopyBuffer",
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_INT,
          ADDRESS,
          ADDRESS);
  static final MethodHandle ENQUEUE_FILL_BUFFER =
      function(
          "clEnqueueFillBuffer",
          JAVA_LONG,
          JAVA_LONG,
          ADDRESS,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_INT,
          ADDRESS,
          ADDRESS);
  static final MethodHandle FINISH = function("clFinish", JAVA_LONG);
  static final MethodHandle WAIT_FOR_EVENTS = function("clWaitForEvents", JAVA_INT, ADDRESS);
  static final MethodHandle RELEASE_EVENT = function("clReleaseEvent", JAVA_LONG);
  static final MethodHandle GET_EVENT_PROFILING_INFO =
      function("clGetEventProfilingInfo", JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
  static final MethodHandle CREATE_PROGRAM_WITH_SOURCE =
      pointer("clCreateProgramWithSource", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
  static final MethodHandle CREATE_PROGRAM_WITH_BINARY =
      pointer(
          "clCreateProgramWithBinary",
          JAVA_LONG,
          JAVA_INT,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          ADDRESS);
  static final MethodHandle BUILD_PROGRAM =
      function("clBuildProgram", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
  static final MethodHandle GET_PROGRAM_BUILD_INFO =
      function(
          "clGetProgramBuildInfo", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
  static final MethodHandle GET_PROGRAM_INFO =
      function("clGetProgramInfo", JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
  static final MethodHandle RELEASE_PROGRAM = function("clReleaseProgram", JAVA_LONG);
  static final MethodHandle RELEASE_KERNEL = function("clReleaseKernel", JAVA_LONG);
  static final MethodHandle GET_KERNEL_INFO =
      function("clGetKernelInfo", JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
  static final MethodHandle GET_KERNEL_WORK_GROUP_INFO =
      function(
          "clGetKernelWorkGroupInfo", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
  static final MethodHandle SET_KERNEL_ARG =
      function("clSetKernelArg", JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS);
  static final MethodHandle ENQUEUE_ND_RANGE_KERNEL =
      function(
          "clEnqueueNDRangeKernel",
          JAVA_LONG,
          JAVA_LONG,
          JAVA_INT,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          JAVA_INT,
          ADDRESS,
          ADDRESS);

  private Cl() {}

  /** {@return whether the loader library of OpenCL is installed} */
  static boolean isInstalled() {
    return LIBRARY.isPresent();
  }

  @SuppressWarnings("restricted")
  private static Optional<SymbolLookup> load() {
    for (String name :
        new String[] {
          System.mapLibraryName("OpenCL") + ".1", // the run-time package of a Linux distribution
          System.mapLibraryName("OpenCL"),
          "/System/Library/Frameworks/OpenCL.framework/OpenCL"
        }) {
      try {
        return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
      } catch (IllegalArgumentException _) {
        // try the next name
      }
    }
    return Optional.empty();
  }

  private static MethodHandle function(String name, MemoryLayout... arguments) {
    return link(name, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  private static MethodHandle pointer(String name, MemoryLayout... arguments) {
    return link(name, FunctionDescriptor.of(JAVA_LONG, arguments));
  }

  @SuppressWarnings("restricted")
  private static MethodHandle link(String name, FunctionDescriptor descriptor) {
    return LIBRARY
        .flatMap(library -> library.find(name))
        .map(symbol -> Linker.nativeLinker().downcallHandle(symbol, descriptor))
        .orElse(null);
  }

  /** Throws unless {@code status} is success. */
  static void check(int status, String operation) {
    if (status != 0) {
      throw failure(status, operation);
    }
  }

  static BackendException failure(int status, String operation) {
    return new BackendException("[opencl] " + operation + " failed: " + ClStatus.name(status));
  }

  /**
   * {@return the error for a foreign call that itself failed, which only a mistake in this class
   * causes}
   */
  static AssertionError broken(Throwable thrown) {
    return new AssertionError("foreign call", thrown);
  }

  /** A call that answers with a status. */
  @FunctionalInterface
  interface Call {
    /** Makes the call. */
    int status() throws Throwable;
  }

  /** Makes a call and throws unless its status is success. */
  static void call(String operation, Call call) {
    int status;
    try {
      status = call.status();
    } catch (Throwable e) {
      throw broken(e);
    }
    check(status, operation);
  }

  /** A call that makes an object, and writes a status. */
  @FunctionalInterface
  interface Maker {
    /** {@return the handle} */
    long make(MemorySegment status) throws Throwable;
  }

  /** {@return the handle of a new object} */
  static long make(String operation, Maker maker) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = arena.allocate(JAVA_INT);
      long handle;
      try {
        handle = maker.make(status);
      } catch (Throwable e) {
        throw broken(e);
      }
      check(status.get(JAVA_INT, 0), operation);
      return handle;
    }
  }

  /** A query in the form that all clGet...Info functions share. */
  @FunctionalInterface
  interface Query {
    /** Asks for the value, for its size, or for both. */
    int ask(long size, MemorySegment value, MemorySegment sizeNeeded) throws Throwable;
  }

  /** {@return the bytes that a query answers with} */
  static byte[] bytes(String operation, Query query) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(JAVA_LONG);
      call(operation, () -> query.ask(0, MemorySegment.NULL, size));
      long length = size.get(JAVA_LONG, 0);
      MemorySegment value = arena.allocate(Math.max(1, length));
      call(operation, () -> query.ask(length, value, MemorySegment.NULL));
      return value.asSlice(0, length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    }
  }

  /** {@return the text that a query answers with} */
  static String text(String operation, Query query) {
    byte[] bytes = bytes(operation, query);
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == 0) {
      length--;
    }
    return new String(bytes, 0, length, java.nio.charset.StandardCharsets.UTF_8).strip();
  }

  /** {@return the number of 1 to 8 bytes that a query answers with} */
  static long number(String operation, Query query) {
    byte[] bytes = bytes(operation, query);
    long value = 0;
    for (int i = Math.min(8, bytes.length) - 1; i >= 0; i--) {
      value = value << 8 | bytes[i] & 0xff;
    }
    return value;
  }
}
