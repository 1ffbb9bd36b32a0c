package dev.fathom.data;

import java.util.BitSet;
import java.util.Optional;

/**
 * A time series: rows at equal distances of time, each with features whose past is known and a
 * target whose future is asked for. Rows that the file does not have by its times are absent, or
 * filled, as {@link Gaps} says; a filled row has features, and never counts as observed. Immutable.
 */
public final class Series {
  private final String name;
  private final String targetName;
  private final int size;
  private final int width;
  private final double[] features;
  private final double[] target;
  private final Timeline times;
  private final BitSet observed;
  private final Gaps gaps;

  private Series(
      String name,
      String targetName,
      int width,
      double[] features,
      double[] target,
      Timeline times,
      BitSet observed,
      Gaps gaps) {
    this.name = name;
    this.targetName = targetName;
    this.size = target.length;
    this.width = width;
    this.features = features;
    this.target = target;
    this.times = times;
    this.observed = observed;
    this.gaps = gaps;
  }

  /**
   * {@return the series of some rows of a table}
   *
   * @param name for messages
   * @param rows of the table, in order of time
   * @param times of these
   */
  static Series of(
      String name, Table table, SeriesColumns columns, int[] rows, Timeline times, Gaps gaps) {
    int width = columns.features().size();
    double[] features = new double[Math.multiplyExact(times.size(), width)];
    for (int i = 0; i < width; i++) {
      spread(table.doubles(columns.features().get(i)), rows, times, gaps, features, i, width);
    }
    double[] target = new double[times.size()];
    spread(table.doubles(columns.target()), rows, times, gaps, target, 0, 1);
    BitSet observed = new BitSet();
    for (int row : times.rows()) {
      observed.set(row);
    }
    return new Series(name, columns.target(), width, features, target, times, observed, gaps);
  }

  /** Copies a column of a table to the rows of a series, and fills those that are missing. */
  private static void spread(
      double[] column, int[] from, Timeline times, Gaps gaps, double[] to, int offset, int stride) {
    int[] rows = times.rows();
    for (int i = 0; i < rows.length; i++) {
      int before = i == 0 ? -1 : rows[i - 1];
      for (int row = before + 1; row < rows[i]; row++) {
        double share = gaps == Gaps.INTERPOLATE ? (row - before) / (double) (rows[i] - before) : 0;
        to[row * stride + offset] = column[from[i - 1]] * (1 - share) + column[from[i]] * share;
      }
      to[rows[i] * stride + offset] = column[from[i]];
    }
  }

  /** {@return the name that messages use} */
  public String name() {
    return name;
  }

  /** {@return the name of the target} */
  public String targetName() {
    return targetName;
  }

  /** {@return the number of rows, with those that are filled or absent} */
  public int size() {
    return size;
  }

  /** {@return how many rows are filled or absent} */
  public int missing() {
    return size - observed.cardinality();
  }

  /** {@return whether a row was in the file} */
  public boolean isObserved(int row) {
    return observed.get(row);
  }

  /** {@return how many features a row has} */
  public int width() {
    return width;
  }

  /** {@return the target of a row; of no meaning for one that is absent} */
  public double target(int row) {
    return target[row];
  }

  /** {@return the distance of the rows; empty where they have no times} */
  Optional<Frequency> frequency() {
    return times.frequency();
  }

  /** {@return the time of a row, as the file writes it; behind the last, the time it would have} */
  public String time(int row) {
    return times.at(row);
  }

  /** {@return whether no row from {@code from} to before {@code to} is absent} */
  private boolean isWhole(int from, int to) {
    return gaps != Gaps.SPLIT || observed.nextClearBit(from) >= to;
  }

  /**
   * {@return whether there are so many rows before {@code origin}, none of them absent} A window
   * does not end with interpolated rows, which tell of the row behind.
   */
  public boolean hasWindow(int origin, int window) {
    return origin >= window
        && origin <= size
        && isWhole(origin - window, origin)
        && (gaps != Gaps.INTERPOLATE || observed.get(origin - 1));
  }

  /**
   * Copies the rows before one: the window of a forecast that begins with it.
   *
   * @param origin the first row that is not known, at most {@link #size()}
   * @param to takes {@code [window, width]} from {@code offset} on
   * @throws DataException if there are not so many rows before, or some are absent
   */
  public void window(int origin, int window, double[] to, int offset) {
    if (origin < window || origin > size) {
      throw new DataException(
          "[series] '%s': expected %d rows or more, a window, but got %d"
              .formatted(name, window, origin));
    }
    if (!hasWindow(origin, window)) {
      int absent = observed.previousClearBit(origin - 1);
      throw new DataException(
          "[series] '%s': expected %d rows without a gap before %s, a window, but there is none of %s"
              .formatted(name, window, time(origin), time(absent)));
    }
    System.arraycopy(features, (origin - window) * width, to, offset, window * width);
  }

  /** {@return whether an example can forecast the rows from {@code origin} on} */
  boolean hasExample(int origin, Windowing windowing) {
    int end = origin + windowing.horizon();
    return observed.nextClearBit(origin) >= end && hasWindow(origin, windowing.window());
  }

  /** {@return whether each row of a horizon has a seasonal-naive forecast} */
  public boolean hasNaive(int origin, int horizon, int season) {
    for (int row = origin; row < origin + horizon; row++) {
      if (lastSeason(origin, row, season) < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * {@return the seasonal-naive forecast of a row: its value in the last season that was known
   * (Hyndman and Athanasopoulos, "Forecasting: Principles and Practice", 5.2)}
   *
   * @param origin the first row that is not known
   * @param row from {@code origin} on, less than a season before row 0
   */
  public double naive(int origin, int row, int season) {
    return target[lastSeason(origin, row, season)];
  }

  /** {@return the row of the last season that is not absent; negative for none} */
  private int lastSeason(int origin, int row, int season) {
    int seasons = (row - origin) / season + 1;
    int last = row - seasons * season;
    while (last >= 0 && !isWhole(last, last + 1)) {
      last -= season;
    }
    return last;
  }
}
