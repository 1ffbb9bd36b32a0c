package dev.fathom.model;

import dev.fathom.data.Series;
import dev.fathom.metric.ForecastError;
import java.util.Arrays;
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
    Series series, int from, int horizon, int season, List<Double> levels, float[] values) {
  public SeriesForecast {
    levels = List.copyOf(levels);
  }

  /** {@return the number of rows} */
  public int rows() {
    return values.length / levels.size();
  }

  /** {@return one quantile of row {@code from + i}} */
  public float value(int i, int level) {
    return values[i * levels.size() + level];
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
    float[] truth = new float[rows()];
    float[] naive = new float[rows()];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = series.target(from + i);
      naive[i] = series.naive(origin(i), from + i, season);
    }
    ForecastError error = new ForecastError(levels.size(), median());
    error.add(values, truth, naive, truth.length);
    return error;
  }

  /** {@return the first rows} */
  SeriesForecast first(int rows) {
    return new SeriesForecast(
        series, from, horizon, season, levels, Arrays.copyOf(values, rows * levels.size()));
  }
}
