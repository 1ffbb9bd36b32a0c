package dev.fathom.backend.java.elementwise;

import dev.fathom.backend.java.elementwise.TileProgram.Access;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.memory.Tiles;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.View;
import java.util.List;

/**
 * Reductions. The outputs are cut into strands: outputs that are computed together, from a sequence
 * of boxes of the input's {@link Nest}. A strand is one output, several outputs that share a box,
 * or a stretch of columns. Long sequences are cut into segments, whose partial results lie in the
 * workspace. All of it follows from the shape alone, so the result never depends on the threads.
 */
public final class ReduceKernels {
  /** Elements of a task. */
  private static final int TASK = 16384;

  /** Rows up to here are folded one element at a time. */
  private static final int SHORT = 32;

  private ReduceKernels() {}

  public static Plan plan(Reduce spec) {
    if (spec.input().shape().elements() > Integer.MAX_VALUE) {
      return new Plan.Declined("more than 2^31 - 1 elements");
    }
    ReduceLayout layout = ReduceLayout.of(spec);
    return layout.segments() == 1
        ? Plan.Accepted.PLAIN
        : new Plan.Accepted(
            DType.F32, (long) layout.segments() * layout.strands() * layout.width(), List.of());
  }

  public static Kernel compile(Reduce spec, Plan.Accepted plan, Engine engine) {
    return new ReduceKernel(spec, plan, engine);
  }

  private static final class ReduceKernel extends JavaKernel {
    private final ReduceOp op;
    private final DType type;
    private final View output;
    private final ReduceLayout layout;
    private final Nest nest;

    /**
     * Replaced by one with the same results when a loop was made at run time. A thread may see the
     * new one later than others.
     */
    private TileProgram program;

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
      this.loops = Loops.of(engine.vector());
      this.layout = ReduceLayout.of(spec);
      this.nest = layout.nest();
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
              && (layout.columns()
                  ? nest.dtypes[0] == DType.F32 && nest.strides[0][last] == 1
                  : access[0] == Access.DIRECT || ReduceLayout.liesInRuns(nest));
      this.shortRows = type == DType.F32 && op != ReduceOp.ARG_MAX && op != ReduceOp.ARG_MIN;
      long perStrand = nest.elements / Math.max(1, layout.strands());
      this.strandsPerTask =
          layout.segments() > 1 ? 1 : (int) Math.max(1, TASK / Math.max(1, perStrand));
    }

    @Override
    public List<String> remarks() {
      return direct ? List.of() : program.remarks();
    }

    @Override
    protected void run(Binding[] bindings, long[] scalars) {
      if (nest.elements == 0) {
        fillWithNothing(bindings[outputOperand]);
        return;
      }
      int tasks = Math.ceilDiv(layout.strands(), strandsPerTask) * layout.segments();
      workers.parallel(tasks, body, bindings, scalars);
      if (layout.segments() > 1) {
        joinSegments(bindings, scalars);
      }
    }

    private void task(int task, int worker, Binding[] bindings, long[] scalars) {
      TileState state = TileState.local(0);
      Fold fold = state.fold;
      begin(state, bindings, scalars);
      int segment = task % layout.segments();
      int firstStep = (int) ((long) layout.steps() * segment / layout.segments());
      int endStep = (int) ((long) layout.steps() * (segment + 1) / layout.segments());
      int strand = task / layout.segments() * strandsPerTask;
      int end = Math.min(layout.strands(), strand + strandsPerTask);
      for (; strand < end; strand++) {
        fold.begin(op, type, loops);
        for (int step = firstStep; step < endStep; step++) {
          if (step == firstStep || layout.columns()) {
            state.cursor.seek(nest, layout.box(strand, step), bindings);
          } else {
            state.cursor.next();
          }
          box(state, fold);
        }
        if (layout.columns()) {
          fold.finishColumns();
        } else if (layout.width() == 1) {
          fold.finishRow(0);
        }
        if (layout.segments() > 1) {
          float[] partial = JavaBuffer.floats(bindings[outputOperand + 1]);
          int at = JavaBuffer.offset(bindings[outputOperand + 1]);
          at += (segment * layout.strands() + strand) * layout.width();
          System.arraycopy(
              fold.results(),
              0,
              partial,
              at,
              layout.columns() ? state.cursor.dims[nest.sizes.length - 1] : 1);
        } else {
          store(state, fold.results(), 0, 0, 0, state.offsets[outputOperand]);
        }
      }
      state.release();
    }

    private void begin(TileState state, Binding[] bindings, long[] scalars) {
      TileProgram current = program.current();
      if (current != program) {
        program = current;
      }
      state.bind(current, loops, scalars);
      for (int operand = 0; operand <= outputOperand; operand++) {
        state.operand(operand, JavaBuffer.array(bindings[operand]));
      }
    }

    /** Takes in one box. */
    private void box(TileState state, Fold fold) {
      BoxCursor cursor = state.cursor;
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
      if (layout.columns()) {
        int width = cursor.dims[last];
        int stride = direct ? nest.strides[0][last - 1] : width;
        fold.columns((float[]) values, at, stride, cursor.n / width, width);
      } else if (direct && layout.width() == 1) {
        runs(state, fold, nest.boxAxis, at);
      } else if (layout.width() == 1) {
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
      int last = nest.sizes.length - 1;
      if (axis == last) {
        fold.row(state.operand(0), at, count);
      } else if (axis == last - 1) {
        int stride = nest.strides[0][axis];
        fold.stretches(state.operand(0), at, stride, count, state.cursor.dims[last]);
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
      int all = layout.strands() * layout.width();
      for (int strand = 0; strand < layout.strands(); strand++) {
        int at = base + strand * layout.width();
        for (int step = 1; step < layout.segments(); step *= 2) {
          for (int i = 0; i + step < layout.segments(); i += 2 * step) {
            state.fold.combine(partial, at + i * all, at + (i + step) * all, layout.width());
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
