package dev.fathom.spi;

import java.util.List;

/**
 * Maximum over sliding windows: {@code x [n, c, in...] -> values [n, c, out...], indices [n, c,
 * out...]}. Padding reads as negative infinity; NaN counts as largest. An index is the row-major
 * position, within the window, of the first largest element.
 *
 * @param windows one for each spatial axis; padding less than the extent
 * @param x the input
 * @param values the maxima
 * @param indices i32
 */
public record MaxPool(List<Window> windows, View x, View values, View indices)
    implements KernelSpec {
  /**
   * C1: rank is 2 + spatial axes. C2: sizes follow from the windows. C3: floating x, i32 indices.
   */
  public MaxPool {
    windows = List.copyOf(windows);
    check("max-pool", windows, x, values, indices);
  }

  static void check(String name, List<Window> windows, View x, View values, View indices) {
    check(name, windows, x, values);
    Check.that(
        indices.shape().equals(values.shape()), name, "C2", "indices " + values.shape(), indices);
    Check.that(indices.dtype() == DType.I32, name, "C3", "i32 indices", indices);
  }

  static void check(String name, List<Window> windows, View x, View values) {
    Check.that(x.rank() == 2 + windows.size(), name, "C1", "rank " + (2 + windows.size()), x);
    Shape expected = x.shape().slice(0, 2);
    for (int i = 0; i < windows.size(); i++) {
      expected = expected.concat(Shape.of(windows.get(i).outputs(x.size(2 + i))));
    }
    Check.that(values.shape().equals(expected), name, "C2", "windows' shape " + expected, values);
    Check.that(
        x.dtype().isFloating() && x.dtype() == values.dtype(),
        name,
        "C3",
        "floating values",
        x + ", " + values);
  }

  @Override
  public List<View> inputs() {
    return List.of(x);
  }

  @Override
  public List<View> outputs() {
    return List.of(values, indices);
  }
}
