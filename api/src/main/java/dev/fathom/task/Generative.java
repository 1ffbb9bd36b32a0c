package dev.fathom.task;

import dev.fathom.data.Normalisation;
import dev.fathom.nn.Network;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * A task whose network makes examples of noise, in one step or in many: {@code dev.fathom.generate}
 * makes pictures with it and knows no more. An example begins as standard normal numbers of the
 * shape of the network's first input. Each step is one run of the same graph; the steps differ by
 * numbers.
 */
public interface Generative extends Task {
  /**
   * How examples are made.
   *
   * @param steps how many; the task's own number if empty
   * @param guidance how much more an example is to be of its class than the network itself makes
   *     it; 1 adds nothing, and is the default of most
   */
  record Wish(OptionalInt steps, OptionalDouble guidance) {
    /** As the task does it by itself. */
    public static final Wish USUAL = new Wish(OptionalInt.empty(), OptionalDouble.empty());
  }

  /** {@return the part of a network that makes examples} By default all of it. */
  default Network maker(Network network) {
    return network;
  }

  /** {@return how the numbers of an example that is made are normalised} */
  Normalisation normalisation();

  /**
   * {@return the numbers of each step, under the same names in all; there is one step or more}
   *
   * @throws WishException if the wish cannot be fulfilled, with the reason
   */
  List<Map<String, Double>> steps(Wish wish);

  /**
   * {@return the examples a step on, {@code [batch, ...]}; the last step gives them normalised}
   *
   * @param maker the first output of the {@link #maker} for inputs in order
   * @param examples {@code [batch, ...]}
   * @param classes i32 {@code [batch]}, the numbers of {@link #labels}; of no meaning without any
   * @param numbers of the step, f32 scalars
   */
  Tensor next(
      Function<List<Tensor>, Tensor> maker,
      Tensor examples,
      Tensor classes,
      Map<String, Tensor> numbers);

  /**
   * {@return the only step of a task that takes one}
   *
   * @param name of the task
   * @throws WishException if more is wished
   */
  static List<Map<String, Double>> oneStep(String name, Wish wish) {
    String why = "expected no %s: the task %s makes pictures in one step";
    if (wish.steps().orElse(1) != 1) {
      throw new WishException("steps", why.formatted("steps", name));
    }
    if (wish.guidance().isPresent()) {
      throw new WishException("guidance", why.formatted("guidance", name));
    }
    return List.of(Map.of());
  }
}
