package dev.fathom.nn;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.DropMask;
import dev.fathom.tensor.Tensor;

/**
 * Spoils its input while training, so that a network behind it learns to mend it: {@code [batch,
 * ...] -> [batch, ...]}. Normal noise is added, then values are set to zero, each with a
 * probability (Vincent et al., "Stacked Denoising Autoencoders", 2010, section 3.2: isotropic
 * Gaussian noise and masking noise). Unlike {@link Dropout}, what is left is not scaled. Passes
 * everything through otherwise. No parameters.
 *
 * @param deviation standard deviation of the noise; 0 for none
 * @param masking the share of values that become zero, in [0, 1)
 */
public record Noise(double deviation, double masking) implements Layer {
  public Noise {
    Check.that(deviation >= 0, "noise", "a deviation of 0 or more", deviation);
    Check.that(masking >= 0 && masking < 1, "noise", "masking in [0, 1)", masking);
  }

  @Override
  public boolean stepwise() {
    return true;
  }

  @Override
  public Shape output(Shape input) {
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Tensor noisy =
        context.training() && deviation > 0
            ? x.add(context.normal(x.shape().toArray()).mul(deviation))
            : x;
    DropMask mask = context.dropMask(masking);
    if (mask == null) {
      return noisy;
    }
    Tensor zero = Tensor.zeros(DType.F32);
    Tensor kept = zero.less(mask.apply(Tensor.full(1, DType.F32, x.shape().toArray())));
    return kept.select(noisy, zero);
  }
}
