package dev.fathom.model;

import com.fasterxml.jackson.databind.node.NumericNode;
import dev.fathom.data.Numbers;
import dev.fathom.data.Series;
import dev.fathom.metric.ForecastError;
import java.util.List;

/**
 * The forecast of some rows of a time series, one after the other, in the units of the target.
 *
 * @param series that is forecast
 * @param from the first row
 * @param horizon after how many rows the forecast begins anew, from what was known there
 * @param season of the model's data
 * @param levels of the quantiles, rising; 0.5 alone for a forecast without interval
 * @param values {@code [rows, levels]}
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

  /** {@return row {@code from + i} as the row of the series that it begins from, see horizon} */
  private int origin(int i) {
    return from + i / horizon * horizon;
  }

  /**
   * {@return how far this is from what came, beside the seasonal-naive forecast}
   *
   * @throws IndexOutOfBoundsException if the series does not have all rows
   */
  public ForecastError error() {
    double[] truth = new double[rows()];
    double[] naive = new double[rows()];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = series.target(from + i);
      naive[i] = series.naive(origin(i), from + i, season);
    }
    ForecastError error = new ForecastError(levels.size(), median());
    error.add(values.doubles(), truth, naive, truth.length);
    return error;
  }

  /** {@return the first rows} */
  SeriesForecast first(int rows) {
    return new SeriesForecast(
        series, from, horizon, season, levels, values.slice(0, rows * levels.size()));
  }
}
