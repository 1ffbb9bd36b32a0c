package dev.fathom.train;

import java.util.Optional;
import java.util.OptionalDouble;

/** What a running training tells. Accuracies are there only where classes are learned. */
public sealed interface TrainingEvent {
  /** {@return how many steps are done} */
  long step();

  /**
   * The first step is about to begin.
   *
   * @param step how many were done before; more than 0 after a resume
   * @param steps how many there will be
   * @param examples to learn from, the validation split left out
   * @param parameters how many numbers are learned
   * @param memoryBytes what the run needs on the device
   * @param notice why a resumed run is not bitwise the run that was interrupted, if so
   */
  record Started(
      long step,
      long steps,
      long examples,
      long parameters,
      long memoryBytes,
      String backend,
      String device,
      Optional<String> notice)
      implements TrainingEvent {}

  /**
   * At most twice a second.
   *
   * @param epoch from 1
   * @param loss mean over the epoch so far
   * @param accuracy over the epoch so far
   * @param secondsLeft to the end of the run, validation not counted
   */
  record Progress(
      long step,
      long epoch,
      double loss,
      OptionalDouble accuracy,
      double samplesPerSecond,
      double secondsLeft)
      implements TrainingEvent {}

  /**
   * An epoch has ended.
   *
   * @param epoch from 1
   * @param loss mean over the epoch
   * @param accuracy over the epoch, measured while it was learned
   * @param validation measured after it, if there is a validation split
   * @param best whether it is the best so far
   */
  record EpochEnded(
      long step,
      long epoch,
      double loss,
      OptionalDouble accuracy,
      Optional<Evaluation> validation,
      double samplesPerSecond,
      double secondsLeft,
      boolean best)
      implements TrainingEvent {}

  /** The newest checkpoint is safe. */
  record Checkpointed(long step) implements TrainingEvent {}
}
