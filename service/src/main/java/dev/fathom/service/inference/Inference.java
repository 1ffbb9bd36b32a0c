package dev.fathom.service.inference;

import dev.fathom.data.Numbers;
import dev.fathom.error.FathomException;
import dev.fathom.model.Model;
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
import java.util.function.BiFunction;
import java.util.function.Function;

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
    var request = new InferenceRequest[1];
    return answer(
        key,
        () -> request[0] = reading.read(),
        model -> {
          Outputs.wanted(model, request[0]);
          return Inputs.of(model, request[0].inputs());
        },
        (model, answers) ->
            new InferenceAnswer(
                key,
                request[0].id(),
                Outputs.of(model, Outputs.wanted(model, request[0]), answers)));
  }

  /**
   * {@return what is made of the answers of a model}
   *
   * @param values makes raw values for each input port
   * @param made of the answers, for each output port
   */
  <T> T answer(
      Key key, Function<Model, List<Numbers>> values, BiFunction<Model, List<Numbers>, T> made)
      throws IOException {
    return answer(key, () -> null, values, made);
  }

  private <T> T answer(
      Key key,
      Reading reading,
      Function<Model, List<Numbers>> values,
      BiFunction<Model, List<Numbers>, T> made)
      throws IOException {
    long started = System.nanoTime();
    var clock = statistics.start(key);
    try {
      reading.read();
      clock.parsed();
      return models.with(
          key,
          open -> {
            clock.opened();
            var model = open.predictor().model();
            var raw = values.apply(model);
            int examples = (int) (raw.getFirst().size() / model.signature().input().width());
            clock.read();
            var answers = answers(open.predictor(), raw);
            clock.computed();
            var answer = made.apply(model, answers);
            clock.succeeded(examples, Predictor.batches(examples));
            metrics.answered(key, examples, started);
            return answer;
          });
    } catch (Throwable e) {
      clock.failed();
      metrics.failed(key, e);
      throw e;
    }
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
