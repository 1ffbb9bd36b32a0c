package dev.fathom.spi;

import java.util.ArrayList;
import java.util.List;

/**
 * Convolution (cross-correlation) and its two gradients. Each of them is one of the three arguments
 * of one trilinear form, computed from the other two: {@code x [n, c, in...]}, {@code w [o, c /
 * groups, kernel...]} and {@code y [n, o, out...]}. Padding reads as 0. A NaN or infinity in a
 * sample reaches the results that it takes part in and may reach others that belong to the same
 * sample (Winograd's transforms mix a tile).
 *
 * @param role which of the three is computed
 * @param windows one for each spatial axis
 * @param groups channels are split into that many independent groups
 * @param accumulator type of products and sums
 * @param first see {@link Role}
 * @param second see {@link Role}
 * @param epilogue function of the result that is stored
 */
public record Convolve(
    Role role,
    List<Window> windows,
    long groups,
    DType accumulator,
    View first,
    View second,
    Epilogue epilogue)
    implements KernelSpec {

  /** Which argument of the trilinear form is the result. */
  public enum Role {
    /** {@code (x, w) -> y}. */
    OUTPUT,
    /** {@code (y, w) -> x}: the gradient with respect to the input, or a transposed convolution. */
    INPUT,
    /** {@code (x, y) -> w}: the gradient with respect to the weight. */
    WEIGHT
  }

  /**
   * C1: operands and result have rank 2 + spatial axes. C2: groups divides the channels. C3: batch,
   * channels, kernel and output sizes agree. C4: types are floating. C5: the epilogue takes the
   * accumulator and the extras in their value types.
   */
  public Convolve {
    windows = List.copyOf(windows);
    Shape result = epilogue.shape();
    Shape x = role == Role.INPUT ? result : first.shape();
    Shape w = role == Role.WEIGHT ? result : second.shape();
    Shape y =
        switch (role) {
          case OUTPUT -> result;
          case INPUT -> first.shape();
          case WEIGHT -> second.shape();
        };
    String all = "x " + x + ", w " + w + ", y " + y;
    int rank = 2 + windows.size();
    Check.that(
        x.rank() == rank && w.rank() == rank && y.rank() == rank,
        "convolve",
        "C1",
        "rank " + rank,
        all);
    Check.that(
        groups >= 1 && x.size(1) == w.size(1) * groups && w.size(0) % groups == 0,
        "convolve",
        "C2",
        "channels divided by " + groups + " groups",
        all);
    Check.that(
        x.size(0) == y.size(0) && w.size(0) == y.size(1),
        "convolve",
        "C3",
        "equal batch and channels",
        all);
    for (int i = 0; i < windows.size(); i++) {
      Window window = windows.get(i);
      Check.that(
          w.size(2 + i) == window.size() && y.size(2 + i) == window.outputs(x.size(2 + i)),
          "convolve",
          "C3",
          "sizes that follow from " + window,
          all);
    }
    Check.that(
        accumulator.isFloating()
            && accumulator == accumulator.valueType()
            && first.dtype().isFloating()
            && second.dtype().isFloating(),
        "convolve",
        "C4",
        "floating operands and a floating accumulator",
        first + ", " + second + ", " + accumulator);
    epilogue.checkInputs("convolve", "C5", accumulator);
  }

  @Override
  public List<View> inputs() {
    List<View> all = new ArrayList<>(List.of(first, second));
    all.addAll(epilogue.extras());
    return all;
  }

  @Override
  public List<View> outputs() {
    return epilogue.outputs();
  }

  @Override
  public List<Expression> expressions() {
    return List.of(epilogue.map());
  }

  @Override
  public int scalarCount() {
    return epilogue.map().scalarCount();
  }
}
