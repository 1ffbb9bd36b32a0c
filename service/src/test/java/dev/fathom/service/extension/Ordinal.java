package dev.fathom.service.extension;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Column;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.json.SpecException;
import dev.fathom.loss.Loss;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Target;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.task.Answer;
import dev.fathom.task.Port;
import dev.fathom.task.Task;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Each example has one of several ranks, which are in an order. The answer is {@code rank}, from 0.
 *
 * @param ranks their names, lowest first; empty before the task is fitted
 */
record Ordinal(Loss loss, List<String> ranks) implements Task {

  static final String NAME = "ordinal";

  Ordinal(Loss loss) {
    this(loss, List.of());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Ordinal fitted(Network network, Optional<Column> target, Normalisation normalisation) {
    var column = target.orElseThrow();
    var wanted = Shape.of(column.classes() - 1);
    if (!network.output().equals(wanted)) {
      throw new SpecException(
          "/model",
          "expected a last layer with output %s, one fewer than ranks of '%s', but it gives %s"
              .formatted(wanted, column.name(), network.output()));
    }
    return new Ordinal(loss, column.labels());
  }

  @Override
  public Target target() {
    return Target.classes(ranks);
  }

  @Override
  public List<Metric> metrics() {
    return List.of(new RankError());
  }

  @Override
  public boolean isClass() {
    return true;
  }

  @Override
  public List<Port> ports(SequencedMap<String, Shape> outputs) {
    return List.of(Port.of("rank", DType.F32, Shape.SCALAR));
  }

  @Override
  public List<Tensor> answer(SequencedMap<String, Tensor> outputs) {
    return List.of(Cumulative.rank(outputs.firstEntry().getValue()));
  }

  @Override
  public Answer describe(List<Numbers> values) {
    int rank = (int) values.getFirst().get(0);
    var json = JsonNodeFactory.instance.objectNode().put("rank", rank);
    return Answer.of(ranks.get(rank), json.put("name", ranks.get(rank)));
  }

  @Override
  public ObjectNode toJson() {
    var json = JsonNodeFactory.instance.objectNode().put("type", NAME);
    ranks.forEach(json.putArray("ranks")::add);
    return json;
  }
}
