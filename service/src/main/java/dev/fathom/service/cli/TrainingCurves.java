package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.service.plot.CurvesPlot.Line;
import dev.fathom.service.plot.CurvesPlot.Point;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** How the figures of a training went, by its events. */
final class TrainingCurves {

  private static final String BARS = "▁▂▃▄▅▆▇█";

  /** Figures of single classes, which would be a panel each. */
  private static final String OF_A_CLASS = ".";

  private final SequencedMap<String, Means> learned = new LinkedHashMap<>();
  private final SequencedMap<String, List<Point>> validation = new LinkedHashMap<>();
  private long start;

  /** A figure's means over an epoch so far, taken apart to those of each piece. */
  private static final class Means {
    private final List<Point> points = new ArrayList<>();
    private long done;
    private double sum;

    void add(long steps, long step, double mean) {
      // An epoch that has just begun has no steps, one that ends may have none since its progress.
      if (steps > done) {
        points.add(new Point(step, (mean * steps - sum) / (steps - done)));
        sum = mean * steps;
        done = steps;
      }
    }

    void begin() {
      done = 0;
      sum = 0;
    }
  }

  /** Takes note of an event in the JSON of the service. */
  void add(JsonNode event) {
    long step = event.path("step").asLong();
    switch (event.path("type").asText()) {
      case "started" -> start = step;
      case "progress" -> learned(event, step);
      case "epoch" -> {
        learned(event, step);
        learned.values().forEach(Means::begin);
        start = step;
        Figures.of(event.path("validation")).forEach((name, value) -> validated(name, step, value));
      }
      default -> {}
    }
  }

  private void learned(JsonNode event, long step) {
    Figures.of(event)
        .forEach(
            (name, mean) ->
                learned.computeIfAbsent(name, _ -> new Means()).add(step - start, step, mean));
  }

  private void validated(String name, long step, double value) {
    validation.computeIfAbsent(name, _ -> new ArrayList<>()).add(new Point(step, value));
  }

  /** {@return the curves for a plot, without those of single classes} */
  List<Line> lines(String name) {
    List<Line> lines = new ArrayList<>();
    learned.forEach((figure, means) -> add(lines, new Line(name, figure, false, means.points)));
    validation.forEach((figure, points) -> add(lines, new Line(name, figure, true, points)));
    return lines;
  }

  private static void add(List<Line> lines, Line line) {
    if (!line.figure().contains(OF_A_CLASS) && !line.points().isEmpty()) {
      lines.add(line);
    }
  }

  /**
   * {@return the loss from the first step on as bars, the highest for the greatest; where all are
   * above 0 by their logarithms, so that late progress shows too. Empty where {@code charset} has
   * no bars, or nothing is known yet}
   */
  String sparkline(int width, Charset charset) {
    var losses =
        learned.containsKey(Figures.LOSS) ? learned.get(Figures.LOSS).points : List.<Point>of();
    var finite = losses.stream().mapToDouble(Point::value).filter(Double::isFinite).toArray();
    if (finite.length < 2 || !charset.newEncoder().canEncode(BARS)) {
      return "";
    }
    int bars = Math.min(width, finite.length);
    var heights = new double[bars];
    double low = Double.MAX_VALUE;
    double high = -Double.MAX_VALUE;
    for (int i = 0; i < bars; i++) {
      int from = (int) ((long) i * finite.length / bars);
      int to = (int) ((i + 1L) * finite.length / bars);
      for (int j = from; j < to; j++) {
        heights[i] += finite[j] / (to - from);
      }
      low = Math.min(low, heights[i]);
      high = Math.max(high, heights[i]);
    }
    boolean logarithmic = low > 0;
    double bottom = logarithmic ? Math.log(low) : low;
    double range = (logarithmic ? Math.log(high) : high) - bottom;
    var line = new StringBuilder();
    for (double height : heights) {
      double above = (logarithmic ? Math.log(height) : height) - bottom;
      int bar = range > 0 ? (int) Math.round(above / range * (BARS.length() - 1)) : 0;
      line.append(BARS.charAt(bar));
    }
    return line.toString();
  }
}
