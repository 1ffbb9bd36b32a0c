package dev.fathom.spi;

import java.util.List;

/**
 * Reduces the trailing axes: {@code [kept..., reduced...] -> [kept...]}. A float sum may be
 * computed in any fixed order, at least as exact as pairwise summation.
 *
 * @param op how elements combine
 * @param input the elements; the prologue is evaluated for each
 * @param reducedAxes how many trailing axes are reduced, 0 to rank
 * @param output view of shape {@code [kept...]}; i32 for ARG_MAX and ARG_MIN
 */
public record Reduce(ReduceOp op, Source input, int reducedAxes, View output)
    implements KernelSpec {
  /**
   * C1: {@code reducedAxes} is in 0 .. rank. C2: the output has the kept axes' shape. C3: the
   * output's value type is the input's, i32 for ARG ops. C4: not bool.
   */
  public Reduce {
    int rank = input.shape().rank();
    Check.that(
        reducedAxes >= 0 && reducedAxes <= rank, "reduce", "C1", "0 .. " + rank, reducedAxes);
    Shape kept = input.shape().slice(0, rank - reducedAxes);
    Check.that(output.shape().equals(kept), "reduce", "C2", "an output of shape " + kept, output);
    DType type = op.isPosition() ? DType.I32 : input.type();
    Check.that(
        output.dtype().valueType() == type, "reduce", "C3", "an output of type " + type, output);
    Check.that(input.type() != DType.BOOL, "reduce", "C4", "numbers", input.type());
  }

  @Override
  public List<View> inputs() {
    return input.views();
  }

  @Override
  public List<View> outputs() {
    return List.of(output);
  }

  @Override
  public List<Expression> expressions() {
    return List.of(input.map());
  }

  @Override
  public int scalarCount() {
    return input.map().scalarCount();
  }

  @Override
  public boolean isCore() {
    return input.isPlain() && Check.coreParts(this);
  }
}
