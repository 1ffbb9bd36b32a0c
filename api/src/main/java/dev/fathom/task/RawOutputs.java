package dev.fathom.task;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Column;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.loss.Loss;
import dev.fathom.loss.MeanSquaredError;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Target;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Outputs as the network gives them, each under its own name: the task of a network that has no
 * other.
 *
 * @param names of the outputs, in order
 */
public record RawOutputs(List<String> names) implements Task {
  /** The name in a stored model. */
  public static final String NAME = "outputs";

  public RawOutputs {
    names = List.copyOf(names);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Loss loss() {
    return new MeanSquaredError();
  }

  @Override
  public RawOutputs fitted(Network network, Optional<Column> target, Normalisation units) {
    return new RawOutputs(List.copyOf(network.outputs().keySet()));
  }

  @Override
  public Target target() {
    return Target.numbers(Normalisation.NONE);
  }

  @Override
  public List<Metric> metrics() {
    return List.of();
  }

  @Override
  public List<Port> ports(SequencedMap<String, Shape> outputs) {
    List<Port> ports = new ArrayList<>();
    outputs.forEach((name, shape) -> ports.add(Port.of(name, DType.F32, shape)));
    return ports;
  }

  @Override
  public Answer describe(List<Numbers> values) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      json.setAll(Targets.numbers(names.get(i), values.get(i)).json());
      texts.add((values.size() > 1 ? names.get(i) + " " : "") + values.get(i).text());
    }
    return Answer.of(String.join(", ", texts), json);
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", NAME);
    names.forEach(json.putArray("names")::add);
    return json;
  }
}
