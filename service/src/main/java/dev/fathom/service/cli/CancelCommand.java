package dev.fathom.service.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Ends a training before its time. */
@Command(
    description =
        "Ends a training that runs or waits. Its newest checkpoint stays, from which it "
            + "can be resumed.",
    footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} cancel lenet"})
final class CancelCommand implements Callable<Integer> {

  @Mixin private TrainingReference training;
  @Mixin private InstallationOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    try (var installation = options.open()) {
      var id = training.idOfAlive(installation.trainings());
      installation.cancel(id);
      command.commandLine().getOut().println("cancelled " + id);
      return 0;
    }
  }
}
