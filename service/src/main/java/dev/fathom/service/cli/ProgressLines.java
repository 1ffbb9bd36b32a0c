package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Prints the events of a training, one line per epoch; on a terminal the line of the running epoch
 * is updated, with the loss so far as bars.
 */
final class ProgressLines {

  private static final int BARS = 24;

  private final PrintWriter out;
  private final boolean alive;
  private final TrainingCurves curves = new TrainingCurves();
  private int width;
  private JsonNode last;

  ProgressLines(PrintWriter out) {
    this.out = out;
    alive = System.console() != null && System.console().isTerminal();
  }

  /** Prints an event in the JSON of the service. */
  void print(JsonNode event) {
    curves.add(event);
    switch (event.path("type").asText()) {
      case "started" -> {
        event.path("notes").forEach(note -> line(note.asText()));
        line(started(event));
      }
      case "progress" -> {
        if (alive) {
          show(text(event) + "  " + curves.sparkline(BARS, System.console().charset()));
          out.flush();
        }
      }
      case "epoch" -> line(text(event));
      default -> last = event;
    }
  }

  /** {@return the last event, which says how the training ended and is not printed} */
  JsonNode last() {
    return last;
  }

  /** {@return how the figures went} */
  TrainingCurves curves() {
    return curves;
  }

  private void line(String text) {
    show(text);
    width = 0;
    out.println();
  }

  /** Replaces the text of the current line. */
  private void show(String text) {
    if (width > 0) {
      out.print('\r');
    }
    out.print(text + " ".repeat(Math.max(0, width - text.length())));
    width = text.length();
  }

  /** {@return what a training that begins is going to do} */
  static String started(JsonNode event) {
    return "%,d examples, %,d parameters, %,d steps, %,d MB on %s (%s)"
        .formatted(
            event.path("examples").asLong(),
            event.path("parameters").asLong(),
            event.path("steps").asLong(),
            event.path("memoryBytes").asLong() / 1_000_000,
            event.path("backend").asText(),
            event.path("device").asText());
  }

  /** {@return where a training stands, by an epoch that has ended or its progress} */
  static String text(JsonNode event) {
    var text = new StringBuilder();
    text.append(format("epoch %d  %s", event.path("epoch").asLong(), Figures.epoch(event)));
    if (event.has("validation")) {
      text.append("  validation ").append(Figures.epoch(event.path("validation")));
    }
    text.append(format("  %,.0f samples/s", number(event, "samplesPerSecond")));
    if (event.has("dataStallShare")) {
      text.append(format("  data stall %.0f %%", 100 * number(event, "dataStallShare")));
    }
    long left = Math.round(number(event, "secondsLeft"));
    return text.append(format("  %d:%02d left", left / 60, left % 60)).toString();
  }

  private static double number(JsonNode node, String field) {
    return node.path(field).asDouble();
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
