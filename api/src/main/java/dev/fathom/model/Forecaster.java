package dev.fathom.model;

import dev.fathom.data.DataException;
import dev.fathom.data.Series;
import dev.fathom.data.Windowing;

/**
 * Forecasts a time series with a model of one. Thread-safe.
 *
 * @param predictor of a model whose data are a {@link SeriesSpec}
 */
public record Forecaster(Predictor predictor) {
  /**
   * @throws IllegalArgumentException if it is no such model
   */
  public Forecaster {
    if (!(predictor.model().spec().data().source() instanceof SeriesSpec)) {
      throw new IllegalArgumentException(
          "[forecast] expected a model of a time series but '%s' takes '%s' of shape %s"
              .formatted(
                  predictor.model().name(),
                  predictor.model().spec().data().input(),
                  predictor.model().rawShape()));
    }
  }

  private SeriesSpec source() {
    return (SeriesSpec) predictor.model().spec().data().source();
  }

  /**
   * {@return what comes after the last row of a series, as far as the model's horizon}
   *
   * @param series read as the model's spec says
   * @throws DataException if it is shorter than a window
   */
  public Forecast ahead(Series series) {
    return forecast(series, series.size(), source().windowing().horizon());
  }

  /**
   * {@return what the model would have said of the last rows of a series: a horizon of them from
   * what was known before these, then the next}
   *
   * @param rows 1 or more, at most {@link #mostRows}
   * @throws DataException if there are not so many
   */
  public Forecast backtest(Series series, int rows) {
    int most = mostRows(series);
    if (rows < 1 || rows > most) {
      throw new DataException(
          "[forecast] expected 1 to %d of the %d rows of '%s', with a window of %d and a season of %d before them, but got %d"
              .formatted(
                  Math.max(0, most),
                  series.size(),
                  series.name(),
                  source().windowing().window(),
                  source().windowing().season(),
                  rows));
    }
    return forecast(series, series.size() - rows, rows);
  }

  /** {@return how many rows have a window and a season before them} */
  public int mostRows(Series series) {
    Windowing windowing = source().windowing();
    return series.size() - Math.max(windowing.window(), windowing.season());
  }

  /** {@return how many of the last rows the training held back, were it of this series} */
  public int heldOut(Series series) {
    return (int) Math.round(series.size() * source().heldOut());
  }

  private Forecast forecast(Series series, int from, int rows) {
    Windowing windowing = source().windowing();
    int window = windowing.window();
    int width = window * series.width();
    int windows = Math.ceilDiv(rows, windowing.horizon());
    float[] raw = new float[Math.multiplyExact(windows, width)];
    for (int i = 0; i < windows; i++) {
      series.window(from + i * windowing.horizon(), window, raw, i * width);
    }
    Spec spec = predictor.model().spec();
    return new Forecast(
            series,
            from,
            windowing.horizon(),
            windowing.season(),
            Forecast.levels(spec),
            predictor.predict(raw))
        .first(rows);
  }
}
