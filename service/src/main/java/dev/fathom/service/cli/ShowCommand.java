package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells of a model what one needs to ask it, and how it was made. */
@Command(
    description = "Tells a model's inputs and outputs, labels, test and spec.",
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} show lenet",
      "  ${ROOT-COMMAND-NAME} show lenet:2 --json"
    })
final class ShowCommand implements Callable<Integer> {

  private static final int LABEL = 12;

  @Mixin private ModelReference model;

  @Option(names = "--json", description = "Prints everything, the whole spec too, as JSON.")
  private boolean json;

  @Mixin private InstallationOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    try (var installation = options.open()) {
      var version = model.find(installation.versions(model.name()));
      if (json) {
        var named = JsonNodeFactory.instance.objectNode().put("name", model.name());
        version.properties().forEach(field -> named.set(field.getKey(), field.getValue()));
        say(named.toPrettyString());
        return 0;
      }
      if (version.has("error")) {
        throw new CommandException(version.path("error").asText());
      }
      say(model.name() + ":" + version.path("version").asInt());
      tell(version);
      return 0;
    }
  }

  private void tell(JsonNode version) {
    var published = version.path("published").asText();
    line(
        "published",
        "%s, %s".formatted(published.replaceAll("\\..*", "Z"), Quantity.ago(published)));
    line("size", Quantity.bytes(version.path("bytes").asLong()));
    version.path("inputs").forEach(port -> line("input", port(port)));
    version.path("outputs").forEach(port -> line("output", port(port)));
    line("features", joined(version.path("features")));
    line("labels", joined(version.path("labels")));
    line("task", version.path("task").path("type").asText());
    var metrics = version.path("metrics");
    line("test", Figures.line(metrics.path("test")));
    if (metrics.has("steps")) {
      line(
          "trained",
          "%d epochs, %,d steps"
              .formatted(metrics.path("epochs").asLong(), metrics.path("steps").asLong()));
    }
    var imported = version.path("pretrained");
    if (imported.isObject()) {
      line(
          "imported",
          "%s, texts of up to %d tokens"
              .formatted(
                  imported.path("config").path("model_type").asText(),
                  imported.path("context").asLong()));
    }
    spec(version.path("spec"));
  }

  private void spec(JsonNode spec) {
    line("layers", layers(spec.path("model")));
    var training = spec.path("training");
    var optimizer = training.path("optimizer");
    if (optimizer.has("type")) {
      line(
          "training",
          "%s %s, batches of %d, loss %s"
              .formatted(
                  optimizer.path("type").asText(),
                  optimizer.path("learningRate").asText(),
                  training.path("batchSize").asLong(),
                  training.path("loss").asText()));
    }
    var data = spec.path("data");
    line(
        "data",
        List.of("dataset", "train", "target").stream()
            .filter(key -> data.path(key).isTextual())
            .map(key -> key + " " + data.path(key).asText())
            .collect(Collectors.joining(", ")));
  }

  private static String port(JsonNode port) {
    return "%s: %s %s"
        .formatted(port.path("name").asText(), port.path("dtype").asText(), port.path("shape"))
        .replace(",", ", ");
  }

  private static String layers(JsonNode model) {
    return model.isTextual()
        ? model.asText()
        : StreamSupport.stream(model.spliterator(), false)
            .map(layer -> layer.path("type").asText())
            .collect(Collectors.joining(", "));
  }

  private static String joined(JsonNode texts) {
    return StreamSupport.stream(texts.spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.joining(", "));
  }

  /** Prints a text behind its label, in lines that fit; nothing where there is no text. */
  private void line(String label, String text) {
    var head = label;
    for (var part : wrapped(text, TextTable.LINE - LABEL)) {
      say("%-12s%s".formatted(head, part));
      head = "";
    }
  }

  private static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    var rest = text;
    while (rest.length() > width) {
      int space = rest.lastIndexOf(' ', width);
      int end = space > 0 ? space : width;
      lines.add(rest.substring(0, end));
      rest = rest.substring(end).stripLeading();
    }
    if (!rest.isEmpty()) {
      lines.add(rest);
    }
    return lines;
  }

  private void say(String text) {
    command.commandLine().getOut().println(text);
  }
}
