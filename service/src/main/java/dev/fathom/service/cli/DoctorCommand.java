package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells all that a bug report needs. */
@Command(
    description =
        "Tells what matters in a bug report: version, JVM and its flags, machine, memory, "
            + "data directory, plugins, and every backend: opened, tested and timed. Exit code "
            + "1 if none works.",
    footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} doctor --json"})
final class DoctorCommand implements Callable<Integer> {

  @Option(names = "--json", description = "Prints JSON; fields that have no value are null.")
  private boolean json;

  @Mixin private LocalOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    var out = command.commandLine().getOut();
    var facts = new Facts(options).all();
    if (json) {
      out.println(facts.toPrettyString());
    } else {
      print(facts, "", out);
    }
    return facts.path("backends").path("chosen").isObject() ? 0 : 1;
  }

  private static void print(ObjectNode facts, String indent, PrintWriter out) {
    for (var fact : facts.properties()) {
      var name = fact.getKey();
      switch (fact.getValue()) {
        case ObjectNode inner -> {
          out.println(indent + name + ":");
          print(inner, indent + "  ", out);
        }
        case JsonNode list when list.isArray() -> {
          out.println(indent + name + ":" + (list.isEmpty() ? " none" : ""));
          for (var item : list) {
            print(item, indent + "  ", out);
          }
        }
        case JsonNode value when value.isNull() -> {}
        case JsonNode value -> out.println(indent + label(name) + ": " + text(name, value));
      }
    }
  }

  /** Prints an item of a list; its first field is its title. */
  private static void print(JsonNode item, String indent, PrintWriter out) {
    if (!(item instanceof ObjectNode object)) {
      out.println(indent + "- " + item.asText());
      return;
    }
    var title = object.properties().iterator().next();
    out.println(indent + "- " + text(title.getKey(), title.getValue()));
    print(object.deepCopy().without(title.getKey()), indent + "  ", out);
  }

  private static String label(String name) {
    return name.replaceFirst("(?<=.)(Bytes|Millis)$", "");
  }

  private static String text(String name, JsonNode value) {
    if (value.isBoolean()) {
      return value.asBoolean() ? "yes" : "no";
    }
    if (name.endsWith("Bytes")) {
      return "%,d MB".formatted(value.asLong() / 1_000_000);
    }
    if (name.endsWith("Millis")) {
      return String.format(Locale.ROOT, "%.1f ms", value.asDouble());
    }
    return value.asText();
  }
}
