package dev.fathom.service.cli;

import dev.fathom.service.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the samples that travel in this file. */
@Command(
    description = {
      "Writes the samples, specs with the data that they learn from (16 MB), and lists them.",
      "Files that are there stay as they are."
    },
    footer = {
      "",
      "Example:",
      "  ${ROOT-COMMAND-NAME} samples && ${ROOT-COMMAND-NAME} train samples/mnist/lenet.json"
    })
final class SamplesCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      defaultValue = "samples",
      description = "Folder that they are written to (default: samples).")
  private Path folder;

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    Samples.write(folder).forEach(command.commandLine().getOut()::println);
    return 0;
  }
}
