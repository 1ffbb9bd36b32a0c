package dev.fathom.service.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Writes completions for the fish shell, a line for each command and each of its options. */
final class FishCompletion {

  private FishCompletion() {}

  /** {@return the script that completes the commands of {@code root} for a program of this name} */
  static String script(String name, CommandLine root) {
    var script = new StringBuilder();
    root.getSubcommands()
        .forEach(
            (command, line) -> {
              var usage = line.getCommandSpec().usageMessage();
              script.append(
                  "complete -c %s -n __fish_use_subcommand -f -a %s -d %s\n"
                      .formatted(name, command, quoted(String.join(" ", usage.description()))));
              for (var option : line.getCommandSpec().options()) {
                script.append(
                    "complete -c %s -n '__fish_seen_subcommand_from %s'%s\n"
                        .formatted(name, command, words(option)));
              }
              for (var positional : line.getCommandSpec().positionalParameters()) {
                if (positional.completionCandidates() != null) {
                  script.append(
                      "complete -c %s -n '__fish_seen_subcommand_from %s' -f -a '%s'\n"
                          .formatted(
                              name, command, String.join(" ", positional.completionCandidates())));
                }
              }
            });
    return script.toString();
  }

  private static String words(OptionSpec option) {
    var words = new StringBuilder();
    for (var name : option.names()) {
      words.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (option.arity().max() > 0) {
      words.append(" -r");
    }
    return words + " -d " + quoted(String.join(" ", option.description()));
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
