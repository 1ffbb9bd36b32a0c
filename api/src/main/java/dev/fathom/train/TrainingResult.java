package dev.fathom.train;

import dev.fathom.model.Model;
import java.util.Optional;

/**
 * What a training leaves.
 *
 * @param outcome how it ended
 * @param steps how many were done
 * @param epochs how many were finished
 * @param model with the best weights
 * @param validation of the best epoch, if there is a validation split
 * @param test of the model, if there are test examples and the run was not cancelled
 */
public record TrainingResult(
    Outcome outcome,
    long steps,
    long epochs,
    Model model,
    Optional<Evaluation> validation,
    Optional<Evaluation> test) {
  /** How a training ended. */
  public enum Outcome {
    /** All epochs or steps are done. */
    COMPLETED,
    /** The validation loss did not fall any more. */
    STOPPED_EARLY,
    /** Somebody cancelled it; it can be resumed. */
    CANCELLED
  }
}
