package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists what was trained, or what to train on. */
@Command(
    description = "Lists the trained models, a version a line.",
    footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} list"})
final class ListCommand implements Callable<Integer> {

  @Option(names = "--datasets", description = "Lists the datasets instead.")
  private boolean datasets;

  @Option(names = "--json", description = "Prints a JSON array.")
  private boolean json;

  @Mixin private InstallationOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    try (var installation = options.open()) {
      var items = datasets ? installation.datasets() : versions(installation);
      if (json) {
        say(JsonNodeFactory.instance.arrayNode().addAll(items).toPrettyString());
      } else {
        (datasets ? datasets(items) : models(items)).lines().forEach(this::say);
      }
      return 0;
    }
  }

  private static List<JsonNode> versions(Installation installation) {
    List<JsonNode> all = new ArrayList<>();
    for (var name : installation.models()) {
      for (var version : installation.versions(name)) {
        ObjectNode named = JsonNodeFactory.instance.objectNode().put("name", name);
        version.properties().forEach(field -> named.set(field.getKey(), field.getValue()));
        all.add(named.without(List.of("spec", "task")));
      }
    }
    return all;
  }

  private static TextTable models(List<JsonNode> versions) {
    var table = new TextTable("MODEL", "SIZE", "PUBLISHED", "TEST");
    for (var version : versions) {
      var name = version.path("name").asText() + ":" + version.path("version").asInt();
      if (version.has("error")) {
        table.add(name, "", "", version.path("error").asText());
      } else {
        table.add(
            name,
            Quantity.bytes(version.path("bytes").asLong()),
            Quantity.ago(version.path("published").asText()),
            Figures.headline(version.path("metrics").path("test")));
      }
    }
    return table;
  }

  private static TextTable datasets(List<JsonNode> datasets) {
    var table = new TextTable("DATASET", "SIZE", "FILES", "SOURCE");
    for (var dataset : datasets) {
      table.add(
          dataset.path("name").asText(),
          Quantity.bytes(dataset.path("bytes").asLong()),
          Integer.toString(dataset.path("files").size()),
          dataset.path("error").asText(dataset.path("source").asText()));
    }
    return table;
  }

  private void say(String text) {
    command.commandLine().getOut().println(text);
  }
}
