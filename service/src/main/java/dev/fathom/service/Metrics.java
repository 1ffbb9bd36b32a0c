package dev.fathom.service;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.service.jobs.Jobs;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import java.util.function.ToDoubleFunction;

/** The figures of trainings for Prometheus. Those of inference are recorded where it is done. */
final class Metrics {

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
