package dev.fathom.spi;

import java.util.ArrayList;
import java.util.List;

/**
 * Generalised matrix product over strided views: {@code a [batch..., m..., k...]} and {@code b
 * [batch..., n..., k...]} give {@code r [batch..., m..., n...]}, where {@code r[b, m, n]} is the
 * sum over k of {@code a[b, m, k] * b[b, n, k]} in the accumulator type. Any of the axis groups may
 * be empty. An empty k gives 0. A view of overlapping windows makes it a convolution.
 *
 * @param a first operand
 * @param b second operand
 * @param batchAxes number of leading axes that both operands share
 * @param kAxes number of trailing axes that are summed over
 * @param accumulator type of products and sums: f32, f64, i32 or i64
 * @param epilogue function of the result that is stored
 */
public record Contract(
    Source a, Source b, int batchAxes, int kAxes, DType accumulator, Epilogue epilogue)
    implements KernelSpec {
  /**
   * C1: both operands have at least {@code batchAxes + kAxes} axes. C2: batch sizes are equal. C3:
   * k sizes are equal. C4: the result has shape [batch, m, n]. C5: the accumulator is a value type,
   * floating if and only if the operands are. C6: the epilogue takes the accumulator and the extras
   * in their value types.
   */
  public Contract {
    int shared = batchAxes + kAxes;
    Shape left = a.shape();
    Shape right = b.shape();
    String both = left + " x " + right;
    Check.that(
        batchAxes >= 0 && kAxes >= 0 && left.rank() >= shared && right.rank() >= shared,
        "contract",
        "C1",
        "operands of rank " + shared + " or more",
        both);
    Shape batch = left.slice(0, batchAxes);
    Check.that(
        batch.equals(right.slice(0, batchAxes)), "contract", "C2", "equal batch sizes", both);
    Check.that(
        left.slice(left.rank() - kAxes, left.rank())
            .equals(right.slice(right.rank() - kAxes, right.rank())),
        "contract",
        "C3",
        "equal inner sizes",
        both);
    Shape result =
        batch
            .concat(left.slice(batchAxes, left.rank() - kAxes))
            .concat(right.slice(batchAxes, right.rank() - kAxes));
    Check.that(
        epilogue.shape().equals(result),
        "contract",
        "C4",
        "a result of shape " + result,
        epilogue.shape());
    Check.that(
        accumulator == accumulator.valueType()
            && accumulator != DType.BOOL
            && accumulator.isFloating() == a.type().isFloating()
            && accumulator.isFloating() == b.type().isFloating(),
        "contract",
        "C5",
        "an accumulator that fits " + a.type() + " and " + b.type(),
        accumulator);
    epilogue.checkInputs("contract", "C6", accumulator);
  }

  /** {@return the number of m axes} */
  public int mAxes() {
    return a.shape().rank() - batchAxes - kAxes;
  }

  /** {@return the number of n axes} */
  public int nAxes() {
    return b.shape().rank() - batchAxes - kAxes;
  }

  /** {@return the views of a, of b, and the epilogue's extras} */
  @Override
  public List<View> inputs() {
    List<View> all = new ArrayList<>(a.views());
    all.addAll(b.views());
    all.addAll(epilogue.extras());
    return all;
  }

  @Override
  public List<View> outputs() {
    return epilogue.outputs();
  }

  @Override
  public List<Expression> expressions() {
    return List.of(a.map(), b.map(), epilogue.map());
  }

  @Override
  public int scalarCount() {
    return Math.max(
        epilogue.map().scalarCount(), Math.max(a.map().scalarCount(), b.map().scalarCount()));
  }

  @Override
  public boolean isCore() {
    return a.isPlain()
        && b.isPlain()
        && a.type() == accumulator
        && b.type() == accumulator
        && epilogue.isPlain()
        && Check.coreParts(this);
  }
}
