package dev.fathom.service.cli;

import dev.fathom.model.Nearest;
import dev.fathom.service.Version;
import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Where the process starts. Only a command that serves starts Quarkus, so that every other one
 * answers at once. Without arguments the jar (and the native binary) serves.
 *
 * <p>Exit codes: 0 success, 1 an error of Fathom's, 2 an error of the caller's, told in one
 * sentence.
 */
@QuarkusMain
@Command(
    name = "fathom",
    description = "Deep learning on the JVM.",
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      TrainCommand.class,
      PredictCommand.class,
      ForecastCommand.class,
      GenerateCommand.class,
      BackendsCommand.class,
      DoctorCommand.class,
      BenchCommand.class,
      CoverageCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionLine.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example: fathom serve --port 9000"})
public final class Main {

  /** Runs the command that {@code args} name, then exits. */
  public static void main(String... args) {
    System.exit(commandLine().execute(args.length == 0 ? new String[] {"serve"} : args));
  }

  static CommandLine commandLine() {
    var commandLine = new CommandLine(new Main());
    for (var subcommand : commandLine.getSubcommands().values()) {
      subcommand.getCommandSpec().mixinStandardHelpOptions(true);
    }
    return commandLine
        .setParameterExceptionHandler((e, args) -> refuse(e.getCommandLine(), sentence(e)))
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              if (e instanceof CommandException) {
                return refuse(command, e.getMessage());
              }
              throw e;
            });
  }

  private static int refuse(CommandLine command, String sentence) {
    command.getErr().println("fathom: " + sentence);
    return CommandLine.ExitCode.USAGE;
  }

  private static String sentence(ParameterException e) {
    var command = e.getCommandLine().getCommandSpec();
    var help = "; see " + command.qualifiedName() + " --help";
    if (e instanceof UnmatchedArgumentException unmatched) {
      var what = unmatched.getUnmatched().getFirst();
      var option = unmatched.isUnknownOption();
      var known = option ? command.optionsMap().keySet() : command.subcommands().keySet();
      var kind = option ? "option" : known.isEmpty() ? "argument" : "command";
      return "unknown %s %s".formatted(kind, what)
          + Nearest.to(what, known).map(near -> ", did you mean " + near + "?").orElse(help);
    }
    var message = e.getMessage();
    return Character.toLowerCase(message.charAt(0)) + message.substring(1) + help;
  }

  /** Tells the version that the build wrote down. */
  static final class VersionLine implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"fathom " + Version.TEXT};
    }
  }
}
