package dev.fathom.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.data.Feed;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.image.View;
import dev.fathom.loss.Loss;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Observation;
import dev.fathom.metric.Target;
import dev.fathom.nn.Graph;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The meaning of a network's numbers: which columns it learns, the loss that is minimised, the
 * metrics that follow it, and the way its outputs become an answer. Code that differs between
 * classes, numbers and series asks the task. Anybody may write one; it is immutable.
 *
 * <p>A task is written in a spec without its data: {@link #fitted} gives the one that knows its
 * classes and units, and only that one is asked for metrics and answers.
 */
public interface Task {
  /** {@return the name in a spec, in lower camel case: {@code classification}} */
  String name();

  /** {@return the loss that is minimised} */
  Loss loss();

  /**
   * {@return this task for a network and the column that it learns}
   *
   * @param target the column; empty for a task without one
   * @param normalisation of a target of numbers
   * @throws dev.fathom.json.SpecException if they do not fit, with the JSON pointer
   */
  Task fitted(Network network, Optional<Column> target, Normalisation normalisation);

  /** {@return the meaning of the target's numbers, for metrics} */
  Target target();

  /** {@return the metrics that are followed unless a spec names others} */
  List<Metric> metrics();

  /** {@return whether an example has one class, so that a split keeps the shares of the classes} */
  default boolean isClass() {
    return false;
  }

  /** {@return whether a column of text in a table is read as names of classes} */
  default boolean readsClasses() {
    return false;
  }

  /**
   * {@return whether it learns from a target; without one, from the inputs alone} True by default.
   *
   * @param network the blocks that learn
   */
  default boolean hasTarget(Graph network) {
    return true;
  }

  /**
   * {@return the inputs of a network that are no columns of the data: the task itself makes them,
   * the time of a diffusion for example} By name, each with its shape without the batch axis; none
   * by default. A network may have some of them.
   */
  default SequencedMap<String, Shape> made() {
    return new LinkedHashMap<>();
  }

  /**
   * {@return this fitted task for columns that are normalised so} By default the same.
   *
   * @param inputs of the columns that the network learns from, in order
   */
  default Task ofInputs(List<Normalisation> inputs) {
    return this;
  }

  /**
   * {@return whether the first output is a vector of the whole example that others are compared
   * with} False by default.
   */
  default boolean givesVectors() {
    return false;
  }

  /** {@return the examples that are learned and validated with: by default all} */
  default Dataset learned(Dataset examples, Column target) {
    return examples;
  }

  /** {@return {@code feed} with the target, as the loss compares it} */
  default Feed feed(Feed feed, Network network, Column target, Normalisation normalisation) {
    return loss().targetType() == DType.I32
        ? feed.ids(target.name(), -1, loss().classes(network.output()))
        : feed.floats(target.name(), normalisation);
  }

  /**
   * {@return the target as a network that is opened again learned it}
   *
   * @param name of the column
   * @param labels that {@link #labels} gave
   */
  default Column target(String name, Network network, List<String> labels) {
    Shape shape = loss().targetShape(network.output());
    boolean unnamed = labels.isEmpty() && loss().targetType() == DType.I32 && shape.rank() == 0;
    List<String> names =
        unnamed
            ? LongStream.range(0, loss().classes(network.output()))
                .mapToObj(Long::toString)
                .toList()
            : labels;
    return new Column(name, loss().targetType(), shape, names);
  }

  /** {@return the names of the classes, in order; empty if there are none} */
  default List<String> labels() {
    return target().labels();
  }

  /**
   * {@return the loss of a batch} By default the network's first output is compared with the
   * target.
   *
   * @param columns that the network learns from
   */
  default Term term(Step step, Columns columns) {
    List<Tensor> inputs = columns.inputs().stream().map(step::column).toList();
    Tensor output = step.trace("", inputs).output();
    Tensor target = step.column(columns.target().orElseThrow());
    return new Term(
        loss().rows(output, target),
        loss().weights(target, step.mask()),
        Optional.of(new Observation(output, target, step.mask())));
  }

  /** {@return the name of the network's group of parameters: empty unless it has partners} */
  default String group() {
    return "";
  }

  /** {@return networks that learn beside the one of the model; none by default} */
  default List<Partner> partners() {
    return List.of();
  }

  /**
   * {@return the loss of each group of parameters, the {@link #group} first} By default that of
   * {@link #term}, alone.
   *
   * @param columns that the network learns from
   */
  default SequencedMap<String, Term> terms(Step step, Columns columns) {
    SequencedMap<String, Term> terms = new LinkedHashMap<>();
    terms.put(group(), term(step, columns));
    return terms;
  }

  /**
   * {@return how good a guess is that looks at no input; empty if the task has none, as by default}
   *
   * @param learned examples that the guess is made from
   * @param measured examples that it is measured on
   * @param column the target
   */
  default Optional<Baseline> baseline(Dataset learned, Dataset measured, String column) {
    return Optional.empty();
  }

  /**
   * {@return the ports that clients get for outputs of these shapes, in the order of {@link
   * #answer}}
   *
   * @param outputs shapes by name, without the batch axis
   */
  List<Port> ports(SequencedMap<String, Shape> outputs);

  /**
   * {@return the part of an answer that is computed on the device: one tensor for each port, unless
   * {@link #finish(List)} makes the ports of others}
   *
   * @param outputs of the network, {@code [batch, ...]} by name
   */
  default List<Tensor> answer(SequencedMap<String, Tensor> outputs) {
    return new ArrayList<>(outputs.values());
  }

  /**
   * {@return the same where the inputs have a part in it}
   *
   * @param inputs of the network, {@code [batch, ...]}, in order
   */
  default List<Tensor> answer(List<Tensor> inputs, SequencedMap<String, Tensor> outputs) {
    return answer(outputs);
  }

  /**
   * {@return the values of a port, ended on the host}: in the units of the target, quantiles in
   * order. By default they are what the device gave.
   *
   * @param port position of the port
   * @param values {@code [examples, ...]}, which may be changed; not to be kept
   */
  default Numbers finish(int port, float[] values) {
    return Numbers.of(values);
  }

  /**
   * {@return the values of all ports of a batch, ended on the host} By default each by itself.
   *
   * @param values of each tensor of {@link #answer}, {@code [batch, ...]}, which may be changed;
   *     not to be kept
   */
  default List<Numbers> finish(List<float[]> values) {
    return IntStream.range(0, values.size()).mapToObj(i -> finish(i, values.get(i))).toList();
  }

  /**
   * {@return the values of all ports of examples that were made of pictures, with places in them in
   * the pixels of these} By default no port has places.
   *
   * @param values of each port, {@code [examples, ...]}, finished; not changed
   * @param views where each example lies in its picture
   */
  default List<Numbers> placed(List<Numbers> values, List<View> views) {
    return values;
  }

  /**
   * {@return the names of the classes that the values of a port are of} By default they stand along
   * its last axis, if that has as many values; where the values are numbers of classes, they are
   * these classes.
   *
   * @param port that the task has
   */
  default List<String> labels(Port port) {
    List<Long> shape = port.shape();
    return shape.size() > 1 && shape.getLast() == labels().size() ? labels() : List.of();
  }

  /**
   * {@return the answer for one example, for people and programs}
   *
   * @param values of each port, finished
   */
  Answer describe(List<Numbers> values);

  /**
   * {@return the answer for one example that was made of a picture} Places in it are those of the
   * picture.
   *
   * @param values of each port, finished
   * @param view where the example lies in the picture
   */
  default Answer describe(List<Numbers> values, View view) {
    return describe(values);
  }

  /** {@return the fitted task in the keys of a spec, to be kept beside the weights} */
  ObjectNode toJson();
}
