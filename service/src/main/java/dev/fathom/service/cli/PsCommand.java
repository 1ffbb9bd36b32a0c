package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists what is going on. */
@Command(
    description = "Lists the trainings that run or wait, and the models that are open.",
    footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} ps --all"})
final class PsCommand implements Callable<Integer> {

  @Option(
      names = {"-a", "--all"},
      description = "Lists the trainings that have ended too.")
  private boolean all;

  @Option(names = "--json", description = "Prints the trainings as a JSON array.")
  private boolean json;

  @Mixin private InstallationOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    try (var installation = options.open()) {
      var trainings = installation.trainings().stream().filter(job -> all || isAlive(job)).toList();
      if (json) {
        say(JsonNodeFactory.instance.arrayNode().addAll(trainings).toPrettyString());
        return 0;
      }
      table(trainings).lines().forEach(this::say);
      var open = installation.openModels();
      if (!open.isEmpty()) {
        say(
            "Open models: "
                + open.stream()
                    .map(each -> each.path("name").asText() + ":" + each.path("version").asText())
                    .collect(Collectors.joining(", ")));
      }
      return 0;
    }
  }

  /** {@return whether a training runs or waits} */
  static boolean isAlive(JsonNode job) {
    return List.of("running", "queued").contains(job.path("state").asText());
  }

  private static TextTable table(List<JsonNode> trainings) {
    var table = new TextTable("TRAINING", "MODEL", "STATE", "PROGRESS");
    for (var job : trainings) {
      table.add(
          job.path("id").asText(),
          job.path("name").asText(),
          job.path("state").asText(),
          progress(job));
    }
    return table;
  }

  private static String progress(JsonNode job) {
    if (job.has("failure")) {
      return job.path("failure").asText();
    }
    if (job.has("model")) {
      return "version " + job.path("model").path("version").asInt();
    }
    var progress = job.path("progress");
    long steps = job.path("plan").path("steps").asLong();
    if (steps == 0 || progress.isMissingNode()) {
      return "";
    }
    long left = Math.round(progress.path("secondsLeft").asDouble());
    var share = "%d %%".formatted(100 * progress.path("step").asLong() / steps);
    return job.path("state").asText().equals("running")
        ? share + ", %d:%02d left".formatted(left / 60, left % 60)
        : share;
  }

  private void say(String text) {
    command.commandLine().getOut().println(text);
  }
}
