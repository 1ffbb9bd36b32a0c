package dev.fathom.backend.java.elementwise;

import dev.fathom.backend.java.loops.Loops;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Evaluates an {@link Epilogue} along rows of a result whose axes fall into groups: for example
 * batch, rows, columns. Axes of a group are merged where every operand allows it, so that rows are
 * long.
 */
public final class ResultRows {
  private final RowProgram program;

  /** For each group, the sizes of its merged axes. */
  private final int[][] sizes;

  private final int rank;
  private final int run;

  private ResultRows(RowProgram program, int[][] sizes) {
    this.program = program;
    this.sizes = sizes;
    this.rank = Arrays.stream(sizes).mapToInt(group -> group.length).sum();
    int[] last = sizes[sizes.length - 1];
    this.run = Math.max(1, last[last.length - 1]);
  }

  /** {@return whether {@link #of} takes the epilogue} */
  public static boolean takes(Epilogue epilogue) {
    return epilogue.map().nodes().stream().noneMatch(Expression.Node.Index.class::isInstance);
  }

  /**
   * Compiles an epilogue.
   *
   * @param groups axes of the result; rows run along the last one
   */
  public static ResultRows of(Epilogue epilogue, Loops loops, int[]... groups) {
    List<View> views = new ArrayList<>(epilogue.extras());
    views.addAll(epilogue.outputs());
    List<Integer> axes = new ArrayList<>();
    List<Long> merged = new ArrayList<>();
    int[][] sizes = new int[groups.length][];
    for (int group = 0; group < groups.length; group++) {
      int first = merged.size();
      for (int axis : groups[group]) {
        long size = epilogue.shape().size(axis);
        if (size == 1) {
          continue;
        }
        if (merged.size() > first && merges(views, axes.getLast(), axis, size)) {
          axes.set(axes.size() - 1, axis);
          merged.set(merged.size() - 1, merged.getLast() * size);
        } else {
          axes.add(axis);
          merged.add(size);
        }
      }
      if (merged.size() == first) {
        axes.add(-1);
        merged.add(1L);
      }
      sizes[group] =
          merged.subList(first, merged.size()).stream().mapToInt(Long::intValue).toArray();
    }
    Shape shape = Shape.of(merged.stream().mapToLong(Long::longValue).toArray());
    Epilogue grouped =
        new Epilogue(
            epilogue.map(),
            epilogue.extras().stream().map(view -> regroup(view, shape, axes)).toList(),
            epilogue.outputs().stream().map(view -> regroup(view, shape, axes)).toList());
    return new ResultRows(RowProgram.compile(grouped, shape.rank() - 1, loops), sizes);
  }

  private static boolean merges(List<View> views, int outer, int inner, long size) {
    return views.stream().allMatch(view -> view.stride(outer) == view.stride(inner) * size);
  }

  private static View regroup(View view, Shape shape, List<Integer> axes) {
    long[] strides = axes.stream().mapToLong(axis -> axis < 0 ? 0 : view.stride(axis)).toArray();
    return View.of(view.dtype(), shape, strides);
  }

  /** {@return as {@link dev.fathom.spi.Kernel#remarks}} */
  public List<String> remarks() {
    return program.remarks();
  }

  /** As {@link RowProgram#begin}. */
  public TileState begin(Binding[] bindings, int firstExtra, int firstOutput, long[] scalars) {
    TileState state = program.begin(0, bindings, firstExtra, firstOutput, scalars);
    if (state.index.length < rank) {
      state.index = new int[rank];
    }
    return state;
  }

  /**
   * Evaluates part of a row.
   *
   * @param group the first group's index
   * @param row the second group's index
   * @param column the first element's index in the third group
   * @param accumulator array of the results
   * @param at where the part begins there
   */
  public void run(
      TileState state, int group, int row, int column, int count, Object accumulator, int at) {
    int[] index = state.index;
    fill(index, 0, 0, group);
    fill(index, 1, sizes[0].length, row);
    int end = column + count;
    while (column < end) {
      int part = Math.min(end - column, run - column % run);
      fill(index, 2, sizes[0].length + sizes[1].length, column);
      program.run(state, accumulator, at, index, part);
      column += part;
      at += part;
    }
  }

  private void fill(int[] index, int group, int first, int linear) {
    int[] axes = sizes[group];
    for (int axis = axes.length - 1; axis > 0; axis--) {
      index[first + axis] = linear % axes[axis];
      linear /= axes[axis];
    }
    index[first] = linear;
  }
}
