package dev.fathom.service.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fathom.device.Backends;
import java.io.IOException;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The Java backend has a generated loop for every expression of the sample networks. A JVM makes
 * one for others when it is hot; a native image cannot, and is several times slower there.
 */
class MissingLoopsTest {
  @Test
  void everyLoopOfTheSampleNetworksIsGenerated() throws IOException {
    var selection = Backends.select("java");
    try (var _ = selection.backend()) {
      var remarks = new TreeSet<String>();
      for (var workload : Workload.networks()) {
        remarks.addAll(Workload.named(workload).orElseThrow().coverage(selection).remarks());
      }
      var lines =
          remarks.stream()
              .map(remark -> remark.replaceFirst(".*loops\\.txt: ", ""))
              .collect(Collectors.joining("\n"));
      assertEquals("", lines, "these lines are to be added to java-backend/loops.txt");
    }
  }
}
