package dev.fathom.service.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processor, by which figures are compared. */
final class Processor {

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  private Processor() {}

  /** {@return its name; its architecture where the system is not Linux} */
  static String name() {
    try (var lines = Files.lines(CPUINFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElseGet(Processor::architecture);
    } catch (IOException notLinux) {
      return architecture();
    }
  }

  private static String architecture() {
    return System.getProperty("os.arch");
  }
}
