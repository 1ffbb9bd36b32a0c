package dev.fathom.compile;

import dev.fathom.graph.Value;
import dev.fathom.spi.View;

/**
 * A value as a view of what is computed.
 *
 * @param base the value in memory
 * @param view how the value lies in it
 * @param offset of the view's first element
 */
record Located(Value base, View view, long offset) {
  /** {@return whether the value is all of its base, in row-major order} */
  boolean isWhole() {
    return offset == 0 && view.isContiguous() && view.shape().elements() == base.shape().elements();
  }
}
