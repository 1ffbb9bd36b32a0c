package dev.fathom.train;

import dev.fathom.json.SpecException;
import dev.fathom.model.Weights;
import dev.fathom.nn.Layout;
import dev.fathom.nn.Lora;
import dev.fathom.nn.Network;
import dev.fathom.spec.TransferSpec.From;
import dev.fathom.train.TrainingResult.Learned;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The weights that a run begins with, before its first step.
 *
 * @param weights of each group
 * @param notes what a user should know of them, each a sentence
 */
record Beginning(Map<Group, Learned> weights, List<String> notes) {

  /** {@return random numbers, as the layers ask for them} */
  static Beginning random(List<Group> groups, long seed) {
    Map<Group, Learned> weights = new LinkedHashMap<>();
    for (Group group : groups) {
      Network network = group.network();
      weights.put(
          group,
          new Learned(
              Weights.initial(network.parameters(), seed),
              Weights.initial(network.states(), seed)));
    }
    return new Beginning(weights, List.of());
  }

  /**
   * {@return the same with weights of a model in place of those that its patterns choose}
   *
   * @throws SpecException if a pattern chooses what the model does not have, or in another shape
   */
  Beginning taking(From from, ModelSource.Found found) {
    Group group = weights.keySet().iterator().next();
    Learned own = weights.get(group);
    Taken taken = new Taken(from, found);
    Learned learned =
        new Learned(
            taken.copied(own.parameters(), found.model().parameters()),
            taken.copied(own.states(), found.model().states()));
    if (taken.tensors == 0) {
      throw new SpecException(
          "/from/weights",
          "expected names of parameters such as %s but '%s' matches none"
              .formatted(
                  own.parameters().layout().slots().stream()
                      .limit(3)
                      .map(Layout.Slot::name)
                      .toList(),
                  from.weights()));
    }
    Map<Group, Learned> replaced = new LinkedHashMap<>(weights);
    replaced.put(group, learned);
    String note =
        "begins with %,d of %,d numbers (%d tensors) of model %s"
            .formatted(
                taken.numbers,
                own.parameters().layout().elements() + own.states().layout().elements(),
                taken.tensors,
                found.name());
    return new Beginning(replaced, Stream.concat(notes.stream(), Stream.of(note)).toList());
  }

  /** Copies what patterns choose, and counts it. */
  private static final class Taken {
    private final From from;
    private final ModelSource.Found found;
    private long numbers;
    private int tensors;

    Taken(From from, ModelSource.Found found) {
      this.from = from;
      this.found = found;
    }

    Weights copied(Weights own, Weights source) {
      float[] values = own.values().clone();
      for (Layout.Slot slot : own.layout().slots()) {
        if (Lora.isAdapter(slot.name()) || !from.weights().matches(slot.name())) {
          continue;
        }
        Optional<Layout.Slot> there = source.layout().slot(slot.name());
        if (there.isEmpty() || !there.get().shape().equals(slot.shape())) {
          throw new SpecException("/from/weights", misfit(slot, there));
        }
        int count = (int) slot.shape().elements();
        System.arraycopy(
            source.values(), (int) there.get().offset(), values, (int) slot.offset(), count);
        numbers += count;
        tensors++;
      }
      return new Weights(own.layout(), values);
    }

    private String misfit(Layout.Slot slot, Optional<Layout.Slot> there) {
      return "%s matches '%s', which has the shape %s here %s in model %s; \"!%s\" leaves it out"
          .formatted(
              from.weights(),
              slot.name(),
              slot.shape(),
              there.map(other -> "and " + other.shape()).orElse("and is not"),
              found.name(),
              slot.name().replaceFirst("\\.[^.]*$", ".*"));
    }
  }
}
