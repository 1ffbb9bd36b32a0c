package dev.fathom.service.inference;

import dev.fathom.data.Numbers;
import dev.fathom.error.FathomException;
import dev.fathom.model.Predictor;
import dev.fathom.service.ModelMetrics;
import dev.fathom.service.OpenModels;
import dev.fathom.service.OpenModels.Key;
import dev.fathom.service.Refusal;
import dev.fathom.task.Port;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;

/** Answers requests by models, whatever form they came in. Safe for several threads. */
@Singleton
final class Inference {

  @Inject OpenModels models;
  @Inject Statistics statistics;
  @Inject ModelMetrics metrics;

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
    long started = System.nanoTime();
    var clock = statistics.start(key);
    try {
      var request = reading.read();
      clock.parsed();
      return models.with(key, open -> answer(key, open.predictor(), request, clock, started));
    } catch (Throwable e) {
      clock.failed();
      metrics.failed(key, e);
      throw e;
    }
  }

  private InferenceAnswer answer(
      Key key,
      Predictor predictor,
      InferenceRequest request,
      Statistics.Clock clock,
      long started) {
    clock.opened();
    var model = predictor.model();
    var wanted = Outputs.wanted(model, request);
    var values = Inputs.of(model, request.inputs());
    int examples = (int) (values.getFirst().size() / model.signature().input().width());
    clock.read();
    var answers = answers(predictor, values);
    clock.computed();
    var answer = new InferenceAnswer(key, request.id(), Outputs.of(model, wanted, answers));
    clock.succeeded(examples, Predictor.batches(examples));
    metrics.answered(key, examples, started);
    return answer;
  }

  private static List<Numbers> answers(Predictor predictor, List<Numbers> values) {
    try {
      return predictor.answer(values);
    } catch (FathomException e) { // An output that is not finite.
      throw new Refusal(400, e.getMessage());
    } catch (IllegalArgumentException e) { // A token that is not in the vocabulary.
      var names = predictor.model().signature().inputs().stream().map(Port::name).toList();
      throw new Refusal(400, "input %s: %s".formatted(Inputs.quoted(names, ", "), e.getMessage()));
    }
  }
}
