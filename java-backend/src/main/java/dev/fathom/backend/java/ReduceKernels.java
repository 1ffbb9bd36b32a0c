package dev.fathom.backend.java;

import dev.fathom.backend.java.TileProgram.Access;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;

/**
 * Reductions. The outputs are cut into strands: outputs that are computed together, from a sequence
 * of boxes of the input's {@link Nest}. A strand is one output, several outputs that share a box,
 * or a stretch of columns. Long sequences are cut into segments, whose partial results lie in the
 * workspace. All of it follows from the shape alone, so the result never depends on the threads.
 */
final class ReduceKernels {
  /** Elements of a task. */
  private static final int TASK = 16384;

  /** Elements of a segment, where there are too few strands to keep several threads busy. */
  private static final int SEGMENT = 65536;

  private static final int FEW_STRANDS = 64;

  /** Rows up to here are folded one element at a time. */
  private static final int SHORT = 32;

  private ReduceKernels() {}

  static Plan plan(Reduce spec) {
    if (spec.input().shape().elements() > Integer.MAX_VALUE) {
      return new Plan.Declined("more than 2^31 - 1 elements");
    }
    Layout layout = Layout.of(spec);
    return layout.segments == 1
        ? Plan.Accepted.PLAIN
        : new Plan.Accepted(
            DType.F32, (long) layout.segments * layout.strands * layout.width, List.of());
  }

  static Kernel compile(Reduce spec, Plan.Accepted plan, Engine engine) {
    return new ReduceKernel(spec, plan, engine);
  }

  /**
   * How a reduction is cut.
   *
   * @param columns whether a strand is a stretch of the last axis, a kept one
   * @param width outputs of a strand, fewer in the last
   * @param steps boxes of a strand
   * @param segments how many parts a strand's sequence is cut into
   */
  private record Layout(
      Nest nest, boolean columns, int strands, int width, int steps, int segments) {

    static Layout of(Reduce spec) {
      List<View> views = new ArrayList<>(spec.inputs());
      views.add(spec.output());
      int rank = spec.input().shape().rank();
      int kept = rank - spec.reducedAxes();
      int[] groups = new int[rank];
      for (int axis = kept; axis < rank; axis++) {
        groups[axis] = 1;
      }
      boolean arg = spec.op() == ReduceOp.ARG_MAX || spec.op() == ReduceOp.ARG_MIN;
      boolean[] named = FusedKernels.namedAxes(spec.input().map(), rank);
      Nest nest = nest(spec, views, groups, arg, named, Nest.Cut.ROWS);
      if (!arg && spec.input().type() == DType.F32 && liesInColumns(nest)) {
        int last = 0;
        while (last + 1 < nest.sizes.length && nest.groups[last + 1] == 0) {
          last++;
        }
        for (int axis = 0; axis < kept; axis++) {
          groups[axis] = nest.axisOf[axis] == last ? 2 : 0;
        }
        boolean plain = spec.input().isPlain() && spec.inputs().getFirst().dtype() == DType.F32;
        Nest.Cut cut =
            new Nest.Cut(false, plain ? TileProgram.TILE : 64, plain ? 16 : 8, TileProgram.TILE);
        return ofColumns(nest(spec, views, groups, false, named, cut));
      }
      if (spec.input().isPlain()) {
        Nest large = nest(spec, views, groups, arg, named, Nest.Cut.LARGE);
        nest = large.access(0, false) == Access.DIRECT || liesInRuns(large) ? large : nest;
      }
      return ofRows(nest, !arg && spec.input().type() == DType.F32);
    }

    private static Nest nest(
        Reduce spec,
        List<View> views,
        int[] groups,
        boolean ordered,
        boolean[] named,
        Nest.Cut cut) {
      return Nest.of(spec.input().shape(), views, groups, ordered, named, cut);
    }

    /** {@return whether the first operand is dense along the last axis, a reduced one} */
    static boolean liesInRuns(Nest nest) {
      int last = nest.sizes.length - 1;
      return Nest.isNative(nest.dtypes[0])
          && nest.groups[last] == 1
          && nest.strides[0][last] == 1
          && nest.groups[nest.boxAxis] == 1;
    }

    /** {@return whether the first operand is dense along the last kept axis, not the last one} */
    private static boolean liesInColumns(Nest nest) {
      int rank = nest.sizes.length;
      if (nest.groups[rank - 1] != 1 || Math.abs(nest.strides[0][rank - 1]) <= 1) {
        return false;
      }
      int axis = rank - 1;
      while (axis >= 0 && nest.groups[axis] == 1) {
        axis--;
      }
      return axis >= 0 && nest.strides[0][axis] == 1;
    }

    private static Layout ofColumns(Nest nest) {
      int rank = nest.sizes.length;
      int steps = 1;
      for (int axis = 0; axis < rank; axis++) {
        if (nest.groups[axis] == 1) {
          steps *= nest.boxesAlong[axis];
        }
      }
      int strands = nest.boxes / Math.max(1, steps);
      int width = nest.chunks[rank - 1];
      return new Layout(nest, true, strands, width, steps, segments(nest, strands, steps, true));
    }

    private static Layout ofRows(Nest nest, boolean segmented) {
      int steps = 1;
      int width = 1;
      for (int axis = 0; axis < nest.sizes.length; axis++) {
        if (nest.groups[axis] == 1) {
          steps *= nest.boxesAlong[axis];
        } else {
          width *= nest.chunks[axis];
        }
      }
      int strands = nest.boxes / Math.max(1, steps);
      int segments = segments(nest, strands, steps, segmented);
      return new Layout(nest, false, strands, width, steps, segments);
    }

    private static int segments(Nest nest, int strands, int steps, boolean segmented) {
      if (!segmented || strands == 0 || strands >= FEW_STRANDS) {
        return 1;
      }
      long perStrand = nest.elements / strands;
      return (int) Math.min(steps, Math.max(1, perStrand / SEGMENT));
    }

    /** {@return the number of the box that is step {@code step} of strand {@code strand}} */
    int box(int strand, int step) {
      if (!columns) {
        return strand * steps + step;
      }
      int along = nest.boxesAlong[nest.boxesAlong.length - 1];
      return (strand / along * steps + step) * along + strand % along;
    }
  }

