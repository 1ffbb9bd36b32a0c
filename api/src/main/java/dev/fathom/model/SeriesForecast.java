package dev.fathom.model;

import com.fasterxml.jackson.databind.node.NumericNode;
import dev.fathom.data.DataException;
import dev.fathom.data.Numbers;
import dev.fathom.data.Series;
import dev.fathom.metric.ForecastError;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The forecast of some rows of a time series, one after the other, in the units of the target.
 *
 * @param series that is forecast
 * @param from the first row
 * @param horizon after how many rows the forecast begins anew, from what was known there
 * @param season of the model's data
 * @param levels of the quantiles, rising; 0.5 alone for a forecast without interval
 * @param values {@code [rows, levels]}, NaN for rows without a forecast
 */
public record SeriesForecast(
    Series series, int from, int horizon, int season, List<Double> levels, Numbers values) {
  public SeriesForecast {
    levels = List.copyOf(levels);
  }

  /** {@return the number of rows} */
  public int rows() {
    return values.size() / levels.size();
  }

  /** {@return one quantile of row {@code from + i}} */
  public double value(int i, int level) {
    return values.get(i * levels.size() + level);
  }

  /** {@return the same for JSON} */
  public NumericNode json(int i, int level) {
    return values.json(i * levels.size() + level);
  }

  /** {@return the position of the median among the levels} */
  public int median() {
    return levels.indexOf(0.5);
  }

  /** {@return whether row {@code from + i} has a forecast} */
  public boolean has(int i) {
    return !Double.isNaN(value(i, 0));
  }

  /** {@return row {@code from + i} as the row of the series that it begins from, see horizon} */
  private int origin(int i) {
    return from + i / horizon * horizon;
  }

  /** {@return whether row {@code from + i} and its forecasts are known} */
  private boolean isComparable(int i) {
    return has(i)
        && series.isObserved(from + i)
        && series.hasNaive(origin(i), i % horizon + 1, season);
  }

  /**
   * {@return how far this is from what came, beside the seasonal-naive forecast} Rows that were not
   * observed do not count.
   *
   * @throws IndexOutOfBoundsException if the series does not have all rows
   * @throws DataException if none of them counts
   */
  public ForecastError error() {
    Objects.checkFromToIndex(from, from + rows(), series.size());
    int[] rows = IntStream.range(0, rows()).filter(this::isComparable).toArray();
    if (rows.length == 0) {
      throw new DataException(
          "[forecast] '%s': expected observed rows with a forecast from %s to %s but there is none"
              .formatted(series.name(), series.time(from), series.time(from + rows() - 1)));
    }
    double[] all = values.doubles();
    double[] found = new double[rows.length * levels.size()];
    double[] truth = new double[rows.length];
    double[] naive = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(all, rows[i] * levels.size(), found, i * levels.size(), levels.size());
      truth[i] = series.target(from + rows[i]);
      naive[i] = series.naive(origin(rows[i]), from + rows[i], season);
    }
    ForecastError error = new ForecastError(levels.size(), median());
    error.add(found, truth, naive, truth.length);
    return error;
  }

  /** {@return the first rows} */
  SeriesForecast first(int rows) {
    return new SeriesForecast(
        series, from, horizon, season, levels, values.slice(0, rows * levels.size()));
  }
}
