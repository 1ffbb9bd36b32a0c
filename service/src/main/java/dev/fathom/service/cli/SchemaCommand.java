package dev.fathom.service.cli;

import dev.fathom.spec.SpecSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the JSON Schema of a spec. */
@Command(
    description = {
      "Prints the JSON Schema of a spec, by which an editor checks and completes one.",
      "A spec that says \"$schema\": \"spec.schema.json\" is checked by that file."
    },
    footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} schema > spec.schema.json"})
final class SchemaCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    new LocalOptions().config().loadPlugins(); // Extensions have types too.
    command.commandLine().getOut().println(SpecSchema.json().toPrettyString());
    return 0;
  }
}
