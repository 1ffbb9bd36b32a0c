package dev.fathom.nn;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.DropMask;
import dev.fathom.tensor.Tensor;

/**
 * Leaves out each step of a sequence with probability {@code rate} while training, as if it were
 * padding: {@code [batch, time, features] -> [batch, time, features]}, zeros in its place, and the
 * layers behind do not count it. Nothing is scaled: a mean over the steps that are left is of the
 * same size. Passes everything through otherwise. The word dropout of Iyyer et al., "Deep Unordered
 * Composition Rivals Syntactic Methods for Text Classification" (2015). No parameters.
 *
 * @param rate in [0, 1)
 */
public record TokenDropout(double rate) implements Layer {
  public TokenDropout {
    Check.that(rate >= 0 && rate < 1, "tokendropout", "a rate in [0, 1)", rate);
  }

  @Override
  public Takes takes() {
    return Takes.SEQUENCE;
  }

  @Override
  public boolean decodes() {
    return true;
  }

  @Override
  public Shape output(Shape input) {
    Check.sequence(label(), input);
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    DropMask mask = context.dropMask(rate);
    if (mask == null) {
      return x;
    }
    Tensor zero = Tensor.zeros(DType.F32);
    Tensor kept = zero.less(mask.apply(Tensor.full(1, DType.F32, x.size(0), x.size(1))));
    Tensor steps = context.stepMask() == null ? kept : context.stepMask().and(kept);
    context.stepMask(steps);
    return steps.unsqueeze(-1).select(x, zero);
  }
}
