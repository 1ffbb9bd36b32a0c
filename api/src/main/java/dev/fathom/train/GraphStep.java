package dev.fathom.train;

import dev.fathom.nn.Context;
import dev.fathom.nn.Network;
import dev.fathom.nn.Parameters;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.task.Step;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** A batch whose columns and weights are inputs of a program. */
final class GraphStep implements Step {
  /** Its own random numbers are apart from those of networks, which have streams below. */
  private static final int FIRST_STREAM = 1 << 30;

  private final SequencedMap<String, Tensor> columns;
  private final Tensor mask;
  private final boolean training;
  private final Tensor seed;
  private final Tensor number;
  private final SequencedMap<String, Network> networks = new LinkedHashMap<>();
  private final Map<String, Parameters> bound = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> layers = new LinkedHashMap<>();
  private int streams;

  /**
   * @param seed i64 scalar of the run
   * @param number i64 scalar, another one in each part of each step
   */
  GraphStep(
      SequencedMap<String, Tensor> columns,
      Tensor mask,
      boolean training,
      Tensor seed,
      Tensor number) {
    this.columns = columns;
    this.mask = mask;
    this.training = training;
    this.seed = seed;
    this.number = number;
  }

  /** Adds the network of a group. */
  void add(Group group, Tensor parameters, Tensor states) {
    Network network = group.network();
    bound.put(
        group.name(),
        network.bind(parameters, states, networks.size()).freeze(group.frozen()::matches));
    networks.put(group.name(), network);
  }

  /** {@return the weights of a group} */
  Parameters parameters(Group group) {
    return bound.get(group.name());
  }

  /** {@return the output of each layer of all networks, in the order they were traced} */
  SequencedMap<String, Tensor> layers() {
    return layers;
  }

  /** {@return whether the graph uses seed and number} */
  boolean random() {
    return streams > 0 || bound.values().stream().anyMatch(Parameters::random);
  }

  @Override
  public Tensor column(String name) {
    Tensor column = columns.get(name);
    if (column == null) {
      throw new IllegalArgumentException(
          "[step] expected a column of %s but got '%s'".formatted(columns.keySet(), name));
    }
    return column;
  }

  @Override
  public Tensor mask() {
    return mask;
  }

  @Override
  public long batch() {
    return mask.size(0);
  }

  @Override
  public boolean training() {
    return training;
  }

  @Override
  public Network.Trace trace(String group, List<Tensor> inputs) {
    Network network = networks.get(group);
    if (network == null) {
      throw new IllegalArgumentException(
          "[step] expected a group of %s but got '%s'".formatted(networks.keySet(), group));
    }
    Parameters own = bound.get(group);
    List<Tensor> shaped = shaped(network, inputs);
    Network.Trace trace =
        training
            ? network.trace(own, shaped, Optional.of(new Context.Training(mask, seed, number)))
            : network.trace(own, shaped, new Context.Draws(seed, number));
    String prefix = group.isEmpty() ? "" : group + ".";
    trace.layers().forEach((name, output) -> layers.putLast(prefix + name, output));
    return trace;
  }

  /** A plane {@code [height, width]} of a dataset is an image of one channel for a network. */
  private static List<Tensor> shaped(Network network, List<Tensor> inputs) {
    List<Shape> shapes = List.copyOf(network.inputs().values());
    List<String> names = List.copyOf(network.inputs().keySet());
    if (inputs.size() != shapes.size()) {
      throw new IllegalArgumentException(
          "[step] expected tensors for the inputs %s but got %d".formatted(names, inputs.size()));
    }
    List<Tensor> shaped = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      Tensor input = inputs.get(i);
      Shape wanted = Shape.of(input.size(0)).concat(shapes.get(i));
      if (network.vocabulary(names.get(i)) > 0 && input.shape().rank() == wanted.rank()) {
        // A text that is tested on may have another length: see Plan.testsOtherShapes.
        shaped.add(input);
        continue;
      }
      if (wanted.elements() != input.shape().elements()) {
        throw new IllegalArgumentException(
            "[step] expected a tensor [batch, ...] of shape %s for input '%s' but got %s"
                .formatted(wanted, names.get(i), input.shape()));
      }
      shaped.add(input.reshape(wanted.toArray()));
    }
    return shaped;
  }

  @Override
  public Tensor normal(long... shape) {
    return Tensor.normal(seed, number, FIRST_STREAM + streams++, shape);
  }

  @Override
  public Tensor uniform(long... shape) {
    return Tensor.uniform(seed, number, FIRST_STREAM + streams++, shape);
  }

  /** {@return the i64 run-time scalar {@code name}} */
  static Tensor scalar(String name) {
    return Tensor.scalar(name, DType.I64);
  }
}
