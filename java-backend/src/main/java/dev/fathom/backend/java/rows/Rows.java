package dev.fathom.backend.java.rows;

import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.memory.Tiles;
import dev.fathom.spi.Binding;
import dev.fathom.spi.View;

/** The rows of an operand: its last axis, once for each index of the axes before. Immutable. */
final class Rows {
  /** Elements of a task. */
  private static final int TASK = 4096;

  private final int operand;
  private final View view;
  private final int outer;
  private final int stride;
  private final int count;
  private final int length;

  /**
   * Rows of an operand.
   *
   * @param operand its number in a launch
   */
  Rows(int operand, View view) {
    this.operand = operand;
    this.view = view;
    this.outer = view.rank() - 1;
    this.stride = (int) view.stride(outer);
    this.length = (int) view.size(outer);
    this.count = length == 0 ? 0 : (int) view.shape().slice(0, outer).elements();
  }

  /** {@return the number of rows, 0 where they are empty} */
  int count() {
    return count;
  }

  /** {@return the elements of a row} */
  int length() {
    return length;
  }

  /** {@return how many rows are worth a task} */
  int perTask() {
    return Math.max(1, TASK / Math.max(1, length));
  }

  /** Reads a row into an array of the value type. */
  void load(Binding[] bindings, int row, Object target) {
    Object array = JavaBuffer.array(bindings[operand]);
    Tiles.load(view.dtype(), array, offset(bindings, row), stride, target, 0, length);
  }

  /** Writes a row from an array of the value type. */
  void store(Binding[] bindings, int row, Object source) {
    Object array = JavaBuffer.array(bindings[operand]);
    Tiles.store(view.dtype(), array, offset(bindings, row), stride, source, 0, length);
  }

  private int offset(Binding[] bindings, int row) {
    long offset = JavaBuffer.offset(bindings[operand]);
    for (int axis = outer - 1; axis >= 0 && row > 0; axis--) {
      int size = (int) view.size(axis);
      offset += row % size * view.stride(axis);
      row /= size;
    }
    return (int) offset;
  }
}
