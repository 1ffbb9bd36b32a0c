package dev.fathom.generate;

import dev.fathom.json.Nearest;
import dev.fathom.model.Function;
import dev.fathom.model.Model;
import dev.fathom.nn.Layout;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.task.Port;
import dev.fathom.task.WishException;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What a layer of a network gives, as one vector an example: a feature map {@code [channels,
 * height, width]} is averaged over its places, a sequence {@code [steps, features]} over its steps.
 *
 * @param whole the network that has the layer
 * @param layer its full name
 * @param shares whether the last input, {@code [-1, steps]}, is how much each step counts; all
 *     together 1
 */
record LayerVector(Network whole, String layer, boolean shares) implements Function {
  static final String VECTOR = "vector";

  /** No input of a network has a dot in its name. */
  static final String SHARES = "step.shares";

  private static final int SEQUENCE = 2;
  private static final int MAP = 3;

  /**
   * {@return the vector of a layer of a model} Steps of a text count by shares, since a text may
   * have fewer tokens than the network takes.
   *
   * @param layer its full name; empty for the one in front of the head, or the head itself where
   *     the task is to give vectors
   * @throws WishException if there is no such layer, or it gives no vector
   * @throws IllegalArgumentException if the model has no layers, or none in front of its head
   */
  static LayerVector of(Model model, Optional<String> layer) {
    Network network = model.network();
    String name = layer.orElseGet(() -> front(model));
    Shape shape = network.layers().get(name);
    if (shape == null) {
      throw new WishException(
          "embed",
          "layer",
          "expected a layer of '%s' %s but got '%s'%s"
              .formatted(
                  model.name(),
                  network.layers().keySet(),
                  name,
                  Nearest.hint(name, network.layers().keySet())));
    }
    if (shape.rank() > MAP) {
      throw new WishException(
          "embed",
          "layer",
          "expected a layer of vectors, sequences or feature maps but '%s' gives %s"
              .formatted(name, shape));
    }
    boolean shares =
        model.tokenizer().isPresent()
            && shape.rank() == SEQUENCE
            && shape.size(0) == network.input().size(0);
    return new LayerVector(network, name, shares);
  }

  private static String front(Model model) {
    Network network = model.network();
    if (model.task().givesVectors()) {
      return network.head().name();
    }
    String front = network.head().inputs().getFirst();
    if (!network.layers().containsKey(front)) {
      throw new IllegalArgumentException(
          "[embed] expected a model with a layer in front of its head but the head of '%s' takes '%s'; the layers are %s"
              .formatted(model.name(), front, network.layers().keySet()));
    }
    return front;
  }

  /** {@return the length of the vector} */
  int size() {
    Shape shape = whole.layers().get(layer);
    return switch (shape.rank()) {
      case 0 -> 1;
      case SEQUENCE -> Math.toIntExact(shape.size(1));
      default -> Math.toIntExact(shape.size(0));
    };
  }

  @Override
  public List<Port> inputs() {
    List<Port> ports = new ArrayList<>();
    whole.inputs().forEach((name, shape) -> ports.add(Port.of(name, whole.inputType(name), shape)));
    if (shares) {
      ports.add(Port.of(SHARES, DType.F32, whole.input()));
    }
    return ports;
  }

  @Override
  public SequencedMap<String, Shape> outputs() {
    return only(Shape.of(size()));
  }

  private static <T> SequencedMap<String, T> only(T value) {
    SequencedMap<String, T> only = new LinkedHashMap<>();
    only.put(VECTOR, value);
    return only;
  }

  @Override
  public Layout parameters() {
    return whole.parameters();
  }

  @Override
  public Layout states() {
    return whole.states();
  }

  @Override
  public SequencedMap<String, Tensor> apply(List<Tensor> inputs, Tensor parameters, Tensor states) {
    List<Tensor> own = inputs.subList(0, whole.inputs().size());
    Tensor given =
        whole.trace(whole.bind(parameters, states), own, Optional.empty()).layers().get(layer);
    return only(
        switch (given.shape().rank() - 1) {
          case 0 -> given.unsqueeze(-1);
          case SEQUENCE ->
              shares ? given.mul(inputs.getLast().unsqueeze(-1)).sum(1) : given.mean(1);
          case MAP -> given.mean(2, 3);
          default -> given;
        });
  }

  @Override
  public long vocabulary(int input) {
    List<String> names = whole.graph().inputs();
    return input < names.size() ? whole.vocabulary(names.get(input)) : 0;
  }

  /** {@return nothing: it is a part of one} */
  @Override
  public Optional<Network> network() {
    return Optional.empty();
  }
}
