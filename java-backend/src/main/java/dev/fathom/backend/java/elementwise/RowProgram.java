package dev.fathom.backend.java.elementwise;

import dev.fathom.backend.java.elementwise.TileProgram.Access;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;

/**
 * An {@link Epilogue} that is evaluated along rows of the result, as contract and convolve make
 * them. Thread-safe. A task calls {@link #begin} once, then {@link #run} for each row or part of
 * one:
 *
 * <pre>{@code
 * TileState state = rows.begin(0, bindings, firstExtra, firstOutput, scalars);
 * rows.run(state, accumulator, offset, index, n);
 * }</pre>
 */
final class RowProgram {
  /**
   * Replaced by one with the same results when a loop was made at run time. A thread may see the
   * new one later than others.
   */
  private TileProgram program;

  private final Loops loops;
  private final View[] views;
  private final int axis;

  private RowProgram(TileProgram program, Loops loops, View[] views, int axis) {
    this.program = program;
    this.loops = loops;
    this.views = views;
    this.axis = axis;
  }

  /**
   * Compiles an epilogue for rows along {@code axis} of the result's shape. The accumulator may be
   * the memory of an output.
   */
  static RowProgram compile(Epilogue epilogue, int axis, Loops loops) {
    List<View> views = new ArrayList<>();
    views.add(null); // the accumulator has no view
    views.addAll(epilogue.extras());
    int inputs = views.size();
    views.addAll(epilogue.outputs());
    Access[] access = new Access[views.size()];
    access[0] = Access.DIRECT;
    for (int i = 1; i < access.length; i++) {
      View view = views.get(i);
      if (Nest.isNative(view.dtype()) && (view.stride(axis) == 1 || view.size(axis) == 1)) {
        access[i] = Access.DIRECT;
      } else {
        access[i] = i < inputs && view.stride(axis) == 0 ? Access.SPLAT : Access.STAGED;
      }
    }
    boolean[][] alias = new boolean[epilogue.outputs().size()][inputs];
    for (boolean[] row : alias) {
      row[0] = true;
    }
    TileProgram program = TileProgram.compile(epilogue.map(), inputs, access, alias, loops);
    return new RowProgram(program, loops, views.toArray(View[]::new), axis);
  }

  /** {@return a sentence for each loop that was not generated} */
  List<String> remarks() {
    return program.remarks();
  }

  /**
   * Prepares this thread for a task.
   *
   * @param level see {@link TileState#local}
   * @param firstExtra the binding of the first of the epilogue's extras
   * @param firstOutput the binding of the first of its outputs
   */
  TileState begin(int level, Binding[] bindings, int firstExtra, int firstOutput, long[] scalars) {
    TileProgram current = program.current();
    if (current != program) {
      program = current;
    }
    TileState state = TileState.local(level);
    state.bind(current, loops, scalars);
    for (int operand = 1; operand < views.length; operand++) {
      int binding =
          operand < program.inputs
              ? firstExtra + operand - 1
              : firstOutput + operand - program.inputs;
      state.operand(operand, JavaBuffer.array(bindings[binding]));
      state.bases[operand] = JavaBuffer.offset(bindings[binding]);
    }
    return state;
  }

  /**
   * Evaluates {@code n} neighbouring elements along the row axis.
   *
   * @param accumulator the array of input 0, of the accumulator's type
   * @param offset where they begin there
   * @param index the first element's index in the result's shape; may be longer
   */
  void run(TileState state, Object accumulator, int offset, int[] index, int n) {
    state.operand(0, accumulator);
    for (int done = 0; done < n; done += TileProgram.TILE) {
      tile(state, offset + done, index, done, Math.min(TileProgram.TILE, n - done));
    }
  }

  private void tile(TileState state, int offset, int[] index, int done, int n) {
    state.offsets[0] = offset;
    for (int operand = 1; operand < views.length; operand++) {
      View view = views[operand];
      long at = state.bases[operand] + done * view.stride(axis);
      for (int k = 0; k < view.rank(); k++) {
        at += index[k] * view.stride(k);
      }
      state.offsets[operand] = (int) at;
      if (operand < program.inputs && program.operandSlots[operand] >= 0) {
        stage(state, operand, n);
      }
    }
    for (TileProgram.IndexSlot slot : program.indices) {
      int start = index[slot.axis()];
      if (slot.axis() == axis) {
        state.positions(slot.slot(), start + done, n, 1, n);
      } else {
        state.positions(slot.slot(), start, 1, n, n);
      }
    }
    state.run(n);
    for (int operand = program.inputs; operand < views.length; operand++) {
      if (program.access[operand] == Access.STAGED) {
        int stride = (int) views[operand].stride(axis);
        state.store(views[operand].dtype(), operand, state.offsets[operand], stride, 0, n);
      }
    }
  }

  private void stage(TileState state, int operand, int n) {
    int offset = state.offsets[operand];
    switch (program.access[operand]) {
      case DIRECT -> {}
      case SPLAT -> {
        if (state.staged[operand] != offset) {
          state.staged[operand] = offset;
          state.splat(views[operand].dtype(), operand, offset);
        }
      }
      case STAGED -> {
        int stride = (int) views[operand].stride(axis);
        state.load(views[operand].dtype(), operand, offset, stride, 0, n);
      }
    }
  }
}
