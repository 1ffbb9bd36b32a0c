package dev.fathom.task;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Column;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.loss.Loss;
import dev.fathom.metric.Accuracy;
import dev.fathom.metric.LogLoss;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Target;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Each step of a sequence of tokens is followed by another: a network gives logits {@code [time,
 * tokens]} of the token behind each. The answer is these logits, {@code prediction}; {@code
 * dev.fathom.generate} makes texts of them.
 *
 * @param loss of logits
 */
public record LanguageModel(Loss loss) implements Task {
  /** The name in a spec. */
  public static final String NAME = "languageModel";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public LanguageModel fitted(Network network, Optional<Column> column, Normalisation units) {
    Column target = Targets.required(column, units, this);
    Targets.requireIntegers(target);
    Shape output = network.output();
    Shape wanted = output.rank() == 2 ? target.shape().concat(output.slice(1, 2)) : target.shape();
    Targets.requireShape(target, Targets.shape(loss, output), wanted, output);
    return this;
  }

  @Override
  public Target target() {
    return Target.classes(List.of());
  }

  @Override
  public List<Metric> metrics() {
    return List.of(new Accuracy(), new LogLoss(true));
  }

  @Override
  public List<Port> ports(SequencedMap<String, Shape> outputs) {
    return List.of(Port.of("prediction", DType.F32, outputs.firstEntry().getValue()));
  }

  @Override
  public Answer describe(List<Numbers> values) {
    return Targets.numbers("prediction", values.getFirst());
  }

  @Override
  public ObjectNode toJson() {
    return JsonNodeFactory.instance.objectNode().put("type", NAME);
  }
}
