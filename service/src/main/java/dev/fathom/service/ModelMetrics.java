package dev.fathom.service;

import dev.fathom.error.FathomException;
import dev.fathom.service.OpenModels.Key;
import dev.fathom.store.DataDirectory;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What models answered, by version, for Prometheus: the {@value #MOST} versions that were asked
 * last. A version that is deleted, or was not asked for long, has no lines any more; asked again it
 * counts from 0. Safe for several threads.
 */
@Singleton
public final class ModelMetrics {

  private static final int MOST = 32;

  private static final Duration[] BUCKETS =
      IntStream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final DataDirectory directory;

  /** In the order of their last use. */
  private final Map<Key, Meters> meters = new LinkedHashMap<>(16, 0.75f, true);

  private record Meters(Timer duration, Counter examples, Counter refused, Counter failed) {}

  @Inject
  ModelMetrics(MeterRegistry registry, DataDirectory directory) {
    this.registry = registry;
    this.directory = directory;
  }

  /**
   * Counts a request that was answered.
   *
   * @param started by {@link System#nanoTime()}
   */
  public void answered(Key key, int examples, long started) {
    var mine = of(key);
    if (mine != null) {
      mine.duration.record(Duration.ofNanos(System.nanoTime() - started));
      mine.examples.increment(examples);
    }
  }

  /** Counts a request that ended in an exception. */
  public void failed(Key key, Throwable thrown) {
    var mine = of(key);
    if (mine != null) {
      boolean refused =
          thrown instanceof Refusal refusal
              ? refusal.status() < 500
              : thrown instanceof FathomException;
      (refused ? mine.refused : mine.failed).increment();
    }
  }

  /** Counts tokens that were generated. */
  public void generated(Key key, int tokens) {
    if (of(key) != null) {
      Counter.builder("fathom.generation.tokens")
          .description("Tokens that were generated")
          .tags(tags(key))
          .register(registry)
          .increment(tokens);
    }
  }

  /** {@return its meters; null if it was deleted meanwhile} */
  private synchronized Meters of(Key key) {
    var mine = meters.get(key);
    if (mine == null && isThere(key)) {
      mine = register(key);
      meters.put(key, mine);
      if (meters.size() > MOST) {
        var oldest = meters.keySet().iterator().next();
        forget(oldest.name(), Integer.toString(oldest.version()));
      }
    }
    return mine;
  }

  private boolean isThere(Key key) {
    try {
      return directory.models().versions(key.name()).contains(key.version());
    } catch (IOException e) {
      return false; // The request tells.
    }
  }

  private static String[] tags(Key key) {
    return new String[] {"model", key.name(), "version", Integer.toString(key.version())};
  }

  private Meters register(Key key) {
    var tags = tags(key);
    return new Meters(
        Timer.builder("fathom.inference.duration")
            .description("Time to answer a request")
            .tags(tags)
            .serviceLevelObjectives(BUCKETS)
            .register(registry),
        Counter.builder("fathom.inference.examples")
            .description("Examples that were answered")
            .tags(tags)
            .register(registry),
        errors("client", tags),
        errors("server", tags));
  }

  private Counter errors(String fault, String... tags) {
    return Counter.builder("fathom.inference.errors")
        .description("Requests that were refused (fault of the client) or failed (of the server)")
        .tags(tags)
        .tag("fault", fault)
        .register(registry);
  }

  /**
   * Removes all lines of a model.
   *
   * @param version null for all versions
   */
  public synchronized void forget(String model, String version) {
    meters.keySet().removeIf(key -> key.name().equals(model) && isOne(version, key.version() + ""));
    for (var meter : registry.getMeters()) {
      var id = meter.getId();
      if (model.equals(id.getTag("model"))
          && id.getTag("version") != null
          && isOne(version, id.getTag("version"))) {
        registry.remove(meter);
      }
    }
  }

  private static boolean isOne(String wanted, String version) {
    return wanted == null || wanted.equals(version);
  }
}
