package dev.fathom.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.fathom.error.FathomException;
import dev.fathom.store.StoreException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Mutates small valid files of each format and reads them: there is a result or the documented
 * exception, soon, and in memory that is in proportion to the file.
 *
 * <p>A case is a number, and says everything. {@code -Dfathom.hostile.case=csv:17} reads one again,
 * {@code -Dfathom.hostile.case=csv} those of one format; {@code -Dfathom.hostile.seconds=600} goes
 * on for that long in each format, with cases that were not there before from {@code
 * -Dfathom.hostile.first} on.
 */
class HostileFilesTest {
  private static final int CASES = Integer.getInteger("fathom.hostile.cases", 600);

  /** The cases of a format that is slow to read end here, unless more time is asked for. */
  private static final Duration USUAL = Duration.ofSeconds(1);

  private static final long FIRST = Long.getLong("fathom.hostile.first", 0);
  private static final long SECONDS = Long.getLong("fathom.hostile.seconds", 0);
  private static final String ONLY = System.getProperty("fathom.hostile.case", "");

  private static final long MOST_BYTES_FOR_A_BYTE = 4096;

  /** Of the processor's time, which does not depend on what else the machine does. */
  private static final Duration MOST_TIME = Duration.ofSeconds(5);

  private static final Duration STUCK = Duration.ofSeconds(60);
  private static final int MOST_TOLD = 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path folder;

  static Collection<String> formats() throws IOException {
    return Formats.all().keySet();
  }

  /** Else a reader that never ends would tell no case; the trace says what it does. */
  private static final class Watch implements AutoCloseable {
    private final Thread reader = Thread.currentThread();
    private final Thread thread;
    private volatile String reading;
    private volatile long since = System.nanoTime();

    Watch() {
      thread = Thread.ofPlatform().daemon().start(this::watch);
    }

    private void watch() {
      try {
        while (true) {
          Thread.sleep(1000);
          if (System.nanoTime() - since > STUCK.toNanos()) {
            System.err.println("reads for ever: -Dfathom.hostile.case=" + reading);
            for (StackTraceElement at : reader.getStackTrace()) {
              System.err.println("    " + at);
            }
            since = System.nanoTime();
          }
        }
      } catch (InterruptedException e) {
        // All were read.
      }
    }

    void begins(String name) {
      reading = name;
      since = System.nanoTime();
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void damagedFilesAreRefused(String name) throws IOException {
    Format format = Formats.all().get(name);
    String[] only = ONLY.split(":");
    if (!ONLY.isEmpty() && !only[0].equals(name)) {
      return;
    }
    boolean one = only.length > 1;
    for (byte[] seed : format.seeds()) {
      Path file = Files.write(folder.resolve(format.fileName()), format.sealed().apply(seed));
      format.reader().read(file); // Else nothing is tested but the first check.
    }
    long first = one ? Long.parseLong(only[1]) : FIRST;
    long begin = System.nanoTime();
    Map<String, String> failures = new LinkedHashMap<>();
    int read = 0;
    int done = 0;
    try (var watch = new Watch()) {
      for (long number = first;
          one ? number == first : goesOn(number - first, System.nanoTime() - begin);
          number++) {
        watch.begins(name + ":" + number);
        byte[] bytes = mutated(format, number);
        Path file = Files.write(folder.resolve(format.fileName()), bytes);
        Outcome outcome = outcome(format, file);
        read += outcome.isRead() ? 1 : 0;
        done++;
        if (outcome.problem() != null && failures.size() < MOST_TOLD) {
          failures.putIfAbsent(
              outcome.kind(),
              "-Dfathom.hostile.case=%s:%d  %s".formatted(name, number, outcome.problem()));
        }
      }
    }
    if (!failures.isEmpty()) {
      fail(String.join("\n", failures.values()));
    }
    assertTrue(one || read < done, "every file was taken, though it was damaged");
  }

  private static boolean goesOn(long done, long nanos) {
    return SECONDS > 0
        ? nanos < Duration.ofSeconds(SECONDS).toNanos()
        : done < CASES && nanos < USUAL.toNanos();
  }

  private static byte[] mutated(Format format, long number) {
    var random = new SplittableRandom(number);
    byte[] bytes = format.seeds().get(random.nextInt(format.seeds().size()));
    for (int i = random.nextInt(4) == 0 ? 2 : 1; i > 0 && bytes.length > 0; i--) {
      bytes = Mutation.values()[random.nextInt(Mutation.values().length)].apply(bytes, random);
    }
    return format.sealed().apply(bytes);
  }

  /**
   * What came of a file.
   *
   * @param kind of the problem; problems of one kind are told once
   * @param problem null if there is none
   */
  private record Outcome(boolean isRead, String kind, String problem) {}

  private static Outcome outcome(Format format, Path file) throws IOException {
    long size = Files.size(file);
    long bytes = THREADS.getTotalThreadAllocatedBytes();
    long nanos = THREADS.getCurrentThreadCpuTime();
    Throwable thrown = null;
    try {
      format.reader().read(file);
    } catch (Throwable e) {
      thrown = e;
    }
    nanos = THREADS.getCurrentThreadCpuTime() - nanos;
    bytes = THREADS.getTotalThreadAllocatedBytes() - bytes;
    if (thrown != null && !isDocumented(thrown)) {
      StackTraceElement[] trace = thrown.getStackTrace();
      var at = new StringBuilder();
      for (int i = 0; i < trace.length && i < 12; i++) {
        at.append("\n    ").append(trace[i]);
      }
      String kind = thrown.getClass() + (trace.length > 0 ? trace[0].toString() : "");
      return new Outcome(false, kind, thrown.toString() + at);
    }
    if (nanos > MOST_TIME.toNanos()) {
      return new Outcome(false, "time", "took %d ms of the processor".formatted(nanos / 1_000_000));
    }
    if (bytes > format.mostBytes() + MOST_BYTES_FOR_A_BYTE * size) {
      return new Outcome(
          false,
          "memory " + Long.highestOneBit(bytes),
          "took %,d bytes of memory for a file of %,d".formatted(bytes, size));
    }
    return new Outcome(thrown == null, "", null);
  }

  /** {@return whether an error says what is wrong and where} */
  private static boolean isDocumented(Throwable thrown) {
    return thrown instanceof FathomException
        || thrown instanceof StoreException
        || thrown.getClass() == IllegalArgumentException.class
            && thrown.getMessage() != null
            && thrown.getMessage().startsWith("[");
  }
}
