package dev.fathom.service.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Serves until it is stopped. */
@Command(
    description = "Starts the service and stays up until it is stopped (Ctrl-C).",
    footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} serve --port 9000 --data /var/lib/fathom"})
final class ServeCommand implements Callable<Integer> {

  @Mixin private ServerOptions options;

  @Override
  public Integer call() {
    options.apply();
    return Server.run(Server.UntilStopped.class);
  }
}
