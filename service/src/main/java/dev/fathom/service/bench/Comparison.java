package dev.fathom.service.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Workloads, each timed in processes of their own, in turn with peers: on a machine that others use
 * only runs in turn can be compared.
 *
 * @param self the command that times a workload here; the name comes where {@link #WORKLOAD} stands
 * @param peers commands of others that take and print the same
 * @param rounds how often each is run
 */
public record Comparison(List<String> self, List<List<String>> peers, int rounds) {

  /** Stands for the name of a workload in a command. */
  public static final String WORKLOAD = "{workload}";

  /** Such as {@code lenet 5210.4 samples/s (1 threads, java)}. */
  private static final Pattern LINE =
      Pattern.compile("(\\S+) (\\d+(?:\\.\\d+)?) (\\S+) \\(\\d+ threads?, (.*)\\)");

  private static final Pattern MOST_MEMORY = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  private static final long BETWEEN_LOOKS_MILLIS = 50;

  /**
   * What a run said.
   *
   * @param who ran it
   * @param megabytes that its process had at most; empty where the system does not tell
   */
  public record Run(String who, double rate, String unit, OptionalDouble megabytes) {}

  /**
   * The medians of a workload.
   *
   * @param peer the fastest one; empty if none knows the workload
   * @param ratio the median of the ratios of runs in turn
   */
  public record Row(String workload, Run self, Optional<Run> peer, OptionalDouble ratio) {

    private static String memory(Run run) {
      return run.megabytes().isPresent()
          ? "%.0f".formatted(run.megabytes().getAsDouble())
          : "not known";
    }

    /** {@return a row of {@link #HEAD}} */
    public String markdown() {
      return "| `%s` | %s | %s | %s | %s | %s | %s |"
          .formatted(
              workload,
              self.unit(),
              figure(self.rate()),
              memory(self),
              peer.map(run -> run.who() + ", " + figure(run.rate())).orElse("none"),
              peer.map(Row::memory).orElse(""),
              ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : "");
    }

    private static String figure(double rate) {
      return String.format(Locale.ROOT, rate < 1000 ? "%.1f" : "%,.0f", rate);
    }
  }

  /** The head of a table in Markdown. */
  public static final String HEAD =
      """
      | workload | unit | Fathom | MB at most | fastest peer | MB at most | Fathom / peer |
      |---|---|---|---|---|---|---|""";

  /**
   * {@return the medians of a workload}
   *
   * @throws IOException if the run here fails
   */
  public Row of(String workload) throws IOException, InterruptedException {
    List<Run> own = new ArrayList<>();
    List<List<Run>> others = peers.stream().map(_ -> (List<Run>) new ArrayList<Run>()).toList();
    for (int round = 0; round < rounds; round++) {
      own.add(
          run(self, workload)
              .orElseThrow(() -> new IOException("[bench] no figure of " + workload + " came")));
      for (int peer = 0; peer < peers.size(); peer++) {
        if (round == others.get(peer).size()) { // It knew the workload until now.
          run(peers.get(peer), workload).ifPresent(others.get(peer)::add);
        }
      }
    }
    var fastest =
        others.stream()
            .filter(runs -> runs.size() == rounds)
            .max(Comparator.comparingDouble(runs -> median(runs).rate()));
    return new Row(
        workload,
        median(own),
        fastest.map(Comparison::median),
        fastest
            .map(runs -> ratio(own, runs))
            .map(OptionalDouble::of)
            .orElse(OptionalDouble.empty()));
  }

  private static double ratio(List<Run> own, List<Run> others) {
    var ratios = new double[own.size()];
    Arrays.setAll(ratios, i -> own.get(i).rate() / others.get(i).rate());
    return Rates.median(ratios);
  }

  private static Run median(List<Run> runs) {
    var first = runs.getFirst();
    var memory =
        runs.stream().map(Run::megabytes).flatMapToDouble(OptionalDouble::stream).toArray();
    return new Run(
        first.who(),
        Rates.median(runs.stream().mapToDouble(Run::rate).toArray()),
        first.unit(),
        memory.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(Rates.median(memory)));
  }

  /** {@return what a command said of a workload; empty if it does not know it} */
  private static Optional<Run> run(List<String> command, String workload)
      throws IOException, InterruptedException {
    var words = command.stream().map(word -> word.equals(WORKLOAD) ? workload : word).toList();
    // To a file: nobody reads while it runs, and a pipe that is full would stop it.
    var said = Files.createTempFile("bench", ".txt");
    var process =
        new ProcessBuilder(words)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(said.toFile())
            .start();
    try {
      var memory = OptionalDouble.empty();
      while (!process.waitFor(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS)) {
        var now = megabytes(process);
        memory = now.isPresent() ? now : memory;
      }
      return read(Files.readString(said), workload, memory);
    } finally {
      process.destroyForcibly();
      Files.delete(said);
    }
  }

  private static Optional<Run> read(String said, String workload, OptionalDouble memory) {
    return said.lines()
        .map(LINE::matcher)
        .filter(line -> line.matches() && line.group(1).equals(workload))
        .map(
            line ->
                new Run(line.group(4), Double.parseDouble(line.group(2)), line.group(3), memory))
        .findFirst();
  }

  private static OptionalDouble megabytes(Process process) {
    try {
      var status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"));
      var most = MOST_MEMORY.matcher(status);
      return most.find()
          ? OptionalDouble.of(Long.parseLong(most.group(1)) / 1000.0)
          : OptionalDouble.empty();
    } catch (IOException gone) {
      return OptionalDouble.empty();
    }
  }
}
