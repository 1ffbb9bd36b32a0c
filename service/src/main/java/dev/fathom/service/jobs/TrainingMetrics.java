package dev.fathom.service.jobs;

import dev.fathom.train.TrainingEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many trainings ended, by state, and the figures of trainings as gauges, {@code
 * fathom_training_figure{model="lenet", split="validation", figure="accuracy"}}: the newest of the
 * {@value #MOST} models that were trained last. Safe for several threads.
 */
@Singleton
public final class TrainingMetrics {

  private static final int MOST = 16;

  private final MultiGauge gauge;

  private final Map<State, Counter> ended = new EnumMap<>(State.class);

  /** Rows by model and split, the model trained last at the end. */
  private final Map<String, Map<String, List<Row<?>>>> models = new LinkedHashMap<>();

  @Inject
  TrainingMetrics(MeterRegistry metrics) {
    gauge =
        MultiGauge.builder("fathom.training.figure")
            .description("Loss and metrics of the models that were trained last")
            .register(metrics);
    for (var state : State.values()) {
      if (state.ended()) {
        ended.put(
            state,
            Counter.builder("fathom.trainings.ended")
                .description("Trainings that ended, each time that one did")
                .tag("state", state.label())
                .register(metrics));
      }
    }
  }

  /** Counts a training that has ended. */
  void ended(State state) {
    ended.get(state).increment();
  }

  /** Removes the figures of a model. */
  public synchronized void forget(String model) {
    models.remove(model);
    register();
  }

  /** Takes the figures of an event of the training of a model. */
  synchronized void on(String model, TrainingEvent event) {
    switch (event) {
      case TrainingEvent.Progress progress -> put(model, "training", progress.figures());
      case TrainingEvent.EpochEnded epoch -> {
        put(model, "training", epoch.figures());
        epoch.validation().ifPresent(v -> put(model, "validation", v.figures()));
      }
      case TrainingEvent.Started _ -> {
        models.remove(model);
        models.put(model, new LinkedHashMap<>());
      }
      case TrainingEvent.Checkpointed _ -> {
        return;
      }
    }
    while (models.size() > MOST) {
      models.remove(models.keySet().iterator().next());
    }
    register();
  }

  private void register() {
    List<Row<?>> rows = new ArrayList<>();
    models.values().forEach(splits -> splits.values().forEach(rows::addAll));
    gauge.register(rows, true);
  }

  private void put(String model, String split, Map<String, Double> figures) {
    List<Row<?>> rows = new ArrayList<>();
    figures.forEach(
        (name, value) ->
            rows.add(Row.of(Tags.of("model", model, "split", split, "figure", name), value)));
    models.computeIfAbsent(model, _ -> new LinkedHashMap<>()).put(split, rows);
  }
}
