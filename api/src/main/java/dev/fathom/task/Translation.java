package dev.fathom.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Column;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.loss.Loss;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Target;
import dev.fathom.nn.Network;
import dev.fathom.spi.Shape;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A sequence is told from another by an encoder and a decoder: a network gives logits {@code [time,
 * tokens]} of the token behind each step of the second. The answer is these logits, {@code
 * prediction}.
 *
 * @param decoder the task of the decoder
 */
public record Translation(LanguageModel decoder) implements Task {
  /** The name in a spec. */
  public static final String NAME = "translation";

  /** A translation with this loss of logits. */
  public Translation(Loss loss) {
    this(new LanguageModel(loss));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Loss loss() {
    return decoder.loss();
  }

  @Override
  public Translation fitted(Network network, Optional<Column> column, Normalisation units) {
    return new Translation(decoder.fitted(network, column, units));
  }

  @Override
  public Target target() {
    return decoder.target();
  }

  @Override
  public List<Metric> metrics() {
    return decoder.metrics();
  }

  @Override
  public List<Port> ports(SequencedMap<String, Shape> outputs) {
    return decoder.ports(outputs);
  }

  @Override
  public Answer describe(List<Numbers> values) {
    return decoder.describe(values);
  }

  @Override
  public ObjectNode toJson() {
    return decoder.toJson().put("type", NAME);
  }
}
