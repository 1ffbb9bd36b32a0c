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
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** A text becomes a vector, {@code vector}, which is near to those of texts that mean the same. */
public record TextVectors() implements Task {
  /** The name in a stored model. */
  public static final String NAME = "vectors";

  private static final String VECTOR = "vector";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Loss loss() {
    return new MeanSquaredError();
  }

  @Override
  public boolean givesVectors() {
    return true;
  }

  @Override
  public TextVectors fitted(Network network, Optional<Column> target, Normalisation units) {
    return this;
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
    return List.of(Port.of(VECTOR, DType.F32, outputs.firstEntry().getValue()));
  }

  @Override
  public Answer describe(List<Numbers> values) {
    return Targets.numbers(VECTOR, values.getFirst());
  }

  @Override
  public ObjectNode toJson() {
    return JsonNodeFactory.instance.objectNode().put("type", NAME);
  }
}
