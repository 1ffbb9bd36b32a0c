package dev.fathom.backend.opencl.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Keeps the JVM's signal handlers. A driver that is loaded may install its own: LLVM, in PoCL,
 * installs one for SIGSEGV that works once and leaves none until it has put the old one back. A JVM
 * stops its threads by SIGSEGV, so two threads that stop at the same moment end the process.
 * Thread-safe.
 */
final class Signals {
  private static final int LAST = 31;

  /** More bytes than a {@code struct sigaction} takes on any system. */
  private static final long ACTION_BYTES = 256;

  /** The function {@code sigaction}; null on Windows, which has none. */
  private static final MethodHandle SIGACTION = sigaction();

  private Signals() {}

  @SuppressWarnings("restricted")
  private static MethodHandle sigaction() {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("sigaction")
        .map(
            symbol ->
                linker.downcallHandle(
                    symbol, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS)))
        .orElse(null);
  }

  /**
   * {@return the result of {@code work}} All signal handlers are put back as they were before it.
   */
  static synchronized <T> T kept(Supplier<T> work) {
    if (SIGACTION == null) {
      return work.get();
    }
    try (Arena arena = Arena.ofConfined()) {
      Map<Integer, MemorySegment> actions = actions(arena);
      try {
        return work.get();
      } finally {
        actions.forEach((signal, action) -> call(signal, action, MemorySegment.NULL));
      }
    }
  }

  /** {@return the {@code struct sigaction} of each signal} */
  static Map<Integer, MemorySegment> actions(Arena arena) {
    Map<Integer, MemorySegment> actions = new HashMap<>();
    for (int signal = 1; signal <= LAST; signal++) {
      MemorySegment action = arena.allocate(ACTION_BYTES, 8);
      if (call(signal, MemorySegment.NULL, action) == 0) {
        actions.put(signal, action);
      }
    }
    return actions;
  }

  private static int call(int signal, MemorySegment action, MemorySegment old) {
    try {
      return (int) SIGACTION.invokeExact(signal, action, old);
    } catch (Throwable e) {
      throw Cl.broken(e);
    }
  }
}
