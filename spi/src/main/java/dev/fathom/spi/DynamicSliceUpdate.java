package dev.fathom.spi;

import java.util.List;

/**
 * Overwrites a block of an output that already holds values: {@code target[start + i...] =
 * update[i...]}. The launch brings one i64 scalar an axis; each start is clamped so that the block
 * lies inside. What is outside the block keeps its values.
 *
 * @param update the block
 * @param target the whole, of the same rank and type
 */
public record DynamicSliceUpdate(View update, View target) implements KernelSpec {
  /** C1: equal ranks, the block not larger than the whole. C2: one element type. */
  public DynamicSliceUpdate {
    DynamicSlice.check("dynamic-slice-update", target, update);
  }

  @Override
  public List<View> inputs() {
    return List.of(update);
  }

  @Override
  public List<View> outputs() {
    return List.of(target);
  }

  @Override
  public int scalarCount() {
    return target.rank();
  }
}
