package dev.fathom.backend.opencl.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.fathom.spi.BackendException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The built programs of a context, and their binaries in a folder. A binary that is damaged, or
 * that the driver does not take any more, is built anew; a folder that cannot be written is no
 * error.
 */
final class Programs implements AutoCloseable {
  /**
   * The options of the compiler: the language version, and none that makes the arithmetic less
   * exact.
   */
  static final String OPTIONS = "-cl-std=CL1.2";

  private static final int PROGRAM_BINARY_SIZES = 0x1165;
  private static final int PROGRAM_BINARIES = 0x1166;

  private final ClContext context;
  private final Optional<Path> folder;
  private final Map<String, Long> built = new ConcurrentHashMap<>();

  Programs(ClContext context, Optional<Path> folder) {
    this.context = context;
    this.folder = folder;
  }

  /** {@return the handle of the built program} */
  long get(String source) {
    return built.computeIfAbsent(source, this::make);
  }

  private long make(String source) {
    Optional<Path> file = folder.map(f -> f.resolve(name(source) + ".clbin"));
    Optional<Long> loaded = file.flatMap(f -> load(f, source));
    if (loaded.isPresent()) {
      return loaded.get();
    }
    long program = context.build(source);
    file.ifPresent(f -> save(program, f));
    return program;
  }

  private String name(String source) {
    ClDevice device = context.device();
    String all =
        String.join(
            "\n",
            device.platform(),
            device.name(),
            device.driverVersion(),
            Integer.toString(device.version()),
            OPTIONS,
            source);
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private Optional<Long> load(Path file, String source) {
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = Files.readAllBytes(file);
      MemorySegment devices = arena.allocateFrom(JAVA_LONG, context.device().handle());
      MemorySegment length = arena.allocateFrom(JAVA_LONG, (long) bytes.length);
      MemorySegment binaries = arena.allocateFrom(ADDRESS, arena.allocateFrom(JAVA_BYTE, bytes));
      MemorySegment accepted = arena.allocate(JAVA_INT);
      long program =
          Cl.make(
              "clCreateProgramWithBinary",
              status ->
                  (long)
                      Cl.CREATE_PROGRAM_WITH_BINARY.invokeExact(
                          context.handle(), 1, devices, length, binaries, accepted, status));
      return Optional.of(context.build(program, source));
    } catch (IOException | BackendException _) {
      return Optional.empty();
    }
  }

  private static void save(long program, Path file) {
    try (Arena arena = Arena.ofConfined()) {
      long size =
          Cl.number(
              "clGetProgramInfo",
              (n, v, s) ->
                  (int) Cl.GET_PROGRAM_INFO.invokeExact(program, PROGRAM_BINARY_SIZES, n, v, s));
      MemorySegment binary = arena.allocate(Math.max(1, size));
      MemorySegment binaries = arena.allocateFrom(ADDRESS, binary);
      Cl.call(
          "clGetProgramInfo",
          () ->
              (int)
                  Cl.GET_PROGRAM_INFO.invokeExact(
                      program, PROGRAM_BINARIES, 8L, binaries, MemorySegment.NULL));
      Files.createDirectories(file.getParent());
      // Another process may write the same file, so each writes its own and moves it in one step.
      Path part = Files.createTempFile(file.getParent(), "", ".part");
      Files.write(part, binary.asSlice(0, size).toArray(JAVA_BYTE));
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | BackendException _) {
      // Then the next start builds it again.
    }
  }

  @Override
  public void close() {
    built.values().forEach(program -> context.release(Cl.RELEASE_PROGRAM, program));
    built.clear();
  }
}
