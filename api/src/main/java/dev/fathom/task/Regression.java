package dev.fathom.task;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.json.SpecException;
import dev.fathom.loss.Loss;
import dev.fathom.metric.Metric;
import dev.fathom.metric.NumberError;
import dev.fathom.metric.Target;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Each example has a number or several, or quantiles of them where the loss learns these. The
 * answer is {@code prediction}, in the target's units; f64 where f32 is too coarse for these.
 *
 * @param loss of numbers
 * @param normalisation by which the numbers are learned; none before the task is fitted
 */
public record Regression(Loss loss, Normalisation normalisation) implements Task {
  /** The name in a spec. */
  public static final String NAME = "regression";

  /** A task that is not fitted yet. */
  public Regression(Loss loss) {
    this(loss, Normalisation.NONE);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Regression fitted(Network network, Optional<Column> column, Normalisation units) {
    Column target = Targets.required(column, units, this);
    if (target.isClass()) {
      throw new SpecException(
          "/data/target",
          ("expected a column of numbers for the task regression but '%s' is one of classes;"
                  + " \"task\": \"classification\" learns classes, \"kinds\": {\"%s\": \"number\"} in"
                  + " \"data\" reads numbers")
              .formatted(target.name(), target.name()));
    }
    Targets.requireShape(
        target,
        Targets.shape(loss, network.output()),
        output(target.shape(), loss),
        network.output());
    return new Regression(loss, units);
  }

  /** {@return the output that fits a target: a quantile of each number beside the other} */
  static Shape output(Shape target, Loss loss) {
    int quantiles = loss.quantiles().size();
    return quantiles == 1 ? target : Shape.of(target.elements() * quantiles);
  }

  @Override
  public Target target() {
    return Target.quantiles(normalisation, loss.quantiles());
  }

  @Override
  public List<Metric> metrics() {
    return List.of(
        new NumberError(NumberError.Kind.MEAN_ABSOLUTE, target()),
        new NumberError(NumberError.Kind.ROOT_MEAN_SQUARED, target()),
        new NumberError(NumberError.Kind.R2, target()));
  }

  /** {@return how good it is to say the mean of what was learned always; of one number} */
  @Override
  public Optional<Baseline> baseline(Dataset learned, Dataset measured, String column) {
    double[] known = Baseline.values(learned, column);
    double[] came = Baseline.values(measured, column);
    if (known.length != learned.size()) {
      return Optional.empty();
    }
    double mean = 0;
    for (double number : known) {
      mean += number / known.length;
    }
    double absolute = 0;
    double squared = 0;
    for (double number : came) {
      absolute += Math.abs(number - mean) / came.length;
      squared += (number - mean) * (number - mean) / came.length;
    }
    SequencedMap<String, Double> figures = new LinkedHashMap<>();
    figures.put(NumberError.Kind.MEAN_ABSOLUTE.label(), absolute);
    figures.put(NumberError.Kind.ROOT_MEAN_SQUARED.label(), Math.sqrt(squared));
    return Optional.of(
        new Baseline(String.format(Locale.ROOT, "always the mean, %.6g", mean), figures, figures));
  }

  @Override
  public List<Port> ports(SequencedMap<String, Shape> outputs) {
    DType type = normalisation.needsF64() ? DType.F64 : DType.F32;
    return List.of(Port.of("prediction", type, outputs.firstEntry().getValue()));
  }

  @Override
  public Numbers finish(int port, float[] values) {
    double[] exact = target().inUnits(values);
    target().sortQuantiles(exact);
    return normalisation.needsF64() ? Numbers.of(exact) : Numbers.of(Numbers.cut(exact));
  }

  @Override
  public Answer describe(List<Numbers> values) {
    return Targets.numbers("prediction", values.getFirst());
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", NAME);
    json.put("mean", normalisation.mean().getFirst() / normalisation.scale());
    json.put("deviation", normalisation.deviation().getFirst() / normalisation.scale());
    loss.quantiles().forEach(json.putArray("quantiles")::add);
    return json;
  }
}
