package dev.fathom.service.soak;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.service.Packaged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;

/** What a process holds, over time. */
final class Vitals {

  private static final Pattern HEAP = Pattern.compile("used (\\d+)K");

  private final List<Sample> samples = new ArrayList<>();
  private final long begin = System.nanoTime();

  /**
   * A moment.
   *
   * @param heapBytes after a collection
   */
  private record Sample(
      double minute,
      long heapBytes,
      long residentBytes,
      long openFiles,
      long threads,
      long metricsLines) {}

  /** A figure, and how much more it may be at the end than when all was warm. */
  private enum Figure {
    HEAP("heap MB", sample -> sample.heapBytes() >> 20, 1.15, 8),
    RESIDENT("resident MB", sample -> sample.residentBytes() >> 20, 1.15, 32),
    FILES("open files", Sample::openFiles, 1, 12),
    THREADS("threads", Sample::threads, 1, 12),
    METRICS("lines of /metrics", Sample::metricsLines, 1, 60);

    private final String label;
    private final ToLongFunction<Sample> value;
    private final double factor;
    private final long more;

    Figure(String label, ToLongFunction<Sample> value, double factor, long more) {
      this.label = label;
      this.value = value;
      this.factor = factor;
      this.more = more;
    }
  }

  /** Takes a sample of a service on Linux that has these metrics. */
  void sample(Packaged service, String metrics) throws IOException, InterruptedException {
    service.jcmd("GC.run");
    var heap = HEAP.matcher(service.jcmd("GC.heap_info"));
    assertTrue(heap.find(), "no heap in jcmd's answer");
    long files;
    try (var list = Files.list(Path.of("/proc/" + service.process.pid() + "/fd"))) {
      files = list.count();
    }
    samples.add(
        new Sample(
            (System.nanoTime() - begin) / 60e9,
            Long.parseLong(heap.group(1)) << 10,
            service.residentBytes(),
            files,
            service.threads(),
            metrics.lines().count()));
  }

  /** {@return a table in Markdown, of at most a dozen moments} */
  String table() {
    var table = new StringBuilder("| minute |");
    for (var figure : Figure.values()) {
      table.append(' ').append(figure.label).append(" |");
    }
    table.append("\n|---|").append("---|".repeat(Figure.values().length)).append('\n');
    int step = Math.max(1, samples.size() / 12);
    for (int i = (samples.size() - 1) % step; i < samples.size(); i += step) {
      table.append("| %.1f |".formatted(samples.get(i).minute()));
      for (var figure : Figure.values()) {
        table.append(" %d |".formatted(figure.value.applyAsLong(samples.get(i))));
      }
      table.append('\n');
    }
    return table.toString();
  }

  /** The last quarter must not hold noticeably more than the second. */
  void assertFlat() {
    int quarter = samples.size() / 4;
    assertTrue(quarter > 0, "too few samples");
    for (var figure : Figure.values()) {
      long early = median(figure, samples.subList(quarter, 2 * quarter));
      long late = median(figure, samples.subList(samples.size() - quarter, samples.size()));
      assertTrue(
          late <= early * figure.factor + figure.more,
          () -> "%s grew from %d to %d%n%s".formatted(figure.label, early, late, table()));
    }
  }

  private static long median(Figure figure, List<Sample> samples) {
    return samples.stream().mapToLong(figure.value).sorted().toArray()[samples.size() / 2];
  }
}
