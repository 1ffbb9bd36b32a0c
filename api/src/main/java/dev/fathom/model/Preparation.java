package dev.fathom.model;

import dev.fathom.data.FixedLength;
import dev.fathom.data.Normalisation;
import dev.fathom.nn.Network;
import dev.fathom.spi.Shape;
import dev.fathom.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How examples as people have them become the inputs of a function. Immutable.
 *
 * @param inputs one for each input of the function, in its order
 * @param tokenizer of a model of texts
 * @param texts how a text becomes the first input; empty if the model does not take whole texts
 */
public record Preparation(
    List<Input> inputs, Optional<Tokenizer> tokenizer, Optional<FixedLength> texts) {
  /**
   * An input.
   *
   * @param name that clients give it
   * @param raw the shape of one example as people have it
   * @param normalisation of its numbers
   * @param features the columns of a table that it is made of, in order; empty if it is not
   */
  public record Input(String name, Shape raw, Normalisation normalisation, List<String> features) {
    public Input {
      features = List.copyOf(features);
    }
  }

  public Preparation {
    inputs = List.copyOf(inputs);
  }

  /** {@return examples that are the network's inputs as they are} */
  public static Preparation none(Network network) {
    List<Input> inputs = new ArrayList<>();
    network
        .inputs()
        .forEach(
            (name, shape) -> inputs.add(new Input(name, shape, Normalisation.NONE, List.of())));
    return new Preparation(inputs, Optional.empty(), Optional.empty());
  }
}
