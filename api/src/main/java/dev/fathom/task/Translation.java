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
import dev.fathom.text.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A sequence is told from another by an encoder and a decoder: a network gives logits {@code [time,
 * tokens]} of the token behind each step of the second. The answer is these logits, {@code
 * prediction}; {@code dev.fathom.generate} makes texts of them.
 *
 * @param decoder the task of the decoder
 * @param start the special token that a second sequence goes on from, by its name
 * @param end the special token behind both sequences
 */
public record Translation(LanguageModel decoder, String start, String end) implements Task {
  /** The name in a spec. */
  public static final String NAME = "translation";

  /** A translation with this loss of logits. */
  public Translation(Loss loss, String start, String end) {
    this(new LanguageModel(loss), start, end);
  }

  /**
   * {@return the number of a special token}
   *
   * @throws IllegalArgumentException if it is none of the tokenizer's
   */
  public static int special(Tokenizer tokenizer, String name) {
    return tokenizer
        .specialToken(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "[translation] expected a special token '%s' in the tokenizer but there is none"
                        .formatted(name)));
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
    return new Translation(decoder.fitted(network, column, units), start, end);
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
    return decoder.toJson().put("type", NAME).put("start", start).put("end", end);
  }
}
