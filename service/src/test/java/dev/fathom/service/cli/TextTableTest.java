package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTableTest {

  @Test
  void columnsAreAlignedAndFit() {
    var table = new TextTable("MODEL", "SIZE", "TEST");
    table.add("a:1", "1.0 kB", "accuracy 1");
    table.add("longer:10", "", "");
    assertEquals(
        List.of("MODEL      SIZE    TEST", "a:1        1.0 kB  accuracy 1", "longer:10"),
        table.lines());
    table.add("n".repeat(63) + ":1", "3 MB", "x".repeat(90));
    table.lines().forEach(line -> assertTrue(line.length() <= 80, line));
    assertTrue(table.lines().getLast().startsWith("n".repeat(37) + "...  3 MB"));
    assertTrue(table.lines().getLast().endsWith("x..."));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "1668, 1.7 kB",
    "99960, 100 kB",
    "999600, 1.0 MB",
    "5000000000, 5.0 GB",
    "9000000000000000, 9000 TB"
  })
  void sizes(long bytes, String text) {
    assertEquals(text, Quantity.bytes(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "-5, just now",
    "59, just now",
    "60, 1 minute ago",
    "3600, 1 hour ago",
    "172799, 47 hours ago",
    "172800, 2 days ago",
    "6000000, 2 months ago"
  })
  void times(long seconds, String text) {
    assertEquals(text, Quantity.ago(Duration.ofSeconds(seconds)));
  }
}
