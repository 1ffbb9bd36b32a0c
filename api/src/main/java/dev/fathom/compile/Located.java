package dev.fathom.compile;

import dev.fathom.graph.Value;
import dev.fathom.spi.View;
import java.util.List;

/**
 * A value as a view of what is computed.
 *
 * @param base the value in memory
 * @param view how the value lies in it
 * @param offset of the view's first element
 * @param after values that are in memory before this one is read
 */
record Located(Value base, View view, long offset, List<Value> after) {
  Located(Value base, View view, long offset) {
    this(base, view, offset, List.of());
  }

  /** {@return whether the value is all of its base, in row-major order} */
  boolean isWhole() {
    return offset == 0 && view.isContiguous() && view.shape().elements() == base.shape().elements();
  }
}
