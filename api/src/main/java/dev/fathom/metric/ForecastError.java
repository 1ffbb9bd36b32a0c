package dev.fathom.metric;

import java.util.OptionalDouble;

/**
 * The errors of forecasts, beside those of a reference. Collected over batches on the host; for one
 * thread.
 */
public final class ForecastError {
  private final int quantiles;
  private final int median;
  private double error;
  private double reference;
  private long inside;
  private long count;

  /**
   * @param quantiles how many a forecast of one number has, 1 or more, rising; 1 for a forecast
   *     without interval
   * @param median the position of the one that is the forecast
   */
  public ForecastError(int quantiles, int median) {
    if (median < 0 || median >= quantiles) {
      throw new IllegalArgumentException(
          "[forecast-error] expected a median among %d quantiles but got %d"
              .formatted(quantiles, median));
    }
    this.quantiles = quantiles;
    this.median = median;
  }

  /**
   * Adds the first {@code numbers} numbers.
   *
   * @param forecasts {@code [numbers, quantiles]}
   * @param truth {@code [numbers]}
   * @param references {@code [numbers]}, what the forecasts are compared with
   */
  public void add(double[] forecasts, double[] truth, double[] references, int numbers) {
    for (int i = 0; i < numbers; i++) {
      int at = i * quantiles;
      error += Math.abs(forecasts[at + median] - truth[i]);
      reference += Math.abs(references[i] - truth[i]);
      if (forecasts[at] <= truth[i] && truth[i] <= forecasts[at + quantiles - 1]) {
        inside++;
      }
    }
    count += numbers;
  }

  /** {@return how many numbers were forecast} */
  public long count() {
    return count;
  }

  /** {@return the mean absolute error of the medians; NaN without numbers} */
  public double meanAbsolute() {
    return error / count;
  }

  /** {@return the mean absolute error of the reference; NaN without numbers} */
  public double referenceMeanAbsolute() {
    return reference / count;
  }

  /** {@return the share between the lowest and highest quantile; empty where there is but one} */
  public OptionalDouble coverage() {
    return quantiles > 1 ? OptionalDouble.of((double) inside / count) : OptionalDouble.empty();
  }
}
