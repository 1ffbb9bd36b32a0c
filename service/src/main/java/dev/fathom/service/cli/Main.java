package dev.fathom.service.cli;

import dev.fathom.error.FathomException;
import dev.fathom.json.Nearest;
import dev.fathom.service.Refusal;
import dev.fathom.service.Version;
import dev.fathom.spi.BackendException;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Where the process starts. Only a command that serves starts Quarkus, so that every other one
 * answers at once. Without arguments the commands are listed.
 *
 * <p>Exit codes: 0 success, 1 an error of Fathom's, 2 an error of the caller's, told in one
 * sentence.
 */
@QuarkusMain
@Command(
    name = "fathom",
    description = "Deep learning on the JVM.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionLine.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} serve --port 9000"})
public final class Main {

  private static final List<Class<?>> COMMANDS =
      List.of(
          DemoCommand.class,
          ServeCommand.class,
          SamplesCommand.class,
          TrainCommand.class,
          FitCommand.class,
          ImportCommand.class,
          ExportCommand.class,
          PredictCommand.class,
          ForecastCommand.class,
          GenerateCommand.class,
          ChatCommand.class,
          SimilarCommand.class,
          TranslateCommand.class,
          ListCommand.class,
          ShowCommand.class,
          PsCommand.class,
          LogsCommand.class,
          CancelCommand.class,
          RmCommand.class,
          StopCommand.class,
          SchemaCommand.class,
          BackendsCommand.class,
          DoctorCommand.class,
          BenchCommand.class,
          CoverageCommand.class,
          CompletionCommand.class);

  /** How the launcher was called, for help that can be pasted; it sets this variable. */
  private static final String CALLED = "FATHOM_COMMAND";

  /** Runs the command that {@code args} name, then exits. */
  public static void main(String... args) {
    var given = args.length == 0 ? new String[] {"--help"} : args;
    var commandLine =
        commandLine(read(given[0]))
            .setOut(TextEncoding.writer(System.out))
            .setErr(TextEncoding.writer(System.err));
    var unreadable = TextEncoding.refusal(args);
    System.exit(
        unreadable.isPresent()
            ? refuse(commandLine, unreadable.get())
            : commandLine.execute(given));
  }

  /**
   * {@return the commands that are needed to run arguments with this first one} Reading a command
   * by reflection is much of a native binary's start, so no others are read.
   */
  private static List<Class<?>> read(String first) {
    return switch (first) {
      case "--version", "-V" -> List.of();
      default -> {
        var named = COMMANDS.stream().filter(type -> name(type).equals(first)).toList();
        yield named.isEmpty() ? COMMANDS : named;
      }
    };
  }

  /**
   * {@return the name of a command: that of its class without "Command"} Reading an annotation
   * would cost time at start.
   */
  private static String name(Class<?> command) {
    return command.getSimpleName().replace("Command", "").toLowerCase(Locale.ROOT);
  }

  static CommandLine commandLine() {
    return commandLine(COMMANDS);
  }

  private static CommandLine commandLine(List<Class<?>> commands) {
    var commandLine =
        new CommandLine(new Main()).setCommandName(System.getenv().getOrDefault(CALLED, "fathom"));
    commands.forEach(type -> commandLine.addSubcommand(name(type), type));
    for (var subcommand : commandLine.getSubcommands().values()) {
      subcommand.getCommandSpec().mixinStandardHelpOptions(true);
    }
    return commandLine
        .setParameterExceptionHandler((e, args) -> refuse(e.getCommandLine(), sentence(e)))
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              var sentence = mendable(e);
              if (sentence.isEmpty()) {
                throw e;
              }
              return refuse(command, sentence.get());
            });
  }

  /**
   * {@return the sentence of an error that the caller can mend; empty for others, which are printed
   * with their stack trace}
   */
  private static Optional<String> mendable(Exception e) {
    return switch (e) {
      case CommandException _, FathomException _, BackendException _, Refusal _ ->
          Optional.of(e.getMessage());
      case UncheckedIOException wrapped -> mendable(wrapped.getCause());
      case InvalidPathException path -> Optional.of(TextEncoding.refusal(path));
      case NoSuchFileException missing -> Optional.of("there is no file " + missing.getFile());
      case AccessDeniedException closed -> Optional.of("there is no access to " + closed.getFile());
      case FileSystemException file -> Optional.of(file.getMessage());
      // The library's messages about arguments, [operation] expected X but got Y, are written for
      // callers.
      case IllegalArgumentException _
          when e.getMessage() != null && e.getMessage().startsWith("[") ->
          Optional.of(e.getMessage());
      default -> Optional.empty();
    };
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
          + (option ? Nearest.to(what, known) : Synonyms.of(what, known))
              .map(near -> ", did you mean " + near + "?")
              .orElse(help);
    }
    var message = e.getMessage();
    return Character.toLowerCase(message.charAt(0)) + message.substring(1) + help;
  }

  /** Prints the version that the build wrote down. */
  static final class VersionLine implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"fathom " + Version.TEXT};
    }
  }
}