  private static final class ReduceKernel extends JavaKernel {
    private final ReduceOp op;
    private final DType type;
    private final View output;
    private final Layout layout;
    private final Nest nest;
    private final TileProgram program;

    /** Whether the elements are used where they lie, without the program. */
    private final boolean direct;

    private final boolean shortRows;
    private final int outputOperand;
    private final Workers workers;
    private final Loops loops;
    private final int strandsPerTask;
    private final Workers.Body body = this::task;

    ReduceKernel(Reduce spec, Plan.Accepted plan, Engine engine) {
      super(spec, plan);
      this.op = spec.op();
      this.type = spec.input().type();
      this.output = spec.output();
      this.workers = engine.workers();
      this.loops = engine.loops();
      this.layout = Layout.of(spec);
      this.nest = layout.nest;
      this.outputOperand = spec.inputs().size();
      Access[] access = new Access[outputOperand + 1];
      for (int i = 0; i < outputOperand; i++) {
        access[i] = nest.access(i, false);
      }
      access[outputOperand] = Access.STAGED;
      this.program =
          TileProgram.compile(
              spec.input().map(), outputOperand, access, new boolean[1][outputOperand], loops);
      int last = nest.sizes.length - 1;
      this.direct =
          spec.input().isPlain()
              && (layout.columns
                  ? nest.dtypes[0] == DType.F32 && nest.strides[0][last] == 1
                  : access[0] == Access.DIRECT || Layout.liesInRuns(nest));
      this.shortRows = type == DType.F32 && op != ReduceOp.ARG_MAX && op != ReduceOp.ARG_MIN;
      long perStrand = nest.elements / Math.max(1, layout.strands);
      this.strandsPerTask =
          layout.segments > 1 ? 1 : (int) Math.max(1, TASK / Math.max(1, perStrand));
    }

    @Override
    void run(Binding[] bindings, long[] scalars) {
      if (nest.elements == 0) {
        fillWithNothing(bindings[outputOperand]);
        return;
      }
      int tasks = Math.ceilDiv(layout.strands, strandsPerTask) * layout.segments;
      workers.parallel(tasks, body, bindings, scalars);
      if (layout.segments > 1) {
        joinSegments(bindings, scalars);
      }
    }

    private void task(int task, int worker, Binding[] bindings, long[] scalars) {
      TileState state = TileState.local(0);
      Fold fold = state.fold;
      begin(state, bindings, scalars);
      int segment = task % layout.segments;
      int firstStep = (int) ((long) layout.steps * segment / layout.segments);
      int endStep = (int) ((long) layout.steps * (segment + 1) / layout.segments);
      int strand = task / layout.segments * strandsPerTask;
      int end = Math.min(layout.strands, strand + strandsPerTask);
      for (; strand < end; strand++) {
        fold.begin(op, type, loops);
        for (int step = firstStep; step < endStep; step++) {
          if (step == firstStep || layout.columns) {
            state.cursor.seek(nest, layout.box(strand, step), bindings);
          } else {
            state.cursor.next();
          }
          box(state, fold);
        }
        if (layout.columns) {
          fold.finishColumns();
        } else if (layout.width == 1) {
          fold.finishRow(0);
        }
        if (layout.segments > 1) {
          float[] partial = JavaBuffer.floats(bindings[outputOperand + 1]);
          int at = JavaBuffer.offset(bindings[outputOperand + 1]);
          at += (segment * layout.strands + strand) * layout.width;
          System.arraycopy(
              fold.results(),
              0,
              partial,
              at,
              layout.columns ? state.cursor.dims[nest.sizes.length - 1] : 1);
        } else {
          store(state, fold.results(), 0, 0, 0, state.offsets[outputOperand]);
        }
      }
      state.release();
    }

