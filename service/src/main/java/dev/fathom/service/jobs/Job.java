package dev.fathom.service.jobs;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.metric.Evaluation;
import dev.fathom.metric.Table;
import dev.fathom.task.Baseline;
import dev.fathom.train.TrainingEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The record of a training, as clients see it and as it is stored. One that others see does not
 * change: its record {@linkplain #copy copies} it, changes the copy, and shows that.
 */
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
@Schema(
    name = "Training",
    requiredProperties = {"id", "name", "state", "created", "history"})
public final class Job implements Cloneable {
  private static final int MOST_EPOCHS = 1000;

  @Schema(examples = "trn_01k9qv6m3w8x2c4d5e6f7g8h9j")
  String id;

  @Schema(description = "the spec's name, which the model gets", examples = "lenet")
  String name;

  State state;
  Instant created;
  Instant started;
  Instant finished;
  Plan plan;
  Progress progress;

  @Schema(
      description =
          "the epochs; of a training with more than 1,000 the first, the newest, the best and"
              + " others at equal distances, 1,000 at most")
  List<Epoch> history = new ArrayList<>();

  Measured test;
  Guess baseline;
  Published model;

  @Schema(description = "why a resumed run is not bitwise the one that was interrupted")
  String notice;

  @Schema(description = "what is wrong with a model that is far worse than a guess")
  String warning;

  @Schema(description = "why it failed")
  String failure;

  /** {@return whether it has what every job has} */
  boolean isWhole() {
    return name != null
        && state != null
        && created != null
        && history != null
        && !history.contains(null);
  }

  /** {@return the same, to be changed} */
  Job copy() {
    try {
      var copy = (Job) clone();
      copy.history = new ArrayList<>(history);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Adds an epoch, and thins a history that is long. */
  void add(Epoch epoch) {
    history.add(epoch);
    thin();
  }

  /**
   * Leaves of a long history the first epoch, the newest, the best, and those whose number is a
   * multiple of a power of two: so what is left does not depend on when it was thinned.
   */
  void thin() {
    if (history.size() <= MOST_EPOCHS) {
      return;
    }
    var first = history.getFirst();
    var newest = history.getLast();
    var best = history.reversed().stream().filter(Epoch::best).findFirst().orElse(newest);
    long distance = 1;
    while (newest.epoch() / distance > MOST_EPOCHS - 3) {
      distance *= 2;
    }
    long kept = distance;
    history.removeIf(
        epoch -> epoch != first && epoch != newest && epoch != best && epoch.epoch() % kept != 0);
  }

  /** The size of a run, known before it begins. */
  @RegisterForReflection
  @Schema(name = "TrainingPlan")
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Plan(
      long steps,
      long examples,
      long parameters,
      long memoryBytes,
      String backend,
      String device,
      @Schema(
              description =
                  "which columns of a table are used and which are not, which rows are left out,"
                      + " which values are filled")
          List<String> notes) {}

  /** Where it stands; the figures are of the epoch so far. */
  @RegisterForReflection
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "TrainingProgress", additionalProperties = Double.class)
  record Progress(
      long step,
      long epoch,
      double samplesPerSecond,
      @Schema(
              description =
                  "the share of the steps' time that they waited for data, in [0, 1]; missing in"
                      + " trainings of earlier versions")
          Double dataStallShare,
      double secondsLeft,
      @JsonAnyGetter @JsonAnySetter @Schema(hidden = true) Map<String, Double> figures) {

    static Progress of(TrainingEvent.Progress event) {
      return new Progress(
          event.step(),
          event.epoch(),
          event.samplesPerSecond(),
          event.dataStallShare(),
          event.secondsLeft(),
          event.figures());
    }
  }

  /** An epoch that has ended; the figures are those of its training examples. */
  @RegisterForReflection
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "TrainingEpoch", additionalProperties = Double.class)
  record Epoch(
      long epoch,
      long step,
      Measured validation,
      double samplesPerSecond,
      @Schema(
              description =
                  "the share of the steps' time that they waited for data, in [0, 1]; missing in"
                      + " trainings of earlier versions")
          Double dataStallShare,
      double secondsLeft,
      boolean best,
      @JsonAnyGetter @JsonAnySetter @Schema(hidden = true) Map<String, Double> figures) {

    static Epoch of(TrainingEvent.EpochEnded event) {
      return new Epoch(
          event.epoch(),
          event.step(),
          event.validation().map(Measured::of).orElse(null),
          event.samplesPerSecond(),
          event.dataStallShare(),
          event.secondsLeft(),
          event.best(),
          event.figures());
    }

    Progress progress() {
      return new Progress(step, epoch, samplesPerSecond, dataStallShare, secondsLeft, figures);
    }
  }

  /** How good the network is on examples that it did not learn from: each figure by its name. */
  @RegisterForReflection
  @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @Schema(name = "TrainingFigures", additionalProperties = Double.class)
  static final class Measured {
    @Schema(description = "how many it was measured on")
    long examples;

    @JsonAnyGetter
    @Schema(hidden = true)
    SequencedMap<String, Double> figures = new LinkedHashMap<>();

    @Schema(description = "the confusion of classes, and other tables; of the test alone")
    List<Table> tables = List.of();

    static Measured of(Evaluation evaluation) {
      var measured = new Measured();
      measured.examples = evaluation.examples();
      measured.figures.putAll(evaluation.figures());
      return measured;
    }

    /** {@return the same with its tables} */
    static Measured tested(Evaluation evaluation) {
      var measured = of(evaluation);
      measured.tables = evaluation.tables();
      return measured;
    }

    /** Reads a figure; those of classes were one object in the first format. */
    @JsonAnySetter
    void figure(String name, JsonNode value) {
      if (value.isNumber()) {
        figures.put(name, value.doubleValue());
      }
      value
          .properties()
          .forEach(each -> figures.put(name + "." + each.getKey(), each.getValue().asDouble()));
    }
  }

  /** How good a guess is on the test that looks at no input: each figure by its name. */
  @RegisterForReflection
  record Guess(
      @Schema(examples = "always 'ham'") String guess,
      @JsonAnyGetter @JsonAnySetter @Schema(hidden = true) Map<String, Double> figures) {

    static Guess of(Baseline baseline) {
      return new Guess(baseline.guess(), baseline.figures());
    }
  }

  /** The model that was published. */
  @RegisterForReflection
  @Schema(name = "PublishedModel")
  record Published(String name, int version) {}
}
