package dev.fathom.service.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that say how fast they are. */
@Timeout(60)
class ComparisonTest {

  @TempDir Path folder;

  /** {@return a command that says one of the rates each time, and knows one workload} */
  private List<String> program(String name, String workload, String... rates) throws IOException {
    var left = Files.write(folder.resolve(name), List.of(rates));
    var script =
        """
        echo of what is installed
        [ "$1" = %s ] || { echo "unknown workload $1" >&2; exit 2; }
        echo "$1 $(head -1 %s) samples/s (1 threads, %s)"
        sed -i 1d %s
        sleep 0.2
        """
            .formatted(workload, left, name, left);
    return List.of("sh", "-c", script, "sh", Comparison.WORKLOAD);
  }

  @Test
  void theRatioIsTheMedianOfTheRatiosOfRunsInTurn() throws Exception {
    var self = program("java", "lenet", "100.0", "300.0", "50.0");
    var slow = program("slow", "lenet", "10", "10", "10");
    var fast = program("fast", "lenet", "200.0", "200.0", "20.0");
    var row = new Comparison(self, List.of(slow, fast), 3).of("lenet");
    assertEquals(100, row.self().rate());
    assertEquals("fast", row.peer().orElseThrow().who());
    assertEquals(200, row.peer().orElseThrow().rate());
    assertEquals(OptionalDouble.of(1.5), row.ratio()); // of 0.5, 1.5, 2.5
    assertTrue(
        row.markdown()
            .matches(
                "\\| `lenet` \\| samples/s \\| 100.0 \\| .* \\| fast, 200.0 \\| .* \\| 1.50 \\|"),
        row.markdown());
    assertEquals(
        Comparison.HEAD.lines().findFirst().orElseThrow().chars().filter(c -> c == '|').count(),
        row.markdown().chars().filter(c -> c == '|').count());
  }

  @Test
  void aPeerThatDoesNotKnowTheWorkloadIsLeftOut() throws Exception {
    var row =
        new Comparison(program("java", "mlp", "7"), List.of(program("other", "lenet")), 1)
            .of("mlp");
    assertTrue(row.peer().isEmpty());
    assertTrue(row.ratio().isEmpty());
    assertTrue(row.markdown().contains("| none |"), row.markdown());
  }

  @Test
  void aPeerMaySayMuch() throws Exception {
    var peer =
        List.of(
            "sh",
            "-c",
            "yes of what is installed | head -n 20000; echo \"$1 2.0 GFLOP/s (1 threads, loud)\"",
            "sh",
            Comparison.WORKLOAD);
    var row = new Comparison(program("java", "mlp", "7"), List.of(peer), 1).of("mlp");
    assertEquals(OptionalDouble.of(3.5), row.ratio());
  }

  @Test
  void noFigureOfOurOwnIsAnError() throws Exception {
    var comparison = new Comparison(program("java", "mlp", "7"), List.of(), 1);
    var e = assertThrows(IOException.class, () -> comparison.of("lenet"));
    assertTrue(e.getMessage().contains("lenet"), e.getMessage());
  }
}
