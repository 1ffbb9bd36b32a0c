package dev.fathom.service.cli;

import dev.fathom.json.Nearest;
import dev.fathom.json.SpecException;
import dev.fathom.nn.Graph;
import dev.fathom.nn.LayerException;
import dev.fathom.service.bench.Profile;
import dev.fathom.service.bench.Workload;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Times a workload. */
@Command(
    description = {
      "Times a workload and prints the median.",
      "Workloads: " + Workload.NAMES + ".",
      "Of a spec the training step is timed, on its own data, or with --shape on random ones."
    },
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} bench lenet --threads 1 --seconds 10",
      "  ${ROOT-COMMAND-NAME} bench resnet18 --profile",
      "  ${ROOT-COMMAND-NAME} bench my.json --shape 3x64x64 --infer 32"
    })
final class BenchCommand implements Callable<Integer> {

  private static final List<String> SOME =
      List.of("gemm1024", "mlp", "lenet", "lstm", "infer-mlp-1", "infer-lenet-1", "infer-lenet-32");

  private static final Pattern SHAPE =
      Pattern.compile("(?:([A-Za-z0-9_-]+)=)?([1-9]\\d{0,8}(?:x[1-9]\\d{0,8})*)");

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

  @Option(
      names = "--shape",
      paramLabel = "[INPUT=]3x32x32",
      description = "Shape of an example of a spec's input, which gets random data.")
  private List<String> shapes = List.of();

  @Option(
      names = "--infer",
      paramLabel = "B",
      description = "Times the forward pass of a spec with B examples, not the training step.")
  private Integer infer;

  @Option(names = "--profile", description = "Prints where the time goes, kernel by kernel.")
  private boolean profile;

  @Mixin private LocalOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    if (!(seconds > 0 && seconds <= 3600)) {
      throw new CommandException("expected --seconds above 0, at most 3600, but got " + seconds);
    }
    if (threads != null) {
      System.setProperty("fathom.threads", threads.toString());
    }
    var config = options.config();
    var timed = timed();
    var selection = LocalOptions.select(config);
    try (var _ = selection.backend()) {
      if (profile) {
        var table = Profile.of(timed, selection, seconds).table();
        command.commandLine().getOut().println(table.strip());
        return 0;
      }
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

  private Workload timed() throws IOException {
    boolean isFile = workload.endsWith(".json");
    if (!isFile && (infer != null || !shapes.isEmpty())) {
      throw new CommandException("--shape and --infer belong to the file of a spec");
    }
    if (!isFile) {
      return workload(workload);
    }
    var file = Path.of(workload);
    if (!Files.isRegularFile(file)) {
      throw new CommandException("there is no file " + file);
    }
    if (infer != null && infer < 1) {
      throw new CommandException("--infer takes 1 or more but got " + infer);
    }
    try {
      return Workload.of(
          file, shapes(), infer == null ? OptionalInt.empty() : OptionalInt.of(infer));
    } catch (SpecException | LayerException e) {
      throw new CommandException(file + ": " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private Map<String, Shape> shapes() {
    var all = new LinkedHashMap<String, Shape>();
    for (var text : shapes) {
      var parts = SHAPE.matcher(text);
      if (!parts.matches()) {
        throw new CommandException(
            "--shape takes sizes like 3x32x32, or image=3x32x32, but got '%s'".formatted(text));
      }
      var name = parts.group(1) == null ? Graph.INPUT : parts.group(1);
      var sizes = Stream.of(parts.group(2).split("x")).mapToLong(Long::parseLong).toArray();
      all.put(name, Shape.of(sizes));
    }
    return all;
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
