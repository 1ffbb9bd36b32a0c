package dev.fathom.service.cli;

import dev.fathom.json.Nearest;
import dev.fathom.service.bench.Workload;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Times a workload. */
@Command(
    description = {
      "Times a workload on random data and prints the median.",
      "Workloads: " + Workload.NAMES + "."
    },
    footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} bench lenet --threads 1 --seconds 10"})
final class BenchCommand implements Callable<Integer> {

  private static final List<String> SOME =
      List.of("gemm1024", "mlp", "lenet", "lstm", "infer-mlp-1", "infer-lenet-1", "infer-lenet-32");

  @Parameters(paramLabel = "WORKLOAD", description = "What to time.")
  private String workload;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute (default: as many as there are processors).")
  private Integer threads;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "5",
      description = "How long to time, after the warm-up (default: 5).")
  private double seconds;

  @Mixin private LocalOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    var timed = workload(workload);
    if (!(seconds > 0 && seconds <= 3600)) {
      throw new CommandException("expected --seconds above 0, at most 3600, but got " + seconds);
    }
    if (threads != null) {
      System.setProperty("fathom.threads", threads.toString());
    }
    var config = options.config();
    var selection = LocalOptions.select(config);
    try (var _ = selection.backend()) {
      double rate = timed.measure(selection, seconds);
      command
          .commandLine()
          .getOut()
          .printf(
              Locale.ROOT,
              "%s %.1f %s (%d threads, %s)%n",
              workload,
              rate,
              timed.unit(),
              config.threads().orElse(Runtime.getRuntime().availableProcessors()),
              selection.name());
    }
    return 0;
  }

  static Workload workload(String name) {
    return Workload.named(name)
        .orElseThrow(
            () ->
                new CommandException(
                    "unknown workload "
                        + name
                        + Nearest.to(name, SOME)
                            .map(near -> ", did you mean " + near + "?")
                            .orElse("; there are " + Workload.NAMES)));
  }
}
