package com.example.backend;

import dev.fathom.spi.View;

/** Where the elements of a view lie. */
final class Offsets {
  private Offsets() {}

  /** {@return for each index of the axes, in row-major order, its distance from index 0} */
  static long[] of(View view, int fromAxis, int toAxis) {
    long[] offsets = {0};
    for (int axis = fromAxis; axis < toAxis; axis++) {
      int size = Math.toIntExact(view.size(axis));
      long[] longer = new long[Math.multiplyExact(offsets.length, size)];
      for (int i = 0; i < longer.length; i++) {
        longer[i] = offsets[i / size] + i % size * view.stride(axis);
      }
      offsets = longer;
    }
    return offsets;
  }
}
