package dev.fathom.service.soak;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/**
 * How long a test of this package runs, {@code -Dfathom.soak.minutes}, and by which seed, {@code
 * -Dfathom.soak.seed}.
 */
final class Soak {

  static final double MINUTES =
      Double.parseDouble(System.getProperty("fathom.soak.minutes", "0.4"));

  private final long seed = Long.getLong("fathom.soak.seed", System.nanoTime());
  final Random random = new Random(seed);
  private Instant end;

  /** Begins, and says by which seed. */
  Soak(String what) {
    System.out.printf("soak, %s: %.1f minutes, -Dfathom.soak.seed=%d%n", what, MINUTES, seed);
  }

  /** {@return whether the time is over, which begins when this is first asked} */
  synchronized boolean isOver() {
    if (end == null) {
      end = Instant.now().plusMillis((long) (MINUTES * 60_000));
    }
    return !Instant.now().isBefore(end);
  }

  /** Waits a random time. */
  void pause(Duration least, Duration most) throws InterruptedException {
    Thread.sleep(random.nextLong(least.toMillis(), most.toMillis()));
  }
}
