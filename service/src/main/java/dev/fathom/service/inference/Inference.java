package dev.fathom.service.inference;

import dev.fathom.data.Numbers;
import dev.fathom.error.FathomException;
import dev.fathom.image.View;
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

/** Answers requests by models, whatever form they came in. Safe for several threads. */
@Singleton
final class Inference {

  @Inject OpenModels models;
  @Inject Statistics statistics;
  @Inject ModelMetrics metrics;

  /**
   * A request that was read, and what becomes of it. For one thread.
   *
   * @param <T> the answer
   */
  interface Asking<T> {
    /**
     * {@return the raw values for each input port}
     *
     * @throws Refusal if the request does not fit the model
     */
    List<Numbers> values(Model model);

    /** {@return the answer, made of those of the model for each output port} */
    T answer(Model model, List<Numbers> answers);
  }

  /** A request that is read once the model is found. */
  @FunctionalInterface
  interface Reading<R> {
    R read() throws IOException;
  }

  /** A request of tensors. */
  private static final class Tensors implements Asking<InferenceAnswer> {
    private final Key key;
    private final InferenceRequest request;
    private List<InferenceRequest.Wanted> wanted = List.of();
    private List<View> views = List.of();

    Tensors(Key key, InferenceRequest request) {
      this.key = key;
      this.request = request;
    }

    @Override
    public List<Numbers> values(Model model) {
      wanted = Outputs.wanted(model, request);
      var read = Inputs.of(model, request.inputs());
      views = read.views();
      return read.values();
    }

    @Override
    public InferenceAnswer answer(Model model, List<Numbers> answers) {
      var placed = views.isEmpty() ? answers : model.task().placed(answers, views);
      return new InferenceAnswer(key, request.id(), Outputs.of(model, wanted, placed));
    }
  }

  /**
   * {@return the answer of a model}
   *
   * @throws Refusal 400 if the request does not fit the model, or its answer is not finite
   */
  InferenceAnswer answer(Key key, Reading<InferenceRequest> reading) throws IOException {
    return ask(key, () -> new Tensors(key, reading.read()));
  }

  /** {@return the answer of a model to a request of any form} */
  <T> T ask(Key key, Reading<? extends Asking<T>> reading) throws IOException {
    long started = System.nanoTime();
    var clock = statistics.start(key);
    try {
      var asking = reading.read();
      clock.parsed();
      return models.with(
          key,
          open -> {
            clock.opened();
            var model = open.predictor().model();
            var values = asking.values(model);
            int examples = (int) (values.getFirst().size() / model.signature().input().width());
            clock.read();
            var answers = answers(open.predictor(), values);
            clock.computed();
            var answer = asking.answer(model, answers);
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
