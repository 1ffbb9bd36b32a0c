package dev.fathom.service.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what a shell has to know to complete commands and options. */
@Command(
    description = "Prints a script by which a shell completes commands and options.",
    footer = {
      "",
      "Examples:",
      "  source <(${ROOT-COMMAND-NAME} completion bash)",
      "  ${ROOT-COMMAND-NAME} completion fish | source"
    })
final class CompletionCommand implements Callable<Integer> {

  /** The name that scripts complete, in whatever folder it is called. */
  private static final String NAME = "fathom";

  /** A shell that is known, by the name that is given. */
  @SuppressWarnings("checkstyle:ConstantName")
  enum Shell {
    bash,
    zsh,
    fish
  }

  @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
  private Shell shell;

  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    var all = Main.commandLine().setCommandName(NAME);
    command
        .commandLine()
        .getOut()
        .print(
            switch (shell) {
              case bash, zsh -> AutoComplete.bash(NAME, all);
              case fish -> FishCompletion.script(NAME, all);
            });
    command.commandLine().getOut().flush();
    return 0;
  }
}
