package dev.fathom.data;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.util.List;
import java.util.Objects;

/**
 * Examples of a time series, in its order, with three columns: the window {@code [window,
 * features]}, the target {@code [horizon]}, and {@value #NAIVE}, the seasonal-naive forecast of the
 * target. Nothing is copied.
 */
public final class SeriesWindows implements Dataset {
  /** The name of the column with the seasonal-naive forecast. */
  public static final String NAIVE = "seasonal-naive";

  private final Series series;
  private final Windowing windowing;
  private final String input;
  private final int from;
  private final int to;

  /**
   * @param from the first row that is forecast
   * @param to behind the last
   */
  SeriesWindows(Series series, Windowing windowing, String input, int from, int to) {
    this.series = series;
    this.windowing = windowing;
    this.input = input;
    this.from = from;
    this.to = to;
    if (to - from < windowing.horizon()) {
      throw new DataException(
          "[series] '%s': expected %d rows or more, for a window of %d and a horizon of %d, but got %d"
              .formatted(
                  series.name(),
                  windowing.window() + windowing.horizon(),
                  windowing.window(),
                  windowing.horizon(),
                  to - from + windowing.window()));
    }
    if (input.equals(series.targetName())) {
      throw new DataException(
          "[series] expected another name for the input than that of the target '%s'"
              .formatted(input));
    }
  }

  /** {@return the series} */
  public Series series() {
    return series;
  }

  /** {@return the first row that an example forecasts} */
  public int origin(int example) {
    return from + Objects.checkIndex(example, size()) * windowing.stride();
  }

  /**
   * {@return this, checked that the rows a season ago are there}
   *
   * @throws DataException if they are not
   */
  public SeriesWindows comparable() {
    if (from < windowing.season()) {
      throw new DataException(
          "[series] expected a season of %d rows or more before the held-back rows of '%s' but they"
                  .formatted(windowing.season(), series.name())
              + " begin with row %d, %s".formatted(from + 1, series.time(from)));
    }
    return this;
  }

  @Override
  public String name() {
    return "%s (%s to %s)".formatted(series.name(), series.time(from), series.time(to - 1));
  }

  @Override
  public int size() {
    return (to - from - windowing.horizon()) / windowing.stride() + 1;
  }

  @Override
  public List<Column> columns() {
    Shape horizon = Shape.of(windowing.horizon());
    return List.of(
        column(input, Shape.of(windowing.window(), series.width())),
        column(series.targetName(), horizon),
        column(NAIVE, horizon));
  }

  private static Column column(String name, Shape shape) {
    return new Column(name, DType.F64, shape, List.of());
  }

  @Override
  public void read(int column, int row, float[] target, int offset) {
    double[] exact = new double[(int) columns().get(column).shape().elements()];
    read(column, row, exact, 0);
    for (int i = 0; i < exact.length; i++) {
      target[offset + i] = (float) exact[i];
    }
  }

  @Override
  public void read(int column, int row, double[] target, int offset) {
    int origin = origin(row);
    if (Objects.checkIndex(column, 3) == 0) {
      series.window(origin, windowing.window(), target, offset);
      return;
    }
    for (int i = 0; i < windowing.horizon(); i++) {
      target[offset + i] =
          column == 1
              ? series.target(origin + i)
              : series.naive(origin, origin + i, windowing.season());
    }
  }

  @Override
  public void read(int column, int row, int[] target, int offset) {
    throw new DataException(
        "[data] expected integers in column '%s' of dataset '%s' but it holds f64"
            .formatted(columns().get(column).name(), name()));
  }
}
