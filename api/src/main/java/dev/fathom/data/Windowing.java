package dev.fathom.data;

/**
 * How a time series becomes examples.
 *
 * @param window how many rows a forecast looks at
 * @param horizon how many rows it looks ahead, from the first behind the window
 * @param stride from the window of one example to that of the next
 * @param season the period of the series in rows: 365 for days, 12 for months. A forecast is
 *     compared with the value one season ago, which for 1 is the last value
 */
public record Windowing(int window, int horizon, int stride, int season) {
  /**
   * @throws DataException if one of them is not positive
   */
  public Windowing {
    if (window < 1 || horizon < 1 || stride < 1 || season < 1) {
      throw new DataException(
          "[series] expected window, horizon, stride and season of 1 or more but got %d, %d, %d, %d"
              .formatted(window, horizon, stride, season));
    }
  }
}
