package dev.fathom.service.inference;

import dev.fathom.error.FathomException;
import dev.fathom.model.Predictor;
import dev.fathom.service.OpenModels;
import dev.fathom.service.OpenModels.Key;
import dev.fathom.service.Refusal;
import dev.fathom.task.Port;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Answers requests by models, whatever form they came in. Safe for several threads. */
@Singleton
final class Inference {

  private static final Duration[] BUCKETS =
      IntStream.of(1, 2, 5, 10, 25, 50, 100, 250, 1000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  @Inject OpenModels models;
  @Inject Statistics statistics;
  @Inject MeterRegistry metrics;

  /** A request that is read once the model is found. */
  @FunctionalInterface
  interface Reading {
    InferenceRequest read() throws IOException;
  }

  /**
   * {@return the answer of a model}
   *
   * @throws Refusal 400 if the request does not fit the model, or its answer is not finite
   */
  InferenceAnswer answer(Key key, Reading reading) throws IOException {
    var started = Timer.start(metrics);
    var clock = statistics.start(key);
    try {
      var request = reading.read();
      clock.parsed();
      return models.with(key, open -> answer(key, open.predictor(), request, clock, started));
    } catch (Throwable e) {
      clock.failed();
      throw e;
    }
  }

  private InferenceAnswer answer(
      Key key,
      Predictor predictor,
      InferenceRequest request,
      Statistics.Clock clock,
      Timer.Sample started) {
    clock.opened();
    var model = predictor.model();
    var wanted = Outputs.wanted(model, request);
    var values = Inputs.of(model, request.inputs());
    int examples = (int) (values.getFirst().length / model.signature().input().width());
    clock.read();
    var answers = answers(predictor, values);
    clock.computed();
    var answer = new InferenceAnswer(key, request.id(), Outputs.of(model, wanted, answers));
    clock.succeeded(examples, Predictor.batches(examples));
    measure(key, examples, started);
    return answer;
  }

  private static List<float[]> answers(Predictor predictor, List<float[]> values) {
    try {
      return predictor.predict(values);
    } catch (FathomException e) { // An output that is not finite.
      throw new Refusal(400, e.getMessage());
    } catch (IllegalArgumentException e) { // A token that is not in the vocabulary.
      var names = predictor.model().signature().inputs().stream().map(Port::name).toList();
      throw new Refusal(400, "input %s: %s".formatted(Inputs.quoted(names, ", "), e.getMessage()));
    }
  }

  private void measure(Key key, int examples, Timer.Sample started) {
    var labels = new String[] {"model", key.name(), "version", Integer.toString(key.version())};
    started.stop(
        Timer.builder("fathom.inference.duration")
            .description("Time to answer a request")
            .tags(labels)
            .serviceLevelObjectives(BUCKETS)
            .register(metrics));
    Counter.builder("fathom.inference.examples")
        .description("Examples that were answered")
        .tags(labels)
        .register(metrics)
        .increment(examples);
  }
}
