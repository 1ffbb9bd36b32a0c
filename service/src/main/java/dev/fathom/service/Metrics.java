package dev.fathom.service;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.service.jobs.Jobs;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The figures of trainings for Prometheus. Those of inference are recorded where it is done. */
final class Metrics {

  private static final Set<String> METHODS =
      HttpMethod.values().stream().map(HttpMethod::name).collect(Collectors.toUnmodifiableSet());

  /** What templates of paths consist of. Quarkus answers a path that is no URI by itself. */
  private static final Pattern TEMPLATE = Pattern.compile("[\\w/{}.-]*");

  /** {@return what keeps invented methods and malformed paths from making ever more lines} */
  @Produces
  @Singleton
  MeterFilter knownLabels() {
    return MeterFilter.deny(
        id ->
            id.getName().equals("http.server.requests")
                && !(METHODS.contains(id.getTag("method"))
                    && TEMPLATE.matcher(id.getTag("uri")).matches()));
  }

  void register(@Observes StartupEvent event, MeterRegistry metrics, Jobs jobs) {
    gauge(metrics, jobs, "fathom.trainings.waiting", "Trainings that wait", Jobs::waiting);
    gauge(
        metrics,
        jobs,
        "fathom.trainings.running",
        "Trainings that run: 0 or 1",
        j -> j.running().isPresent() ? 1 : 0);
    gauge(
        metrics,
        jobs,
        "fathom.training.samples.per.second",
        "Throughput of the training that runs; 0 if none does",
        j -> j.running().map(job -> job.progress()).map(Metrics::throughput).orElse(0.0));
  }

  private static double throughput(JsonNode progress) {
    return progress.path("samplesPerSecond").asDouble();
  }

  private static void gauge(
      MeterRegistry metrics, Jobs jobs, String name, String what, ToDoubleFunction<Jobs> value) {
    Gauge.builder(name, jobs, value).description(what).register(metrics);
  }
}
