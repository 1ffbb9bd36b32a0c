package dev.fathom.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Column;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.data.SeriesWindows;
import dev.fathom.data.Windowing;
import dev.fathom.loss.Loss;
import dev.fathom.metric.ForecastReport;
import dev.fathom.metric.Metric;
import dev.fathom.metric.NumberError;
import dev.fathom.metric.Target;
import dev.fathom.nn.Network;
import dev.fathom.spi.Shape;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A time series goes on: each example is a window of it, and the target the rows that follow, or
 * quantiles of them where the loss learns these. The answer is {@code prediction}, in the target's
 * units. It is compared with the seasonal-naive forecast.
 *
 * @param regression of the rows that follow
 * @param windowing how rows become examples
 */
public record Forecast(Regression regression, Windowing windowing) implements Task {
  /** The name in a spec. */
  public static final String NAME = "forecast";

  /** A task that is not fitted yet. */
  public Forecast(Loss loss, Windowing windowing) {
    this(new Regression(loss), windowing);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Loss loss() {
    return regression.loss();
  }

  @Override
  public Forecast fitted(Network network, Optional<Column> column, Normalisation units) {
    return new Forecast(regression.fitted(network, column, units), windowing);
  }

  /** {@return the quantiles of a forecast, rising; 0.5 alone for one without interval} */
  public List<Double> quantiles() {
    return loss().quantiles();
  }

  @Override
  public Target target() {
    return regression.target();
  }

  @Override
  public List<Metric> metrics() {
    return List.of(
        new ForecastReport(target(), SeriesWindows.NAIVE),
        new NumberError(NumberError.Kind.ROOT_MEAN_SQUARED, target()));
  }

  @Override
  public List<Port> ports(SequencedMap<String, Shape> outputs) {
    return regression.ports(outputs);
  }

  @Override
  public Numbers finish(int port, float[] values) {
    return regression.finish(port, values);
  }

  @Override
  public Answer describe(List<Numbers> values) {
    return regression.describe(values);
  }

  @Override
  public ObjectNode toJson() {
    return regression.toJson().put("type", NAME);
  }
}
