package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine.Parameters;

/** A training as commands name it: by its id, or by its model for the newest. */
final class TrainingReference {

  @Parameters(
      index = "0",
      paramLabel = "TRAINING",
      description = "A training's id, or its model's name for the newest one.")
  private String training;

  /** {@return the id of the training that is named} */
  String id(List<JsonNode> trainings) {
    return id(trainings, _ -> true)
        .orElseThrow(
            () ->
                new CommandException(
                    "there is no training '%s'; ps --all lists them".formatted(training)));
  }

  /** {@return the id of the training that is named; a name stands for one that runs or waits} */
  String idOfAlive(List<JsonNode> trainings) {
    return id(trainings, PsCommand::isAlive)
        .orElseThrow(
            () ->
                new CommandException(
                    "no training '%s' runs or waits; ps lists those that do".formatted(training)));
  }

  private Optional<String> id(List<JsonNode> trainings, Predicate<JsonNode> which) {
    return trainings.reversed().stream()
        .filter(
            job ->
                job.path("id").asText().equals(training)
                    || job.path("name").asText().equals(training) && which.test(job))
        .findFirst()
        .map(job -> job.path("id").asText());
  }
}
