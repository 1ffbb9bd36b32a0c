package dev.fathom.spi;

import java.util.List;

/**
 * Copies a block whose start is known only at run time: {@code out[i...] = x[start + i...]}. The
 * launch brings one i64 scalar an axis; each start is clamped so that the block lies inside.
 *
 * @param x the whole
 * @param out the block, of the same rank and type
 */
public record DynamicSlice(View x, View out) implements KernelSpec {
  /** C1: equal ranks, the block not larger than the whole. C2: one element type. */
  public DynamicSlice {
    check("dynamic-slice", x, out);
  }

  static void check(String name, View whole, View block) {
    boolean fits = whole.rank() == block.rank();
    for (int axis = 0; fits && axis < whole.rank(); axis++) {
      fits = block.size(axis) <= whole.size(axis);
    }
    Check.that(fits, name, "C1", "a block inside " + whole.shape(), block.shape());
    Check.that(whole.dtype() == block.dtype(), name, "C2", "type " + whole.dtype(), block);
  }

  @Override
  public List<View> inputs() {
    return List.of(x);
  }

  @Override
  public List<View> outputs() {
    return List.of(out);
  }

  @Override
  public int scalarCount() {
    return x.rank();
  }
}