    private void begin(TileState state, Binding[] bindings, long[] scalars) {
      state.bind(program, loops, scalars);
      for (int operand = 0; operand <= outputOperand; operand++) {
        state.operand(operand, JavaBuffer.array(bindings[operand]));
      }
    }

    /** Takes in one box. */
    private void box(TileState state, Fold fold) {
      Nest.Cursor cursor = state.cursor;
      int last = nest.sizes.length - 1;
      Object values;
      int at;
      if (direct) {
        values = state.operand(0);
        at = state.offsets[0];
      } else {
        cursor.load(program);
        state.run(cursor.n);
        values = state.staging(outputOperand);
        at = state.stagingOffset(outputOperand);
      }
      if (layout.columns) {
        int width = cursor.dims[last];
        int stride = direct ? nest.strides[0][last - 1] : width;
        fold.columns((float[]) values, at, stride, cursor.n / width, width);
      } else if (direct && layout.width == 1) {
        runs(state, fold, nest.boxAxis, at);
      } else if (layout.width == 1) {
        fold.row(values, at, cursor.n);
      } else {
        int rows = 1;
        for (int axis = 0; axis <= last && nest.groups[axis] != 1; axis++) {
          rows *= cursor.dims[axis];
        }
        int length = cursor.n / rows;
        for (int row = 0; row < rows; row++) {
          if (shortRows && length <= SHORT) {
            fold.shortRow((float[]) values, at + row * length, length, row);
          } else {
            fold.row(values, at + row * length, length);
            fold.finishRow(row);
          }
        }
      }
    }

    /** Takes in a box of one output where it lies, each stretch of its last axis. */
    private void runs(TileState state, Fold fold, int axis, int at) {
      int count = state.cursor.dims[axis];
      if (axis == nest.sizes.length - 1) {
        fold.row(state.operand(0), at, count);
      } else {
        for (int i = 0; i < count; i++) {
          runs(state, fold, axis + 1, at + i * nest.strides[0][axis]);
        }
      }
    }

    /** Stores the results of a strand, along the kept axes of its box. */
    private int store(TileState state, Object results, int from, int axis, int place, int offset) {
      while (axis < nest.sizes.length && nest.groups[axis] == 1) {
        axis++;
      }
      if (axis == nest.sizes.length) {
        Tiles.store(
            output.dtype(), state.operand(outputOperand), offset, 1, results, from + place, 1);
        return place + 1;
      }
      int stride = nest.strides[outputOperand][axis];
      int count = state.cursor.dims[axis];
      boolean innermost = axis + 1 == nest.sizes.length || nest.groups[axis + 1] == 1;
      if (innermost && nest.groups[nest.sizes.length - 1] != 2 || nest.groups[axis] == 2) {
        Tiles.store(
            output.dtype(),
            state.operand(outputOperand),
            offset,
            stride,
            results,
            from + place,
            count);
        return place + count;
      }
      for (int i = 0; i < count; i++) {
        place = store(state, results, from, axis + 1, place, offset + i * stride);
      }
      return place;
    }

    /** Joins the partial results of the segments in a fixed tree. */
    private void joinSegments(Binding[] bindings, long[] scalars) {
      TileState state = TileState.local(0);
      begin(state, bindings, scalars);
      state.fold.begin(op, type, loops);
      float[] partial = JavaBuffer.floats(bindings[outputOperand + 1]);
      int base = JavaBuffer.offset(bindings[outputOperand + 1]);
      int all = layout.strands * layout.width;
      for (int strand = 0; strand < layout.strands; strand++) {
        int at = base + strand * layout.width;
        for (int step = 1; step < layout.segments; step *= 2) {
          for (int i = 0; i + step < layout.segments; i += 2 * step) {
            state.fold.combine(partial, at + i * all, at + (i + step) * all, layout.width);
          }
        }
        state.cursor.seek(nest, layout.box(strand, 0), bindings);
        store(state, partial, at, 0, 0, state.offsets[outputOperand]);
      }
      state.release();
    }

    /** The result of an empty reduction in every output. */
    private void fillWithNothing(Binding target) {
      if (output.shape().elements() > 0) {
        Object value = Fold.nothing(op, type);
        fill(JavaBuffer.array(target), 0, JavaBuffer.offset(target), value);
      }
    }

    private void fill(Object array, int axis, int offset, Object value) {
      if (axis == output.rank()) {
        Tiles.store(output.dtype(), array, offset, 1, value, 0, 1);
        return;
      }
      for (int i = 0; i < output.size(axis); i++) {
        fill(array, axis + 1, offset + i * (int) output.stride(axis), value);
      }
    }
  }
}
