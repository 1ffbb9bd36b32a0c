package dev.fathom.data;

import java.util.List;
import java.util.Optional;

/**
 * A time series: rows at equal distances of time, each with features whose past is known and a
 * target whose future is asked for. Immutable.
 */
public final class Series {
  private final String name;
  private final String targetName;
  private final int size;
  private final int width;
  private final double[] features;
  private final double[] target;
  private final Timeline times;

  private Series(
      String name,
      String targetName,
      int width,
      double[] features,
      double[] target,
      Timeline times) {
    this.name = name;
    this.targetName = targetName;
    this.size = target.length;
    this.width = width;
    this.features = features;
    this.target = target;
    this.times = times;
  }

  /**
   * {@return the series in a table, whose rows are in order of time}
   *
   * @param features columns of numbers
   * @param target a column of numbers, which may be one of the features
   * @param time a column of texts, dates or times of ISO 8601; without one, rows are numbered
   * @throws DataException if there is no such column, it is of another kind, or times are not at
   *     equal distances, with the row
   */
  public static Series of(
      Table table, List<String> features, String target, Optional<String> time) {
    double[] values = new double[Math.multiplyExact(table.size(), features.size())];
    for (int i = 0; i < features.size(); i++) {
      double[] column = table.doubles(features.get(i));
      for (int row = 0; row < column.length; row++) {
        values[row * features.size() + i] = column[row];
      }
    }
    Timeline times =
        time.map(column -> Timeline.of(table.name() + ", '" + column + "'", table.texts(column)))
            .orElse(Timeline.NUMBERED);
    return new Series(table.name(), target, features.size(), values, table.doubles(target), times);
  }

  /** {@return the name that messages use} */
  public String name() {
    return name;
  }

  /** {@return the name of the target} */
  public String targetName() {
    return targetName;
  }

  /** {@return the number of rows} */
  public int size() {
    return size;
  }

  /** {@return how many features a row has} */
  public int width() {
    return width;
  }

  /** {@return the target of a row} */
  public double target(int row) {
    return target[row];
  }

  /** {@return the time of a row, of ISO 8601; behind the last, the time it would have} */
  public String time(int row) {
    return times.at(row);
  }

  /**
   * Copies the rows before one: the window of a forecast that begins with it.
   *
   * @param origin the first row that is not known, at most {@link #size()}
   * @param to takes {@code [window, width]} from {@code offset} on
   * @throws DataException if there are not so many rows before
   */
  public void window(int origin, int window, double[] to, int offset) {
    if (origin < window || origin > size) {
      throw new DataException(
          "[series] '%s': expected %d rows or more, a window, but got %d"
              .formatted(name, window, origin));
    }
    System.arraycopy(features, (origin - window) * width, to, offset, window * width);
  }

  /**
   * {@return the seasonal-naive forecast of a row: its value in the last season that was known
   * (Hyndman and Athanasopoulos, "Forecasting: Principles and Practice", 5.2)}
   *
   * @param origin the first row that is not known
   * @param row from {@code origin} on, less than a season before row 0
   */
  public double naive(int origin, int row, int season) {
    int seasons = (row - origin) / season + 1;
    return target[row - seasons * season];
  }

  /**
   * {@return examples that forecast rows of a part of this series, of which each lies in that part
   * alone; windows may begin before it, where all is known}
   *
   * @param input the name that the windows get
   * @param from the part's first row
   * @param to behind its last
   * @throws DataException if the part is too short for one example
   */
  public SeriesWindows windows(Windowing windowing, String input, int from, int to) {
    return new SeriesWindows(this, windowing, input, Math.max(from, windowing.window()), to);
  }
}
