package dev.fathom.service.cli;

import dev.fathom.json.Nearest;
import dev.fathom.json.SpecException;
import dev.fathom.nn.Graph;
import dev.fathom.nn.LayerException;
import dev.fathom.service.FathomConfig;
import dev.fathom.service.bench.Comparison;
import dev.fathom.service.bench.Profile;
import dev.fathom.service.bench.Workload;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
      "Times a workload and prints the median; of several, of all, or with a peer, a table in Markdown.",
      "Workloads: " + Workload.NAMES + ".",
      "Of a spec the training step is timed, on its own data, or with --shape on random ones.",
      "A peer is a command that takes WORKLOAD --threads N --seconds S and prints a line as Fathom does."
    },
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} bench lenet --threads 1 --seconds 10",
      "  ${ROOT-COMMAND-NAME} bench resnet18 --profile",
      "  ${ROOT-COMMAND-NAME} bench my.json --shape 3x64x64 --infer 32",
      "  ${ROOT-COMMAND-NAME} bench --all --threads 1 --peer 'python3 pytorch.py'"
    })
final class BenchCommand implements Callable<Integer> {

  private static final List<String> SOME =
      List.of("gemm1024", "mlp", "lenet", "lstm", "infer-mlp-1", "infer-lenet-1", "infer-lenet-32");

  private static final Pattern SHAPE =
      Pattern.compile("(?:([A-Za-z0-9_-]+)=)?([1-9]\\d{0,8}(?:x[1-9]\\d{0,8})*)");

  @Parameters(paramLabel = "WORKLOAD", arity = "0..*", description = "What to time.")
  private List<String> workloads = List.of();

  @Option(names = "--all", description = "Times all those of the table in benchmarks/README.md.")
  private boolean all;

  @Option(
      names = "--peer",
      paramLabel = "COMMAND",
      description = "Runs this in turn with Fathom, and compares; may be given several times.")
  private List<String> peers = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "How often a table's workloads are run, each in a process of its own (default: 3).")
  private int rounds;

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
  public Integer call() throws IOException, InterruptedException {
    if (!(seconds > 0 && seconds <= 3600)) {
      throw new CommandException("expected --seconds above 0, at most 3600, but got " + seconds);
    }
    if (rounds < 1) {
      throw new CommandException("expected --rounds of 1 or more but got " + rounds);
    }
    if (all != workloads.isEmpty()) {
      throw new CommandException("expected a workload, or --all");
    }
    if (all || workloads.size() > 1 || !peers.isEmpty()) {
      table();
    } else {
      time(workloads.getFirst());
    }
    return 0;
  }

  private void time(String workload) throws IOException {
    if (threads != null) {
      System.setProperty("fathom.threads", threads.toString());
    }
    var config = options.config();
    var timed = timed(workload);
    var selection = LocalOptions.select(config);
    var out = command.commandLine().getOut();
    try (var _ = selection.backend()) {
      if (profile) {
        out.println(Profile.of(timed, selection, seconds).table().strip());
        return;
      }
      double rate = timed.measure(selection, seconds);
      out.printf(
          Locale.ROOT,
          "%s %.1f %s (%d threads, %s)%n",
          workload,
          rate,
          timed.unit(),
          threads(config),
          selection.name());
    }
  }

  private static int threads(FathomConfig config) {
    return config.threads().orElse(Runtime.getRuntime().availableProcessors());
  }

  private void table() throws IOException, InterruptedException {
    if (profile || infer != null || !shapes.isEmpty()) {
      throw new CommandException("--profile, --shape and --infer take one workload and no peer");
    }
    var named = all ? Workload.ALL : workloads;
    for (var workload : named) {
      timed(workload); // An unknown one is told before an hour has passed.
    }
    int used = threads == null ? threads(options.read()) : threads;
    var common =
        List.of("--threads", Integer.toString(used), "--seconds", Double.toString(seconds));
    var comparison =
        new Comparison(
            self(common),
            peers.stream().map(peer -> with(List.of(peer.strip().split("\\s+")), common)).toList(),
            rounds);
    var out = command.commandLine().getOut();
    out.printf(
        "%s, %d of %d threads, medians of %d runs in turn%n%n%s%n",
        Processor.name(),
        used,
        Runtime.getRuntime().availableProcessors(),
        rounds,
        Comparison.HEAD);
    for (var workload : named) {
      out.println(comparison.of(workload).markdown());
      out.flush(); // Each row takes its time.
    }
  }

  /** {@return the command that runs this one with one workload, to which that is appended} */
  private List<String> self(List<String> common) {
    var process = ProcessHandle.current().info();
    var arguments = List.of(process.arguments().orElse(new String[0]));
    int bench = arguments.indexOf(command.name());
    if (process.command().isEmpty() || bench < 0) {
      throw new CommandException("the system does not tell the command of this process");
    }
    List<String> self = new ArrayList<>(List.of(process.command().get()));
    self.addAll(arguments.subList(0, bench + 1));
    self.addAll(options.words());
    return with(self, common);
  }

  /** {@return a command; the workload comes before the options, as a peer may want it} */
  private static List<String> with(List<String> command, List<String> options) {
    return Stream.of(command, List.of(Comparison.WORKLOAD), options).flatMap(List::stream).toList();
  }

  private Workload timed(String workload) throws IOException {
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
