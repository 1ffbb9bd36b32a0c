package dev.fathom.service.inference;

import dev.fathom.service.OpenModels.Key;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts requests and their time for each version of a model, since the start of the service. Safe
 * for several threads.
 */
@Singleton
final class Statistics {

  private final Map<Key, Counts> counts = new ConcurrentHashMap<>();

  /** Requests and the time that they took together. */
  record Total(long count, long ns) {
    private static final Total NONE = new Total(0, 0);

    private Total plus(long more) {
      return new Total(count + 1, ns + more);
    }
  }

  /**
   * What is known of a version.
   *
   * @param lastInference milliseconds since 1970; 0 if there was none
   * @param inferences examples that were answered
   * @param executions batches that were computed
   * @param queue waiting until the model is open
   * @param input reading requests
   * @param infer computing; a request waits in it while too many others compute
   * @param output making answers
   */
  record Counts(
      long lastInference,
      long inferences,
      long executions,
      Total success,
      Total fail,
      Total queue,
      Total input,
      Total infer,
      Total output) {
    private static final Counts NONE =
        new Counts(0, 0, 0, Total.NONE, Total.NONE, Total.NONE, Total.NONE, Total.NONE, Total.NONE);
  }

  /** {@return what is known of a version} */
  Counts of(Key key) {
    return counts.getOrDefault(key, Counts.NONE);
  }

  /** {@return a clock for a request that begins now} */
  Clock start(Key key) {
    return new Clock(key);
  }

  /** The time of one request. Not thread-safe. */
  final class Clock {
    private final Key key;
    private final long started = System.nanoTime();
    private long parsed;
    private long opened;
    private long read;
    private long computed;

    private Clock(Key key) {
      this.key = key;
    }

    /** Its form is read; it waits for the model. */
    void parsed() {
      parsed = System.nanoTime();
    }

    /** The model is open. */
    void opened() {
      opened = System.nanoTime();
    }

    /** Its tensors are read. */
    void read() {
      read = System.nanoTime();
    }

    /** Its answer is computed. */
    void computed() {
      computed = System.nanoTime();
    }

    void succeeded(int examples, int batches) {
      long now = System.nanoTime();
      long millis = System.currentTimeMillis();
      counts.compute(
          key,
          (_, before) -> {
            var c = before == null ? Counts.NONE : before;
            return new Counts(
                Math.max(c.lastInference, millis),
                c.inferences + examples,
                c.executions + batches,
                c.success.plus(now - started),
                c.fail,
                c.queue.plus(opened - parsed),
                c.input.plus(parsed - started + read - opened),
                c.infer.plus(computed - read),
                c.output.plus(now - computed));
          });
    }

    void failed() {
      long now = System.nanoTime();
      counts.compute(
          key,
          (_, before) -> {
            var c = before == null ? Counts.NONE : before;
            return new Counts(
                c.lastInference,
                c.inferences,
                c.executions,
                c.success,
                c.fail.plus(now - started),
                c.queue,
                c.input,
                c.infer,
                c.output);
          });
    }
  }
}
