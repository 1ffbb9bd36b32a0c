package dev.fathom.optim;

import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One guarded step: clips the gradients by their norm, updates, and keeps everything as it was
 * where loss or norm are not finite.
 *
 * @param finite bool scalar: whether the step took place
 * @param norm scalar: the Euclidean norm of all gradients, before clipping
 * @param update what parameters and moments become
 */
public record Commit(Tensor finite, Tensor norm, Optimizer.Update update) {
  /**
   * {@return the graph of the step}
   *
   * @param clipNorm the greatest norm, longer gradients are shortened to it (Pascanu et al., "On
   *     the difficulty of training recurrent neural networks", 2013); infinite for no clipping
   * @param loss scalar
   * @param parameters {@code [n]}
   * @param gradients {@code [n]}: sums over {@code count} of something, the step takes their mean
   * @param count scalar
   * @param moments {@code [n]} each
   * @param matrices {@code [n]}, bool, see {@link Optimizer#update}
   */
  public static Commit of(
      Optimizer optimizer,
      double clipNorm,
      Tensor loss,
      Tensor parameters,
      Tensor gradients,
      Tensor count,
      List<Tensor> moments,
      Tensor matrices) {
    // What is done to all gradients is one factor, so that the update stays one kernel.
    Tensor one = Tensor.full(1, DType.F32);
    Tensor norm = gradients.square().sum().sqrt().div(count);
    Tensor finite = loss.isFinite().and(norm.isFinite());
    Tensor factor = one.div(count);
    if (clipNorm < Double.POSITIVE_INFINITY) {
      // As PyTorch's clip_grad_norm_: the small number keeps 0 / 0 away.
      Tensor limit = Tensor.full(clipNorm, DType.F32).div(norm.add(1e-6));
      factor = limit.minimum(one).div(count);
    }
    Optimizer.Update next = optimizer.update(parameters, gradients.mul(factor), moments, matrices);
    List<Tensor> kept =
        IntStream.range(0, moments.size())
            .mapToObj(i -> finite.select(next.moments().get(i), moments.get(i)))
            .toList();
    return new Commit(
        finite, norm, new Optimizer.Update(finite.select(next.parameters(), parameters), kept));
  }
}
