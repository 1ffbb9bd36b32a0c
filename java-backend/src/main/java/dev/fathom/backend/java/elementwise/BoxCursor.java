package dev.fathom.backend.java.elementwise;

import dev.fathom.backend.java.elementwise.TileProgram.Access;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.spi.Binding;

/** A position in the sequence of a {@link Nest}'s boxes; belongs to one thread. */
final class BoxCursor {
  private final TileState state;
  private Nest nest;
  private int[] start = {};

  /** The sizes of the box. */
  int[] dims = {};

  /** The number of elements of the box. */
  int n;

  BoxCursor(TileState state) {
    this.state = state;
  }

  /** Goes to a box of {@code nest} whose operands are the first bindings. */
  void seek(Nest nest, int box, Binding[] bindings) {
    this.nest = nest;
    int rank = nest.sizes.length;
    int operands = nest.strides.length;
    if (start.length < rank) {
      start = new int[rank];
      dims = new int[rank];
    }
    for (int operand = 0; operand < operands; operand++) {
      state.bases[operand] = JavaBuffer.offset(bindings[operand]);
    }
    for (int axis = rank - 1; axis >= 0; axis--) {
      start[axis] = box % nest.boxesAlong[axis] * nest.chunks[axis];
      box /= nest.boxesAlong[axis];
    }
    locate();
  }

  /** Goes to the next box, from the last one to the first. */
  void next() {
    for (int axis = nest.sizes.length - 1; axis >= 0; axis--) {
      start[axis] += nest.chunks[axis];
      if (start[axis] < nest.sizes[axis]) {
        break;
      }
      start[axis] = 0;
    }
    locate();
  }

  private void locate() {
    n = 1;
    for (int axis = 0; axis < nest.sizes.length; axis++) {
      dims[axis] = Math.min(nest.chunks[axis], nest.sizes[axis] - start[axis]);
      n *= dims[axis];
    }
    for (int operand = 0; operand < nest.strides.length; operand++) {
      int offset = state.bases[operand];
      int[] stride = nest.strides[operand];
      for (int axis = 0; axis < nest.sizes.length; axis++) {
        offset += start[axis] * stride[axis];
      }
      state.offsets[operand] = offset;
    }
  }

  /** Brings in the staged, splat and index inputs of {@code program}. */
  void load(TileProgram program) {
    for (int operand = 0; operand < program.inputs; operand++) {
      if (program.operandSlots[operand] < 0 || program.access[operand] == Access.DIRECT) {
        continue;
      }
      // A broadcast operand often stays where it was.
      int offset = state.offsets[operand];
      if (offset == state.staged[operand] && nest.rectangular) {
        continue;
      }
      state.staged[operand] = nest.rectangular && isWhole() ? offset : -1;
      if (program.access[operand] == Access.SPLAT) {
        state.splat(nest.dtypes[operand], operand, offset);
      } else {
        copy(true, operand, nest.boxAxis, offset, 0);
      }
    }
    for (TileProgram.IndexSlot index : program.indices) {
      loadIndex(index);
    }
  }

  private boolean isWhole() {
    return dims[nest.boxAxis] == nest.chunks[nest.boxAxis];
  }

  private void loadIndex(TileProgram.IndexSlot index) {
    int axis = nest.axisOf[index.axis()];
    if (axis < 0) {
      state.positions(index.slot(), 0, 1, n, n);
    } else {
      int repeat = 1;
      for (int inner = axis + 1; inner < nest.sizes.length; inner++) {
        repeat *= dims[inner];
      }
      state.positions(index.slot(), start[axis], dims[axis], repeat, n);
    }
  }

  /** Takes the staged outputs of {@code program} to where they belong. */
  void store(TileProgram program) {
    for (int operand = program.inputs; operand < program.access.length; operand++) {
      if (program.access[operand] == Access.STAGED) {
        copy(false, operand, nest.boxAxis, state.offsets[operand], 0);
      }
    }
  }

  private int copy(boolean load, int operand, int axis, int offset, int place) {
    int stride = nest.strides[operand][axis];
    int count = dims[axis];
    if (axis == nest.sizes.length - 1) {
      if (load) {
        state.load(nest.dtypes[operand], operand, offset, stride, place, count);
      } else {
        state.store(nest.dtypes[operand], operand, offset, stride, place, count);
      }
      return place + count;
    }
    for (int i = 0; i < count; i++) {
      place = copy(load, operand, axis + 1, offset + i * stride, place);
    }
    return place;
  }
}
