package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what happened in a training. */
@Command(
    description = "Prints the events of a training, one a line.",
    footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} logs lenet --follow"})
final class LogsCommand implements Callable<Integer> {

  @Mixin private TrainingReference training;

  @Option(
      names = {"-f", "--follow"},
      description = "Waits for more, until the training has ended.")
  private boolean follow;

  @Option(names = "--json", description = "Prints a JSON object per event.")
  private boolean json;

  @Mixin private InstallationOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    try (var installation = options.open()) {
      installation.events(training.id(installation.trainings()), follow, this::print);
      return 0;
    }
  }

  private void print(JsonNode event) {
    var type = event.path("type").asText();
    if (type.equals("progress")) {
      return;
    }
    var out = command.commandLine().getOut();
    out.println(json ? event.toString() : "%s  %s".formatted(time(event), text(type, event)));
  }

  private static String time(JsonNode event) {
    return event.path("time").asText().replaceAll("\\..*", "Z");
  }

  private static String text(String type, JsonNode event) {
    return switch (type) {
      case "started" -> ProgressLines.started(event);
      case "epoch" -> ProgressLines.text(event);
      case "failed" -> type + ": " + event.path("failure").asText();
      case "succeeded" ->
          "%s: %s:%d%s"
              .formatted(
                  type,
                  event.path("model").path("name").asText(),
                  event.path("model").path("version").asInt(),
                  event.has("test") ? ", test " + Figures.line(event.path("test")) : "");
      default -> type;
    };
  }
}
