package dev.fathom.backend.java;

import dev.fathom.spi.Backend;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import dev.fathom.spi.Device;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import dev.fathom.spi.conformance.ConformanceCases;
import dev.fathom.spi.conformance.ConformanceReport.Outcome;
import dev.fathom.spi.conformance.ConformanceRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The conformance cases that the backend declines are those of {@code declined.txt}. The kit skips
 * a case that is declined, so one that was accepted before would not be missed there.
 */
class DeclinedCasesTest {
  private static final Path LIST = Path.of("src/test/resources/declined.txt");

  @ParameterizedTest(name = "vector {0}")
  @ValueSource(booleans = {true, false})
  void declinedCasesAreThoseOfTheList(boolean vector) throws IOException {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    try (Backend backend = new Planner(Launch.open(1, vector))) {
      ConformanceRunner runner = new ConformanceRunner(backend);
      ConformanceCases.all().stream()
          .map(runner::run)
          .filter(report -> report.outcome() == Outcome.DECLINED)
          .forEach(
              report ->
                  byReason
                      .computeIfAbsent(report.detail(), _ -> new ArrayList<>())
                      .add(report.id()));
    }
    StringBuilder list = new StringBuilder("# Conformance cases that are declined, by reason.\n");
    byReason.forEach(
        (reason, ids) -> {
          list.append("\n# ").append(reason).append('\n');
          ids.forEach(id -> list.append(id).append('\n'));
        });
    CheckedIn.check(getClass(), LIST, list.toString());
  }

  /** Answers what it is asked to plan and computes nothing: a case is declined or else fails. */
  private record Planner(Backend backend) implements Backend {
    @Override
    public Device device() {
      return backend.device();
    }

    @Override
    public Plan plan(KernelSpec spec) {
      return backend.plan(spec);
    }

    @Override
    public Kernel compile(KernelSpec spec) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Buffer allocate(DType dtype, long elements) {
      return backend.allocate(dtype, elements);
    }

    @Override
    public Queue openQueue(Priority priority) {
      return backend.openQueue(priority);
    }

    @Override
    public void close() {
      backend.close();
    }
  }
}
