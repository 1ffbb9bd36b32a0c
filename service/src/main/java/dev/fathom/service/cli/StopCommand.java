package dev.fathom.service.cli;

import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Ends a service of this machine, as Ctrl-C in its terminal does. */
@Command(
    description =
        "Stops the service that owns the data directory. Its training is interrupted at "
            + "the end of a step, and can be resumed.",
    footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} stop --data /var/lib/fathom"})
final class StopCommand implements Callable<Integer> {

  private static final int MOST_SECONDS = 30;

  @Mixin private DataOption data;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    var directory = data.read().data();
    var owner =
        DataDirectory.owner(directory)
            .orElseThrow(
                () -> new CommandException("no service owns the data directory " + directory));
    if (owner.url().isEmpty()) {
      throw new CommandException(
          "process %d owns %s, which is no service: it trains, or a service that is about to start"
              .formatted(owner.pid(), directory));
    }
    var process =
        ProcessHandle.of(owner.pid())
            .filter(StopCommand::isFathom)
            .orElseThrow(
                () ->
                    new CommandException(
                        "the service at %s is not a process of this machine or container, or of another user: stop it there"
                            .formatted(owner.url())));
    if (!process.destroy()) {
      throw new CommandException(
          "process %d, serving %s, cannot be ended by you".formatted(owner.pid(), owner.url()));
    }
    await(process, owner);
    command.commandLine().getOut().println("stopped " + owner.url());
    return 0;
  }

  /** A number of a process may be another's, where the directory is shared by containers. */
  private static boolean isFathom(ProcessHandle process) {
    var file = process.info().command().orElse("").replaceAll(".*/", "");
    return file.equals("java") || file.startsWith("fathom");
  }

  private static void await(ProcessHandle process, DataDirectory.Owner owner) {
    try {
      process.onExit().get(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new CommandException(
          "process %d, serving %s, has not ended for %d seconds"
              .formatted(owner.pid(), owner.url(), MOST_SECONDS));
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
