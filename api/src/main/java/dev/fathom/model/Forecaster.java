package dev.fathom.model;

import dev.fathom.data.DataException;
import dev.fathom.data.Numbers;
import dev.fathom.data.Series;
import dev.fathom.data.Windowing;
import dev.fathom.task.Forecast;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Forecasts a time series with a model of one. Thread-safe.
 *
 * @param predictor of a model whose task is a {@link Forecast}
 */
public record Forecaster(Predictor predictor) {
  /**
   * @throws IllegalArgumentException if it is no such model
   */
  public Forecaster {
    if (!(predictor.model().task() instanceof Forecast)) {
      throw new IllegalArgumentException(
          "[forecast] expected a model of a time series but '%s' takes '%s' of shape %s"
              .formatted(
                  predictor.model().name(),
                  predictor.model().signature().input().name(),
                  predictor.model().rawShape()));
    }
  }

  private Forecast task() {
    return (Forecast) predictor.model().task();
  }

  /**
   * {@return the rows after the last of a series, as far as the model's horizon}
   *
   * @param series read as the model's spec says
   * @throws DataException if it is shorter than a window, or the last window lies across a gap
   */
  public SeriesForecast ahead(Series series) {
    return forecast(series, series.size(), task().windowing().horizon());
  }

  /**
   * {@return the forecast that the model would have made of the last rows of a series: a horizon of
   * them from the rows before these, then the next}
   *
   * @param rows 1 or more, at most {@link #mostRows}; those whose window lies across a gap have no
   *     forecast
   * @throws DataException if there are not so many, or none has a forecast
   */
  public SeriesForecast backtest(Series series, int rows) {
    int most = mostRows(series);
    if (rows < 1 || rows > most) {
      throw new DataException(
          "[forecast] expected 1 to %d of the %d rows of '%s', with a window of %d and a season of %d before them, but got %d"
              .formatted(
                  Math.max(0, most),
                  series.size(),
                  series.name(),
                  task().windowing().window(),
                  task().windowing().season(),
                  rows));
    }
    return forecast(series, series.size() - rows, rows);
  }

  /** {@return how many rows have a window and a season before them} */
  public int mostRows(Series series) {
    Windowing windowing = task().windowing();
    return series.size() - Math.max(windowing.window(), windowing.season());
  }

  private SeriesForecast forecast(Series series, int from, int rows) {
    Windowing windowing = task().windowing();
    int window = windowing.window();
    int horizon = windowing.horizon();
    int width = window * series.width();
    int[] origins =
        IntStream.iterate(from, origin -> origin < from + rows, origin -> origin + horizon)
            .toArray();
    int[] whole =
        Arrays.stream(origins).filter(origin -> series.hasWindow(origin, window)).toArray();
    if (whole.length == 0) {
      whole = origins; // of which the first says what it lacks
    }
    double[] raw = new double[Math.multiplyExact(whole.length, width)];
    for (int i = 0; i < whole.length; i++) {
      series.window(whole[i], window, raw, i * width);
    }
    Numbers found = predictor.answer(List.of(Numbers.of(raw))).getFirst();
    if (whole.length < origins.length) {
      int[] places = Arrays.stream(whole).map(origin -> (origin - from) / horizon).toArray();
      found = spread(found, places, horizon * task().quantiles().size(), origins.length);
    }
    return new SeriesForecast(series, from, horizon, windowing.season(), task().quantiles(), found)
        .first(rows);
  }

  /** Puts answers to their places, with NaN where there is none. */
  private static Numbers spread(Numbers found, int[] places, int width, int all) {
    double[] answers = found.doubles();
    double[] spread = new double[all * width];
    Arrays.fill(spread, Double.NaN);
    for (int i = 0; i < places.length; i++) {
      System.arraycopy(answers, i * width, spread, places[i] * width, width);
    }
    return Numbers.of(spread);
  }
}
