package dev.fathom.service.cli;

import dev.fathom.device.Backends;
import dev.fathom.spi.conformance.ConformanceCases;
import dev.fathom.spi.conformance.ConformanceReport;
import dev.fathom.spi.conformance.ConformanceReport.Outcome;
import dev.fathom.spi.conformance.ConformanceRunner;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the backends, and checks whether the chosen one computes right. */
@Command(
    description = "Lists the backends that were found: chosen, available, or refused and why.",
    footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} backends --check"})
final class BackendsCommand implements Callable<Integer> {

  @Mixin private LocalOptions options;

  @Option(
      names = "--check",
      description = "Runs every conformance case on the chosen backend; exit code 1 if one fails.")
  private boolean check;

  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    var out = command.commandLine().getOut();
    var selection = LocalOptions.select(options.config());
    try (var _ = selection.backend()) {
      for (var candidate : selection.candidates()) {
        out.println(line(candidate, selection.name()));
      }
      return check ? check(selection, out) : 0;
    }
  }

  private static String line(Backends.Candidate candidate, String chosen) {
    if (candidate.refusal().isPresent()) {
      return "%s: refused: %s".formatted(candidate.name(), candidate.refusal().get());
    }
    List<String> devices = new ArrayList<>();
    for (var device : candidate.devices()) {
      devices.add(
          "%d %s, %,d MB"
              .formatted(device.index(), device.name(), device.memoryBytes() / 1_000_000));
    }
    return "%s: %s: %s%s"
        .formatted(
            candidate.name(),
            candidate.name().equals(chosen) ? "chosen" : "available",
            String.join("; ", devices),
            candidate.note().map(note -> " (" + note + ")").orElse(""));
  }

  private static int check(Backends.Selection selection, PrintWriter out) {
    var runner = new ConformanceRunner(selection.backend());
    Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
    for (var conformanceCase : ConformanceCases.all()) {
      ConformanceReport report = runner.run(conformanceCase);
      counts.merge(report.outcome(), 1, Integer::sum);
      if (report.outcome() == Outcome.FAILED) {
        out.println(report);
      }
    }
    out.printf(
        "%s: %d cases passed, %d declined, %d failed%n",
        selection.name(),
        counts.getOrDefault(Outcome.PASSED, 0),
        counts.getOrDefault(Outcome.DECLINED, 0),
        counts.getOrDefault(Outcome.FAILED, 0));
    return counts.containsKey(Outcome.FAILED) ? 1 : 0;
  }
}
