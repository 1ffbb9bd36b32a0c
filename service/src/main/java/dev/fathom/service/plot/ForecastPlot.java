package dev.fathom.service.plot;

import dev.fathom.model.SeriesForecast;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Draws forecasts with their interval, and the observed values. */
public final class ForecastPlot {

  private static final int WIDTH = 1400;
  private static final int HEIGHT = 700;
  private static final int LEAST_LEFT = 90;
  private static final int MARGIN = 12;
  private static final int RIGHT = WIDTH - 30;
  private static final int TOP = 100;
  private static final int BOTTOM = HEIGHT - 70;
  private static final int TITLE = 17;
  private static final int LABEL = 12;
  private static final int TICK = 6;

  private static final int PAPER = 0xffffff;
  private static final int INK = 0x222222;
  private static final int FAINT = 0x666666;
  private static final int GRID = 0xe4e4e4;
  private static final int MEDIAN = 0x1565c0;
  private static final int INTERVAL = 0xbbd7f2;

  private static final int MOST_TICKS = 13;
  private static final int LEAST_TICKS = 4;

  /** Room of a character of a label, with some between two. */
  private static final int CHARACTER = 13;

  private static final int MOST_DIGITS = 20;

  /** The parts of an ISO 8601 time: year, month, day, hour and minute. */
  private static final int[] PREFIXES = {4, 7, 10, 13, 16};

  private final Canvas canvas = new Canvas(WIDTH, HEIGHT, PAPER);
  private final List<SeriesForecast> forecasts;
  private final SeriesForecast first;
  private final int to;
  private final Axis values;

  /** Where the axis of values is, behind its labels. */
  private final double left;

  private ForecastPlot(List<SeriesForecast> forecasts) {
    this.forecasts = forecasts;
    first = forecasts.getFirst();
    to = forecasts.getLast().from() + forecasts.getLast().rows();
    double low = Double.MAX_VALUE;
    double high = -Double.MAX_VALUE;
    for (var forecast : forecasts) {
      for (double value : forecast.values().doubles()) {
        low = Double.isNaN(value) ? low : Math.min(low, value);
        high = Double.isNaN(value) ? high : Math.max(high, value);
      }
    }
    for (int row = first.from(); row < known(); row++) {
      if (first.series().isObserved(row)) {
        low = Math.min(low, first.series().target(row));
        high = Math.max(high, first.series().target(row));
      }
    }
    values = Axis.of(low, high, 8);
    double widest = Math.max(width(values.label(values.low())), width(values.label(values.high())));
    left = Math.max(LEAST_LEFT, Math.ceil(widest) + 2 * MARGIN);
  }

  /**
   * {@return a picture, PNG}
   *
   * @param forecasts of one series, one behind the other
   * @param title the first line
   * @param subtitle the second
   * @param unit of the target, if it is known
   */
  public static byte[] png(
      List<SeriesForecast> forecasts, String title, String subtitle, Optional<String> unit) {
    var plot = new ForecastPlot(forecasts);
    plot.draw(title, subtitle, unit);
    return plot.canvas.png();
  }

  private void draw(String title, String subtitle, Optional<String> unit) {
    canvas.text(title, left, 34, TITLE, 0, INK);
    canvas.text(subtitle, left, 60, LABEL, 0, FAINT);
    var name = first.series().targetName();
    canvas.text(unit.map(u -> name + ", " + u).orElse(name), 20, TOP - 20, LABEL, 0, INK);
    drawValues();
    times();
    forecasts.forEach(this::interval);
    forecasts.forEach(this::median);
    truth();
    frame();
    legend();
  }

  // ---- axes ----

  private void drawValues() {
    for (double value : values.ticks()) {
      canvas.line(left, y(value), RIGHT, y(value), 1, GRID);
      canvas.text(values.label(value), left - MARGIN, y(value) + LABEL / 2.0, LABEL, 1, INK);
    }
  }

  private void times() {
    for (var tick : ticks()) {
      double x = x(tick.row());
      canvas.line(x, TOP, x, BOTTOM, 1, GRID);
      canvas.line(x, BOTTOM, x, BOTTOM + TICK, 1, INK);
      canvas.text(tick.label(), x, BOTTOM + 28, LABEL, 0.5, INK);
    }
  }

  private record Tick(int row, String label) {}

