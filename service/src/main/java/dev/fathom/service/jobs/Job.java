package dev.fathom.service.jobs;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.metric.ForecastError;
import dev.fathom.train.Evaluation;
import dev.fathom.train.TrainingEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The state of a training, as clients see it and as it is stored. Guarded by its record. */
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
@Schema(name = "Training")
public final class Job {

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
  List<Epoch> history = new ArrayList<>();
  Measured test;
  Published model;

  @Schema(description = "why a resumed run is not bitwise the one that was interrupted")
  String notice;

  @Schema(description = "why it failed")
  String failure;

  /** The size of a run, known before it begins. */
  @RegisterForReflection
  record Plan(
      long steps,
      long examples,
      long parameters,
      long memoryBytes,
      String backend,
      String device) {}

  /** The progress of the run; loss and accuracy are those of the current epoch so far. */
  @RegisterForReflection
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Progress(
      long step,
      long epoch,
      double loss,
      Double accuracy,
      double samplesPerSecond,
      double secondsLeft) {

    static Progress of(TrainingEvent.Progress event) {
      return new Progress(
          event.step(),
          event.epoch(),
          event.loss(),
          boxed(event.accuracy()),
          event.samplesPerSecond(),
          event.secondsLeft());
    }
  }

  /** An epoch that has ended; accuracy is that of its training examples. */
  @RegisterForReflection
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Epoch(
      long epoch,
      long step,
      double loss,
      Double accuracy,
      Measured validation,
      double samplesPerSecond,
      double secondsLeft,
      boolean best) {

    static Epoch of(TrainingEvent.EpochEnded event) {
      return new Epoch(
          event.epoch(),
          event.step(),
          event.loss(),
          boxed(event.accuracy()),
          event.validation().map(Measured::of).orElse(null),
          event.samplesPerSecond(),
          event.secondsLeft(),
          event.best());
    }

    Progress progress() {
      return new Progress(step, epoch, loss, accuracy, samplesPerSecond, secondsLeft);
    }
  }

  /** The loss and the metrics of the network on examples that it did not learn from. */
  @RegisterForReflection
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Measured(
      long examples,
      double loss,
      Double accuracy,
      @Schema(description = "F1 of each class; of the test alone") Map<String, Double> f1,
      @Schema(description = "of a forecast's median") Double meanAbsoluteError,
      @Schema(description = "of the value a season ago") Double seasonalNaiveError,
      @Schema(description = "share between the lowest and highest quantile") Double coverage) {
    static Measured of(Evaluation evaluation) {
      return tested(evaluation, List.of());
    }

    /** {@return the same with F1, where there are classes} */
    static Measured tested(Evaluation evaluation, List<String> labels) {
      var f1 = evaluation.f1(labels);
      var forecast = evaluation.forecast();
      return new Measured(
          evaluation.examples(),
          evaluation.loss(),
          boxed(evaluation.accuracy()),
          f1.isEmpty() ? null : f1,
          forecast.map(ForecastError::meanAbsolute).orElse(null),
          forecast.map(ForecastError::referenceMeanAbsolute).orElse(null),
          forecast.map(error -> boxed(error.coverage())).orElse(null));
    }
  }

  /** The model that was published. */
  @RegisterForReflection
  record Published(String name, int version) {}

  private static Double boxed(OptionalDouble number) {
    return number.isPresent() ? number.getAsDouble() : null;
  }
}
