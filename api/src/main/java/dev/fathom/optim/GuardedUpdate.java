package dev.fathom.optim;

import dev.fathom.spi.DType;
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
   * @param clipNorm the greatest norm, longer gradients are shortened to it (Pascanu et al., "On
   *     the difficulty of training recurrent neural networks", 2013); infinite for no clipping
   * @param finite bool scalar: whether losses and norms of all groups of the step are finite, so
   *     that it takes place
   * @param gradients {@code [n]}: sums over {@code count} of something, the step takes their mean
   * @param count scalar
   * @param norm of the gradients, as {@link #norm}
   */
  public static GuardedUpdate of(
      Optimizer.Group group,
      double clipNorm,
      Tensor finite,
      Tensor gradients,
      Tensor count,
      Tensor norm) {
    // Mean and clipping are one factor of all gradients, so that the update stays one kernel.
    Tensor one = Tensor.full(1, DType.F32);
    Tensor factor = one.div(count);
    if (clipNorm < Double.POSITIVE_INFINITY) {
      // As PyTorch's clip_grad_norm_: the small number keeps 0 / 0 away.
      Tensor limit = Tensor.full(clipNorm, DType.F32).div(norm.add(1e-6));
      factor = limit.minimum(one).div(count);
    }
    Optimizer.Update next = group.optimizer().update(group, gradients.mul(factor));
    List<Tensor> kept =
        IntStream.range(0, group.state().size())
            .mapToObj(i -> finite.select(next.state().get(i), group.state().get(i)))
            .toList();
    return new GuardedUpdate(
        norm, new Optimizer.Update(finite.select(next.parameters(), group.parameters()), kept));
  }
}
