package dev.fathom.spi;

import java.util.List;

/**
 * Running reduction along the last axis: {@code out[..., i]} combines {@code x[..., 0 .. i]}.
 *
 * @param op SUM, PRODUCT, MAX or MIN
 * @param x {@code [..., n]}, numbers
 * @param out {@code [..., n]}
 */
public record Cumulate(ReduceOp op, View x, View out) implements KernelSpec {
  /** C1: rank 1 or more and equal shapes. C2: one element type, not bool. C3: no ARG operation. */
  public Cumulate {
    Check.that(
        x.rank() >= 1 && x.shape().equals(out.shape()),
        "cumulate",
        "C1",
        "one shape",
        x + ", " + out);
    Check.that(
        x.dtype() == out.dtype() && x.dtype() != DType.BOOL, "cumulate", "C2", "one type", out);
    Check.that(!op.isPosition(), "cumulate", "C3", "sum, product, max or min", op);
  }

  @Override
  public List<View> inputs() {
    return List.of(x);
  }

  @Override
  public List<View> outputs() {
    return List.of(out);
  }
}
