package dev.fathom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@code .ci/skipped} says of reports. */
@DisabledOnOs(OS.WINDOWS)
class SkippedTest {

  @TempDir Path root;

  private record Outcome(int exitCode, String text) {}

  @BeforeEach
  void layOut() throws IOException {
    var script = root.resolve(".ci/skipped");
    Files.createDirectories(script.getParent());
    Files.copy(Repository.ROOT.resolve(".ci/skipped"), script);
    script.toFile().setExecutable(true);
  }

  private void report(String path, String... skipped) throws IOException {
    var file = root.resolve(path);
    Files.createDirectories(file.getParent());
    var text = new StringBuilder("<testsuite>\n<testcase name=\"passed\"/>\n");
    for (var reason : skipped) {
      text.append(
          """
            <testcase name="one" time="0.0">
              <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: %s
          	at dev.fathom.Needs.missing(Needs.java:29)
          """
              .formatted(reason));
    }
    Files.writeString(file, text);
  }

  private Outcome skipped(String... prepared) throws Exception {
    List<String> command = new ArrayList<>(List.of(root.resolve(".ci/skipped").toString()));
    command.addAll(List.of(prepared));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var text = new String(process.getInputStream().readAllBytes());
    return new Outcome(process.waitFor(), text.replaceAll(" +", " "));
  }

  @Test
  void countsReasonsAndFailsWhereWhatWasPreparedIsAmongThem() throws Exception {
    report(
        "spi/target/surefire-reports/TEST-A.xml",
        "DECLINED sort.C1: only the required core",
        "DECLINED sort.C2: needs opencl: no",
        "needs npm: There is no npm.");
    report("service/target/failsafe-reports/TEST-B.xml", "needs opencl: None.", "another");
    var expected =
        """
        Skipped tests:
         1 for other reasons
         2 of a spec that a backend may decline
         1 that need npm
         1 that need opencl
        """;
    assertEquals(new Outcome(0, expected), skipped());
    assertEquals(new Outcome(0, expected), skipped("python"));
    for (var prepared : List.of("npm", "opencl")) {
      var outcome = skipped("python", prepared);
      assertEquals(1, outcome.exitCode);
      assertTrue(
          outcome.text.endsWith("has " + prepared + ", yet tests that need it were skipped.\n"));
    }
  }

  @Test
  void noneAreSkippedOrThereAreNoReports() throws Exception {
    assertEquals(1, skipped().exitCode);
    report("spi/target/surefire-reports/TEST-A.xml");
    assertEquals(new Outcome(0, "Skipped tests:\n none\n"), skipped("opencl"));
  }
}
