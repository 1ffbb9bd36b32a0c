package dev.fathom.service.bench;

import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * The time before measurements begin. It ends when the just-in-time compiler has come to rest,
 * since on a busy machine code may run in the interpreter for long.
 */
final class WarmUp {
  private static final long LEAST_NANOS = 2_000_000_000L;
  private static final long MOST_NANOS = 60_000_000_000L;
  private static final long WINDOW_NANOS = 1_000_000_000L;

  /** The compiler rests when it worked less than this share of a window. */
  private static final double REST = 0.1;

  private final long start = System.nanoTime();
  private long windowStart = start;
  private long compiledMillis = compiledMillis();

  /** {@return whether the warm-up is over; called repeatedly while the work runs} */
  boolean isOver() {
    long now = System.nanoTime();
    if (now - windowStart >= WINDOW_NANOS) {
      long compiled = compiledMillis();
      boolean rests = (compiled - compiledMillis) * 1e6 < REST * (now - windowStart);
      compiledMillis = compiled;
      windowStart = now;
      return now - start > MOST_NANOS || (now - start >= LEAST_NANOS && rests);
    }
    return false;
  }

  /** Nothing is compiled at run time in a native image. */
  private static long compiledMillis() {
    return Optional.ofNullable(ManagementFactory.getCompilationMXBean())
        .map(compiler -> compiler.getTotalCompilationTime())
        .orElse(0L);
  }
}
