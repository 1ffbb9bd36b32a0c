package dev.fathom.train;

import dev.fathom.json.SpecException;
import dev.fathom.model.Weights;
import dev.fathom.nn.Layout;
import dev.fathom.nn.Lora;
import dev.fathom.nn.Network;
import dev.fathom.spec.TransferSpec.From;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a network takes of a model.
 *
 * @param found the model
 * @param parameters those that are taken, where they lie in the network
 * @param states the same of the states
 */
record Taken(ModelSource.Found found, List<Layout.Slot> parameters, List<Layout.Slot> states) {

  /**
   * {@return what patterns choose}
   *
   * @throws SpecException if they choose nothing, or what the model has not, or in another shape
   */
  static Taken of(From from, ModelSource.Found found, Network network) {
    Taken taken =
        new Taken(
            found,
            chosen(from, found, network.parameters(), found.model().parameters().layout()),
            chosen(from, found, network.states(), found.model().states().layout()));
    if (taken.parameters.isEmpty() && taken.states.isEmpty()) {
      throw new SpecException(
          "/from/weights",
          "expected names of parameters such as %s but '%s' matches none"
              .formatted(
                  network.parameters().slots().stream().limit(3).map(Layout.Slot::name).toList(),
                  from.weights()));
    }
    return taken;
  }

  private static List<Layout.Slot> chosen(
      From from, ModelSource.Found found, Layout own, Layout source) {
    List<Layout.Slot> chosen =
        own.slots().stream()
            .filter(slot -> !Lora.isAdapter(slot.name()) && from.weights().matches(slot.name()))
            .toList();
    for (Layout.Slot slot : chosen) {
      Optional<Layout.Slot> there = source.slot(slot.name());
      if (there.isEmpty() || !there.get().shape().equals(slot.shape())) {
        throw new SpecException(
            "/from/weights",
            "%s matches '%s', which has the shape %s here %s in model %s; \"!%s\" leaves it out"
                .formatted(
                    from.weights(),
                    slot.name(),
                    slot.shape(),
                    there.map(other -> "and " + other.shape()).orElse("and is not"),
                    found.name(),
                    slot.name().replaceFirst("\\.[^.]*$", ".*")));
      }
    }
    return chosen;
  }

  /** {@return how many numbers are taken} */
  long numbers() {
    return Stream.concat(parameters.stream(), states.stream())
        .mapToLong(slot -> slot.shape().elements())
        .sum();
  }

  /** {@return weights with those of the model in place of the slots} */
  static Weights copied(Weights own, Weights source, List<Layout.Slot> slots) {
    float[] values = own.values().clone();
    for (Layout.Slot slot : slots) {
      int from = (int) source.layout().slot(slot.name()).orElseThrow().offset();
      System.arraycopy(
          source.values(), from, values, (int) slot.offset(), (int) slot.shape().elements());
    }
    return new Weights(own.layout(), values);
  }
}
