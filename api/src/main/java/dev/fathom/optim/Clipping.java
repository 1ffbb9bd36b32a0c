package dev.fathom.optim;

import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;

/** How gradients are kept small before a step. */
public sealed interface Clipping {
  /** Gradients as they are. */
  Clipping NONE = new None();

  /**
   * {@return the mean gradients, clipped: {@code [n]}}
   *
   * @param gradients {@code [n]}: sums over {@code count} of something
   * @param count scalar
   * @param norm of the mean gradients, scalar
   */
  Tensor clipped(Tensor gradients, Tensor count, Tensor norm);

  /** See {@link #NONE}. */
  record None() implements Clipping {
    @Override
    public Tensor clipped(Tensor gradients, Tensor count, Tensor norm) {
      return gradients.mul(Tensor.full(1, DType.F32).div(count));
    }
  }

  /**
   * Longer gradients are shortened to this norm: Pascanu et al., "On the difficulty of training
   * recurrent neural networks" (2013).
   *
   * @param limit above 0
   */
  record ByNorm(double limit) implements Clipping {
    public ByNorm {
      Optimizer.check(limit > 0, "clipping", "a norm above 0", limit);
    }

    @Override
    public Tensor clipped(Tensor gradients, Tensor count, Tensor norm) {
      // As PyTorch's clip_grad_norm_: the small number keeps 0 / 0 away. Mean and clipping are one
      // factor of all gradients, so that the update stays one kernel.
      Tensor factor = Tensor.full(limit, DType.F32).div(norm.add(1e-6));
      return gradients.mul(factor.minimum(Tensor.full(1, DType.F32)).div(count));
    }
  }

  /**
   * Each gradient is cut to {@code -limit} to {@code limit}.
   *
   * @param limit above 0
   */
  record ByValue(double limit) implements Clipping {
    public ByValue {
      Optimizer.check(limit > 0, "clipping", "a value above 0", limit);
    }

    @Override
    public Tensor clipped(Tensor gradients, Tensor count, Tensor norm) {
      return NONE.clipped(gradients, count, norm)
          .maximum(Tensor.full(-limit, DType.F32))
          .minimum(Tensor.full(limit, DType.F32));
    }
  }
}
