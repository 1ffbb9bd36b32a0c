package dev.fathom.spi.tck;

import static org.junit.jupiter.api.Assertions.fail;

import dev.fathom.spi.Backend;
import dev.fathom.spi.conformance.ConformanceCase;
import dev.fathom.spi.conformance.ConformanceCases;
import dev.fathom.spi.conformance.ConformanceReport;
import dev.fathom.spi.conformance.ConformanceRunner;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.opentest4j.TestAbortedException;

/**
 * Extend this to check a backend: one test for each {@link ConformanceCase}. A declined spec that
 * is not of the required core shows as skipped, with the reason.
 *
 * <pre>{@code
 * class MyBackendTest extends BackendTck {
 *   protected Backend open() {
 *     return new MyBackend();
 *   }
 * }
 * }</pre>
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BackendTck {
  private Backend backend;

  /**
   * {@return a new backend; it is closed after the tests}
   *
   * <p>Throws {@code org.opentest4j.TestAbortedException} with a sentence where the device that it
   * needs is missing: the tests are skipped then.
   */
  protected abstract Backend open();

  @AfterAll
  final void closeBackend() {
    // Nothing is open where open() failed, or aborted since there is no device.
    if (backend != null) {
      backend.close();
    }
  }

  @TestFactory
  final Stream<DynamicTest> conformance() {
    try {
      backend = open();
    } catch (TestAbortedException noDevice) {
      // As a test of its own: what is aborted outside of one is missing in the reports.
      return Stream.of(
          DynamicTest.dynamicTest(
              "open",
              () -> {
                throw noDevice;
              }));
    }
    ConformanceRunner runner = new ConformanceRunner(backend);
    return ConformanceCases.all().stream()
        .map(
            conformanceCase ->
                DynamicTest.dynamicTest(
                    conformanceCase.id(), () -> check(runner.run(conformanceCase))));
  }

  private static void check(ConformanceReport report) {
    switch (report.outcome()) {
      case PASSED -> {}
      case DECLINED -> Assumptions.abort(report.toString());
      case FAILED -> fail(report.toString());
    }
  }
}
