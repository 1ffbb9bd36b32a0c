package dev.fathom.service.plot;

import java.util.List;

/** Draws how the figures of trainings went, a panel for each figure. */
public final class CurvesPlot {

  private static final int WIDTH = 700;
  private static final int HEIGHT = 420;
  private static final int LEFT = 90;
  private static final int RIGHT = WIDTH - 30;
  private static final int TOP = 70;
  private static final int BOTTOM = HEIGHT - 60;
  private static final int TITLE = 14;
  private static final int LABEL = 11;
  private static final int MARGIN = 10;
  private static final int LEGEND = 24;

  /** A line of points nearer than this is drawn through their means: it is a plot, not noise. */
  private static final double LEAST_DISTANCE = 4;

  private static final int PAPER = 0xffffff;
  private static final int INK = 0x222222;
  private static final int FAINT = 0x666666;
  private static final int GRID = 0xe4e4e4;
  private static final int[] COLOURS = {
    0x1565c0, 0xc62828, 0x2e7d32, 0x6a1b9a, 0xef6c00, 0x00838f, 0x4e342e, 0x455a64
  };

  /**
   * A figure of a training.
   *
   * @param name of the training
   * @param figure such as {@code loss}; lines of one figure share a panel
   * @param validation whether it was measured on what was not learned
   * @param points not empty
   */
  public record Line(String name, String figure, boolean validation, List<Point> points) {
    public Line {
      points = List.copyOf(points);
    }
  }

  /** A value after so many steps. */
  public record Point(long step, double value) {}

  private final Canvas canvas;
  private final List<Line> lines;
  private final List<String> names;
  private final List<String> figures;
  private final Axis steps;

  private CurvesPlot(List<Line> lines) {
    this.lines = lines;
    names = lines.stream().map(Line::name).distinct().toList();
    figures = lines.stream().map(Line::figure).distinct().toList();
    long last =
        lines.stream()
            .flatMap(line -> line.points().stream())
            .mapToLong(Point::step)
            .max()
            .orElse(1);
    steps = Axis.of(0, last, 6);
    int columns = figures.size() > 1 ? 2 : 1;
    int rows = (figures.size() + columns - 1) / columns;
    canvas = new Canvas(columns * WIDTH, rows * HEIGHT + LEGEND * names.size() + MARGIN, PAPER);
  }

  /** {@return a picture, PNG} */
  public static byte[] png(List<Line> lines) {
    var plot = new CurvesPlot(lines);
    for (int i = 0; i < plot.figures.size(); i++) {
      plot.panel(plot.figures.get(i), i % 2 * WIDTH, i / 2 * HEIGHT);
    }
    plot.legend();
    return plot.canvas.png();
  }

  private void panel(String figure, int x, int y) {
    var shown = lines.stream().filter(line -> line.figure().equals(figure)).toList();
    var values =
        shown.stream()
            .flatMap(line -> line.points().stream())
            .mapToDouble(Point::value)
            .filter(Double::isFinite)
            .summaryStatistics();
    var axis = values.getCount() == 0 ? new Axis(0, 1, 1) : axis(values.getMin(), values.getMax());
    canvas.text(figure, x + LEFT, y + TOP - 2 * MARGIN, TITLE, 0, INK);
    for (double tick : axis.ticks()) {
      double at = axis.place(tick, y + BOTTOM, y + TOP);
      canvas.line(x + LEFT, at, x + RIGHT, at, 1, GRID);
      canvas.text(axis.label(tick), x + LEFT - MARGIN, at + LABEL / 2.0, LABEL, 1, INK);
    }
    for (double tick : steps.ticks()) {
      double at = steps.place(tick, x + LEFT, x + RIGHT);
      canvas.line(at, y + TOP, at, y + BOTTOM, 1, GRID);
      canvas.text(steps.label(tick), at, y + BOTTOM + 24, LABEL, 0.5, INK);
    }
    canvas.text("steps", x + RIGHT, y + BOTTOM + 48, LABEL, 1, FAINT);
    for (var line : shown) {
      draw(line, axis, x, y);
    }
    canvas.line(x + LEFT, y + TOP, x + LEFT, y + BOTTOM, 1, INK);
    canvas.line(x + LEFT, y + BOTTOM, x + RIGHT, y + BOTTOM, 1, INK);
  }

  /** A figure that stays the same is in the middle, not on the line below. */
  private static Axis axis(double low, double high) {
    double around = low < high ? 0 : low == 0 ? 1 : Math.abs(low) / 10;
    return Axis.of(low - around, high + around, 5);
  }

  /** What was learned from is thin, what was not is thick; a single point is a dot. */
  private void draw(Line line, Axis axis, int x, int y) {
    double thickness = line.validation() ? 3 : 1.4;
    int colour = COLOURS[names.indexOf(line.name()) % COLOURS.length];
    double lastX = Double.NaN;
    double lastY = Double.NaN;
    double sum = 0;
    int count = 0;
    for (int i = 0; i < line.points().size(); i++) {
      var point = line.points().get(i);
      if (!Double.isFinite(point.value())) {
        continue;
      }
      sum += point.value();
      count++;
      double atX = steps.place(point.step(), x + LEFT, x + RIGHT);
      if (atX - lastX < LEAST_DISTANCE && i + 1 < line.points().size()) {
        continue;
      }
      double atY = axis.place(sum / count, y + BOTTOM, y + TOP);
      boolean first = Double.isNaN(lastX);
      double dot = first ? thickness + 2 : thickness;
      canvas.line(first ? atX : lastX, first ? atY : lastY, atX, atY, dot, colour);
      lastX = atX;
      lastY = atY;
      sum = 0;
      count = 0;
    }
  }

  private void legend() {
    for (int i = 0; i < names.size(); i++) {
      var name = names.get(i);
      double y = canvas.height() - LEGEND * (names.size() - i) - MARGIN / 2.0;
      int colour = COLOURS[i % COLOURS.length];
      canvas.line(LEFT, y, LEFT + 30, y, 1.4, colour);
      canvas.line(LEFT + 40, y, LEFT + 70, y, 3, colour);
      canvas.text(
          name + ": thin while it was learned, thick on validation",
          LEFT + 80,
          y + LABEL / 2.0,
          LABEL,
          0,
          INK);
    }
  }
}
