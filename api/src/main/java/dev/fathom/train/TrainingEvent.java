package dev.fathom.train;

import dev.fathom.metric.Evaluation;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** An event of a running training. */
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
   * @param memoryBytes the device memory of the run
   * @param notice why a resumed run is not bitwise the run that was interrupted, if so
   * @param notes what a user should know of how the data were read, each a sentence: which columns
   *     are used and which are not, which rows are left out, which values are filled, how many
   *     examples of which class are learned, held back and tested on, how they count
   */
  record Started(
      long step,
      long steps,
      long examples,
      long parameters,
      long memoryBytes,
      String backend,
      String device,
      Optional<String> notice,
      List<String> notes)
      implements TrainingEvent {}

  /**
   * At most twice a second.
   *
   * @param epoch from 1
   * @param figures of the epoch so far by name, {@code loss} first: means over what was learned
   * @param dataStallShare of the time of the steps so far in the epoch: how long they waited for
   *     data to be read and prepared, in [0, 1]
   * @param secondsLeft to the end of the run, validation not counted
   */
  record Progress(
      long step,
      long epoch,
      SequencedMap<String, Double> figures,
      double samplesPerSecond,
      double dataStallShare,
      double secondsLeft)
      implements TrainingEvent {}

  /**
   * An epoch has ended.
   *
   * @param epoch from 1
   * @param figures over the epoch by name, {@code loss} first, measured while it was learned
   * @param validation measured after it, if there is a validation split
   * @param dataStallShare of the time of the epoch's steps: how long they waited for data to be
   *     read and prepared, in [0, 1]
   * @param best whether it is the best so far
   */
  record EpochEnded(
      long step,
      long epoch,
      SequencedMap<String, Double> figures,
      Optional<Evaluation> validation,
      double samplesPerSecond,
      double dataStallShare,
      double secondsLeft,
      boolean best)
      implements TrainingEvent {
    /** {@return the mean loss over the epoch} */
    public double loss() {
      return figures.get(Evaluation.LOSS);
    }
  }

  /** The newest checkpoint is safe. */
  record Checkpointed(long step) implements TrainingEvent {}
}
