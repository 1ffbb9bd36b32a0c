package dev.fathom.model;

import dev.fathom.nn.Layout;
import dev.fathom.nn.Network;
import dev.fathom.spi.Shape;
import dev.fathom.task.Port;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** A network as a function. */
record NetworkFunction(Network layers) implements Function {
  @Override
  public List<Port> inputs() {
    List<Port> ports = new ArrayList<>();
    layers
        .inputs()
        .forEach((name, shape) -> ports.add(Port.of(name, layers.inputType(name), shape)));
    return ports;
  }

  @Override
  public SequencedMap<String, Shape> outputs() {
    return layers.outputs();
  }

  @Override
  public Layout parameters() {
    return layers.parameters();
  }

  @Override
  public Layout states() {
    return layers.states();
  }

  @Override
  public SequencedMap<String, Tensor> apply(List<Tensor> inputs, Tensor parameters, Tensor states) {
    return layers.trace(layers.bind(parameters, states), inputs, Optional.empty()).outputs();
  }

  @Override
  public long vocabulary(int input) {
    return layers.vocabulary(layers.graph().inputs().get(input));
  }

  @Override
  public Optional<Network> network() {
    return Optional.of(layers);
  }
}
