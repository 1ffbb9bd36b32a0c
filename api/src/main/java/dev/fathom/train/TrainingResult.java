package dev.fathom.train;

import dev.fathom.metric.Evaluation;
import dev.fathom.model.Model;
import dev.fathom.model.Weights;
import dev.fathom.task.Baseline;
import java.util.Map;
import java.util.Optional;

/**
 * The result of a training.
 *
 * @param outcome how it ended
 * @param steps how many were done
 * @param epochs how many were finished
 * @param learned the best weights of each group of parameters, by its name
 * @param published the model with the best weights; empty if an objective was learned that somebody
 *     wrote
 * @param validation of the best epoch, if there is a validation split
 * @param test of the model, if there are test examples and the run was not cancelled
 * @param baseline how good a guess that looks at no input is on the test examples, for tasks that
 *     have one
 * @param warning what is wrong with a model that is far worse than that guess, in a sentence; of
 *     the validation where there is no test
 */
public record TrainingResult(
    Outcome outcome,
    long steps,
    long epochs,
    Map<String, Learned> learned,
    Optional<Model> published,
    Optional<Evaluation> validation,
    Optional<Evaluation> test,
    Optional<Baseline> baseline,
    Optional<String> warning) {
  /** The weights of a network. */
  public record Learned(Weights parameters, Weights states) {}

  /** How a training ended. */
  public enum Outcome {
    /** All epochs or steps are done. */
    COMPLETED,
    /** The validation loss did not fall any more. */
    STOPPED_EARLY,
    /** Somebody cancelled it; it can be resumed. */
    CANCELLED
  }

  public TrainingResult {
    learned = Map.copyOf(learned);
  }

  /**
   * {@return the model with the best weights}
   *
   * @throws IllegalStateException if an objective was learned that somebody wrote, which has {@link
   *     #learned} weights instead
   */
  public Model model() {
    return published.orElseThrow(
        () ->
            new IllegalStateException(
                "[train] expected a training of a spec but this one had an objective of its own: its"
                    + " weights are learned()"));
  }
}
