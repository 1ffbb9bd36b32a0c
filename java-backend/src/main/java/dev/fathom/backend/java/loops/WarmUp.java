package dev.fathom.backend.java.loops;

import dev.fathom.spi.ScalarOp;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Runs a loop on numbers of its own until the just-in-time compiler has compiled it. */
final class WarmUp {
  /** Elements of a run. */
  private static final int ELEMENTS = 512;

  /** Runs that are timed together. */
  private static final int RUNS = 16;

  /**
   * Number of runs of a single turn at the start. In the interpreter a turn takes microseconds, so
   * short runs reach the just-in-time compiler's threshold sooner.
   */
  private static final int SHORT_RUNS = 300;

  /**
   * Number of runs after which HotSpot's second compiler has been asked for the loop; the rest is
   * waiting for it.
   */
  private static final int LONG_RUNS = 1500;

  private static final long PAUSE_NANOS = 5_000_000;
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private final float[][] floats;
  private final int[][] ints;
  private final int[] at;
  private final int[] slots;
  private final long tiles;
  private final Loops loops = new VectorLoops();

  WarmUp(LoopGraph graph) {
    int leaves = (int) graph.values().stream().filter(LoopGraph.Value::isLeaf).count();
    int count = leaves + graph.results().size();
    floats = new float[count][ELEMENTS];
    ints = new int[count][ELEMENTS];
    for (float[] each : floats) {
      Arrays.fill(each, 1);
    }
    at = new int[count];
    slots = IntStream.range(0, count).toArray();
    tiles = (graph.values().size() - leaves) * pass();
  }

  /** {@return the time of {@link #RUNS} runs of one operation as tiles do it} */
  private long pass() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      long start = System.nanoTime();
      for (int run = 0; run < RUNS; run++) {
        loops.binary(ScalarOp.ADD, floats[0], 0, floats[0], 0, floats[0], 0, ELEMENTS);
      }
      least = Math.min(least, System.nanoTime() - start);
    }
    return least;
  }

  /** {@return whether the loop became faster than tiles} */
  boolean makesFast(TileLoop loop) {
    for (int i = 0; i < SHORT_RUNS; i++) {
      loop.run(floats, ints, at, slots, loops.width());
    }
    long start = System.nanoTime();
    for (int run = 0; System.nanoTime() - start < PATIENCE_NANOS; run += RUNS) {
      if (time(loop) < tiles) {
        return true;
      }
      if (run > LONG_RUNS) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    return false;
  }

  private long time(TileLoop loop) {
    long start = System.nanoTime();
    for (int run = 0; run < RUNS; run++) {
      loop.run(floats, ints, at, slots, ELEMENTS);
    }
    return System.nanoTime() - start;
  }
}