  /**
   * {@return the rows where years, months or days begin, the finest of these that are not too many;
   * else rows}
   */
  private List<Tick> ticks() {
    var series = first.series();
    for (int length = PREFIXES.length - 1; length >= 0 && isOfCalendar(); length--) {
      int most = mostTicks(PREFIXES[length]);
      List<Tick> ticks = new ArrayList<>();
      for (int row = first.from(); row < to && ticks.size() <= most; row++) {
        var label = prefix(series.time(row), PREFIXES[length]);
        if (row > 0 && !label.equals(prefix(series.time(row - 1), PREFIXES[length]))) {
          ticks.add(new Tick(row, label));
        }
      }
      if (ticks.size() >= LEAST_TICKS && ticks.size() <= most) {
        return ticks;
      }
    }
    int length = isOfCalendar() ? PREFIXES[PREFIXES.length - 1] : MOST_DIGITS;
    int most = mostTicks(Math.min(length, series.time(first.from()).length()));
    int every = Math.max(1, (int) Math.ceil(Axis.step((to - first.from()) / (most - 1.0))));
    return IntStream.range(first.from(), to)
        .filter(row -> (row - first.from()) % every == 0)
        .mapToObj(row -> new Tick(row, prefix(series.time(row), length)))
        .toList();
  }

  /** {@return whether times are dates, not numbers} */
  private boolean isOfCalendar() {
    return first.series().time(first.from()).indexOf('-') == PREFIXES[0];
  }

  /** {@return how many labels of a length have room} */
  private int mostTicks(int length) {
    return (int) Math.clamp((RIGHT - left) / (length * CHARACTER), 2, MOST_TICKS);
  }

  private static String prefix(String time, int length) {
    return time.substring(0, Math.min(length, time.length()));
  }

  private double x(double row) {
    return left + (row + 0.5 - first.from()) * (RIGHT - left) / (to - first.from());
  }

  private double y(double value) {
    return values.place(value, BOTTOM, TOP);
  }

  private void frame() {
    canvas.line(left, TOP, left, BOTTOM, 1, INK);
    canvas.line(left, BOTTOM, RIGHT, BOTTOM, 1, INK);
  }

  // ---- lines ----

  private int known() {
    return Math.min(to, first.series().size());
  }

  /** A part of a forecast, between the values {@code i} and {@code j}. */
  private interface Segment {
    void draw(double x1, int i, double x2, int j);
  }

  /** Each row reaches half way to its neighbours; what begins anew is not joined to what was. */
  private void segments(SeriesForecast forecast, Segment segment) {
    for (int i = 0; i < forecast.rows(); i++) {
      if (!forecast.has(i)) {
        continue;
      }
      double x = x(forecast.from() + i);
      if (i % forecast.horizon() == 0) {
        segment.draw(x(forecast.from() + i - 0.5), i, x, i);
      } else {
        segment.draw(x(forecast.from() + i - 1.0), i - 1, x, i);
      }
      if (i + 1 == forecast.rows() || (i + 1) % forecast.horizon() == 0) {
        segment.draw(x, i, x(forecast.from() + i + 0.5), i);
      }
    }
  }

  private void interval(SeriesForecast forecast) {
    int top = forecast.levels().size() - 1;
    segments(
        forecast,
        (x1, i, x2, j) ->
            canvas.band(
                x1,
                y(forecast.value(i, top)),
                y(forecast.value(i, 0)),
                x2,
                y(forecast.value(j, top)),
                y(forecast.value(j, 0)),
                INTERVAL));
  }

  private void median(SeriesForecast forecast) {
    int median = forecast.median();
    segments(
        forecast,
        (x1, i, x2, j) ->
            canvas.line(
                x1, y(forecast.value(i, median)), x2, y(forecast.value(j, median)), 2, MEDIAN));
  }

  private void truth() {
    var series = first.series();
    for (int row = first.from(); row + 1 < known(); row++) {
      if (series.isObserved(row) && series.isObserved(row + 1)) {
        canvas.line(
            x(row), y(series.target(row)), x(row + 1.0), y(series.target(row + 1)), 1.4, INK);
      }
    }
  }

  private void legend() {
    double x = RIGHT;
    var levels = first.levels();
    if (levels.size() > 1) {
      x =
          entry(
              x,
              "%d %% interval".formatted(Math.round(100 * (levels.getLast() - levels.getFirst()))));
      canvas.band(x, TOP - 30, TOP - 14, x + 34, TOP - 30, TOP - 14, INTERVAL);
      x -= 30;
    }
    x = entry(x, "forecast (median)");
    canvas.line(x, TOP - 22, x + 34, TOP - 22, 2, MEDIAN);
    x = entry(x - 30, "observed");
    canvas.line(x, TOP - 22, x + 34, TOP - 22, 1.4, INK);
  }

  /** Writes an entry of the legend, which ends at {@code right}; {@return where its line begins} */
  private double entry(double right, String text) {
    canvas.text(text, right, TOP - 16, LABEL, 1, INK);
    return right - width(text) - 44;
  }

  private static double width(String label) {
    return Glyphs.width(label) * LABEL / Glyphs.CAPITAL;
  }
}
