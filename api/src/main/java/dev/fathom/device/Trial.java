package dev.fathom.device;

import dev.fathom.compile.Program;
import dev.fathom.compile.Session;
import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.graph.Value;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/**
 * The quick contract that compares backends: a product of square f32 matrices, packing included.
 */
final class Trial {
  /**
   * Size of a first product, which tells whether the real one would end in time: a backend may be a
   * thousand times slower than another.
   */
  private static final int FIRST = 64;

  private static final int SIZE = 512;

  /**
   * How long the trial goes on without getting faster. In a cold JVM, the speed of vector kernels
   * has plateaus while they are compiled: measured were 0.3 GFLOP/s at first, 20 for 0.3 s, 400
   * after 1.3 s. So this is longer than a plateau. A native image has no plateaus: there about
   * fifty products are enough, so that some of them run undisturbed by other work on the machine.
   */
  private static final long REST_NANOS = isNativeImage() ? 100_000_000 : 500_000_000;

  private static final long FIRST_REST_NANOS = isNativeImage() ? 20_000_000 : 200_000_000;
  private static final long MOST_NANOS = 5_000_000_000L;

  /** Least ratio that counts as faster; anything less is noise. */
  private static final double GAIN = 1.1;

  private Trial() {}

  private static boolean isNativeImage() {
    return System.getProperty("org.graalvm.nativeimage.imagecode") != null;
  }

  /**
   * {@return the best rate in GFLOP/s} Takes half a second when warm, a few seconds at most; a
   * tenth of a second in a native image.
   */
  static double gigaflops(Backend backend) {
    double small = gigaflops(backend, FIRST, FIRST_REST_NANOS);
    if (takesTooLong(small)) {
      // A slow backend, or one that other work kept from being compiled.
      small = Math.max(small, gigaflops(backend, FIRST, REST_NANOS));
    }
    return takesTooLong(small) ? small : gigaflops(backend, SIZE, REST_NANOS);
  }

  /** {@return whether one product of the real size takes too long at {@code rate} GFLOP/s} */
  private static boolean takesTooLong(double rate) {
    return 2.0 * SIZE * SIZE * SIZE / rate > MOST_NANOS;
  }

  private static double gigaflops(Backend backend, int size, long restNanos) {
    Value a = Ops.input("a", Type.of(DType.F32, size, size));
    Value b = Ops.input("b", Type.of(DType.F32, size, size));
    Program program =
        Program.builder(backend).feed(a).feed(b).result("c", Ops.matmul(a, b)).compile();
    try (Session session = program.open()) {
      session.write("a", random(size, 1));
      session.write("b", random(size, 2));
      double work = 2.0 * size * size * size;
      double best = 0;
      long begun = System.nanoTime();
      long gained = begun;
      long now;
      do {
        long start = System.nanoTime();
        session.run();
        now = System.nanoTime();
        double rate = work / Math.max(1, now - start);
        if (rate > best * GAIN) {
          gained = now;
        }
        best = Math.max(best, rate);
      } while (now - gained < restNanos && now - begun < MOST_NANOS);
      return best;
    }
  }

  private static MemorySegment random(int size, long seed) {
    Random random = new Random(seed);
    float[] values = new float[size * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return MemorySegment.ofArray(values);
  }
}
