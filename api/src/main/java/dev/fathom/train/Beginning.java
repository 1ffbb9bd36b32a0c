package dev.fathom.train;

import dev.fathom.model.Model;
import dev.fathom.model.Weights;
import dev.fathom.nn.Network;
import dev.fathom.train.TrainingResult.Learned;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** {@return the same with weights of a model, which the first group has} */
  Beginning taking(Taken taken) {
    Group group = weights.keySet().iterator().next();
    Learned own = weights.get(group);
    Model model = taken.found().model();
    Map<Group, Learned> replaced = new LinkedHashMap<>(weights);
    replaced.put(
        group,
        new Learned(
            Taken.copied(own.parameters(), model.parameters(), taken.parameters()),
            Taken.copied(own.states(), model.states(), taken.states())));
    String note =
        "begins with %,d of %,d numbers (%d tensors) of model %s"
            .formatted(
                taken.numbers(),
                own.parameters().layout().elements() + own.states().layout().elements(),
                taken.parameters().size() + taken.states().size(),
                taken.found().name());
    return new Beginning(replaced, Stream.concat(notes.stream(), Stream.of(note)).toList());
  }
}
