package dev.fathom.optim;

import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One guarded step of a group of parameters: clips the gradients by their norm, updates, and keeps
 * everything as it was where something is not finite.
 *
 * @param norm scalar: the Euclidean norm of all gradients, before clipping
 * @param update the new parameters and state
 */
public record GuardedUpdate(Tensor norm, Optimizer.Update update) {
  /**
   * {@return the Euclidean norm of gradients, a scalar}
   *
   * @param gradients {@code [n]}: sums over {@code count} of something
   * @param count scalar
   */
  public static Tensor norm(Tensor gradients, Tensor count) {
    return gradients.square().sum().sqrt().div(count);
  }

  /**
   * {@return the graph of the step}
   *
   * @param group of the optimiser, with its parameters and state
   * @param clipping of the mean gradients
   * @param finite bool scalar: whether losses and norms of all groups of the step are finite, so
   *     that it takes place
   * @param gradients {@code [n]}: sums over {@code count} of something, the step takes their mean
   * @param count scalar
   * @param norm of the gradients, as {@link #norm}
   */
  public static GuardedUpdate of(
      Optimizer.Group group,
      Clipping clipping,
      Tensor finite,
      Tensor gradients,
      Tensor count,
      Tensor norm) {
    Optimizer.Update next =
        group.optimizer().update(group, clipping.clipped(gradients, count, norm));
    List<Tensor> kept =
        IntStream.range(0, group.state().size())
            .mapToObj(i -> finite.select(next.state().get(i), group.state().get(i)))
            .toList();
    return new GuardedUpdate(
        norm, new Optimizer.Update(finite.select(next.parameters(), group.parameters()), kept));
  }
}
