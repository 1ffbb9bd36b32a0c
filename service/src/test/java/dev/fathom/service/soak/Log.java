package dev.fathom.service.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fathom.service.Packaged;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads what a service prints, which would wait otherwise, and keeps its errors. */
final class Log {

  private static final int MOST = 20;

  private final List<String> errors = new ArrayList<>();
  private int after;

  private Log() {}

  /** Reads from now on to the end. */
  static Log of(Packaged service) {
    var log = new Log();
    Thread.ofPlatform().daemon().start(() -> log.read(service));
    return log;
  }

  private void read(Packaged service) {
    try {
      String line;
      while ((line = service.output.readLine()) != null) {
        add(line);
      }
    } catch (IOException closed) {
      // With the service.
    }
  }

  /** Keeps an error and the first lines of its stack. */
  private synchronized void add(String line) {
    after = line.matches("\\S+ (ERROR|FATAL) .*") ? MOST : after - 1;
    if (after > 0) {
      errors.add(line);
    }
  }

  synchronized void assertNoErrors() {
    assertEquals("", String.join("\n", errors.subList(0, Math.min(errors.size(), 10 * MOST))));
  }
}
