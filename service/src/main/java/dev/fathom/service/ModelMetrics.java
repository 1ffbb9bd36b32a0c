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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * What models answered, by version, for Prometheus. A version that is deleted has no lines any
 * more. Safe for several threads.
 */
@Singleton
public final class ModelMetrics {

  private static final Duration[] BUCKETS =
      IntStream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final DataDirectory directory;
  private final Map<Key, Meters> meters = new ConcurrentHashMap<>();

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
    var mine = meters.computeIfAbsent(key, this::register);
    if (mine != null) {
      mine.duration.record(Duration.ofNanos(System.nanoTime() - started));
      mine.examples.increment(examples);
    }
  }

  /** Counts a request that ended in an exception. */
  public void failed(Key key, Throwable thrown) {
    var mine = meters.computeIfAbsent(key, this::register);
    if (mine != null) {
      boolean refused =
          thrown instanceof Refusal refusal
              ? refusal.status() < 500
              : thrown instanceof FathomException;
      (refused ? mine.refused : mine.failed).increment();
    }
  }

  /** {@return its meters; null if it was deleted meanwhile} */
  private Meters register(Key key) {
    try {
      if (!directory.models().versions(key.name()).contains(key.version())) {
        return null;
      }
    } catch (IOException e) {
      return null; // The request tells.
    }
    var tags = new String[] {"model", key.name(), "version", Integer.toString(key.version())};
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
  public void forget(String model, String version) {
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
