package dev.fathom.backend.java.sequence;

import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.memory.FloatRows;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.memory.Tiles;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.SelectiveScan;
import dev.fathom.spi.SelectiveScanGradient;
import dev.fathom.spi.View;
import java.util.List;

/**
 * Selective scans. A task takes a block of channels of a row of the batch through all steps, a
 * stretch at a time, whose states never leave the cache; the gradient goes through the stretches
 * backwards, and computes the states of each again from the one that was kept before it.
 */
public final class ScanKernels {
  private static final int BLOCK = ScanSlot.BLOCK;

  private ScanKernels() {}

  public static Plan plan(SelectiveScan spec, Engine engine) {
    Sizes sizes = new Sizes(spec.x(), spec.a(), spec.interval());
    return plan(spec.x(), sizes, sizes.slot(engine, false), 0, engine);
  }

  public static Plan plan(SelectiveScanGradient spec, Engine engine) {
    Sizes sizes = new Sizes(spec.x(), spec.a(), spec.interval());
    return plan(spec.x(), sizes, sizes.slot(engine, true), sizes.parts(), engine);
  }

  private static Plan plan(View x, Sizes sizes, ScanSlot slot, long more, Engine engine) {
    if (x.dtype() == DType.F64) {
      return new Plan.Declined("selective scans are computed in f32");
    }
    long elements = more + (long) slot.elements * engine.workers().threads();
    return elements > Integer.MAX_VALUE
        ? new Plan.Declined("the scan needs more workspace than an array holds")
        : new Plan.Accepted(DType.F32, elements, List.of());
  }

  public static Kernel compile(SelectiveScan spec, Plan.Accepted plan, Engine engine) {
    return new Forward(spec, plan, engine);
  }

  public static Kernel compile(SelectiveScanGradient spec, Plan.Accepted plan, Engine engine) {
    return new Gradient(spec, plan, engine);
  }

  /** How large a scan is. */
  private record Sizes(int batch, int time, int channels, int state, int interval) {
    Sizes(View x, View a, long interval) {
      this(
          Math.toIntExact(x.size(0)),
          Math.toIntExact(x.size(1)),
          Math.toIntExact(x.size(2)),
          Math.toIntExact(a.size(1)),
          (int) Math.min(interval, x.size(1)));
    }

    ScanSlot slot(Engine engine, boolean gradient) {
      return new ScanSlot(interval, state, ScanLoops.of(engine.vector()).width(), gradient);
    }

    /** {@return blocks of channels, one that is empty if there is no channel} */
    int blocks() {
      return Math.max(1, Math.ceilDiv(channels, BLOCK));
    }

    /** {@return stretches of steps} */
    int stretches() {
      return Math.ceilDiv(time, interval);
    }

    /** {@return elements of the gradients of what tasks share, of each task its own} */
    long parts() {
      return (long) Math.max(1, batch) * blocks() * (2L * time * state + (long) state * BLOCK);
    }
  }

  /** An operand, whose axes are {@code [batch, time, ...]} or others. */
  private record Operand(int number, View view) {
    int at(Binding[] bindings, int i, int j, int k) {
      return JavaBuffer.offset(bindings[number])
          + i * (int) view.stride(0)
          + j * (int) view.stride(1)
          + (view.rank() > 2 ? k * (int) view.stride(2) : 0);
    }

    void load(Binding[] bindings, int from, int axis, float[] w, int to, int n) {
      if (n > 0) {
        Object array = JavaBuffer.array(bindings[number]);
        Tiles.load(view.dtype(), array, from, (int) view.stride(axis), w, to, n);
      }
    }

    void store(Binding[] bindings, int to, int axis, float[] w, int from, int n) {
      if (n > 0) {
        Object array = JavaBuffer.array(bindings[number]);
        Tiles.store(view.dtype(), array, to, (int) view.stride(axis), w, from, n);
      }
    }
  }

  /** What the scan and its gradient share. */
  private abstract static class Scan extends JavaKernel {
    final Sizes sizes;
    final ScanSlot slot;
    final ScanLoops scans;
    final Loops loops;
    final Workers workers;
    final int workspace;
    private final Operand x;
    private final Operand delta;
    private final Operand a;
    private final Operand b;
    private final Operand c;
    private final Workers.Body body = this::task;

    /** Where the slots of workers begin in the workspace. */
    private final int slots;

    Scan(
        KernelSpec spec,
        Plan.Accepted plan,
        Sizes sizes,
        boolean gradient,
        int slots,
        Engine engine) {
      super(spec, plan);
      this.sizes = sizes;
      this.slots = slots;
      slot = sizes.slot(engine, gradient);
      scans = ScanLoops.of(engine.vector());
      loops = Loops.of(engine.vector());
      workers = engine.workers();
      workspace = spec.inputs().size() + spec.outputs().size();
      x = operand(0);
      delta = operand(1);
      a = operand(2);
      b = operand(3);
      c = operand(4);
    }

    final Operand operand(int number) {
      List<View> inputs = spec().inputs();
      int outputs = number - inputs.size();
      return new Operand(number, outputs < 0 ? inputs.get(number) : spec().outputs().get(outputs));
    }

    @Override
    protected void run(Binding[] bindings, long[] scalars) {
      workers.parallel(sizes.batch * sizes.blocks(), body, bindings, scalars);
    }

    private void task(int task, int worker, Binding[] bindings, long[] scalars) {
      float[] w = JavaBuffer.floats(bindings[workspace]);
      int at = JavaBuffer.offset(bindings[workspace]) + slots + worker * slot.elements;
      int first = task % sizes.blocks() * BLOCK;
      int channels = Math.min(BLOCK, sizes.channels - first);
      // Lanes behind the last channel are computed too: of zeros.
      FloatRows.fill(w, at, at + slot.elements, 0);
      for (int n = 0; n < sizes.state; n++) {
        a.load(bindings, a.at(bindings, first, n, 0), 0, w, at + slot.a + n * BLOCK, channels);
      }
      block(bindings, task, task / sizes.blocks(), first, channels, w, at);
    }

    /**
     * Takes channels of a row of the batch through all steps.
     *
     * @param at where the slot begins, which is zeros but for {@code a}
     */
    abstract void block(
        Binding[] bindings, int task, int row, int first, int channels, float[] w, int at);

    /** Loads a stretch. */
    final void load(
        Binding[] bindings, int row, int step, int steps, int first, int n, float[] w, int at) {
      values(x, bindings, row, step, steps, first, n, w, at + slot.x);
      values(delta, bindings, row, step, steps, first, n, w, at + slot.delta);
      int all = steps * BLOCK;
      loops.binary(ScalarOp.MULTIPLY, w, at + slot.delta, w, at + slot.x, w, at + slot.taken, all);
      for (int t = 0; t < steps; t++) {
        int to = at + t * sizes.state;
        b.load(bindings, b.at(bindings, row, step + t, 0), 2, w, to + slot.b, sizes.state);
        c.load(bindings, c.at(bindings, row, step + t, 0), 2, w, to + slot.c, sizes.state);
      }
    }

    static void values(
        Operand from,
        Binding[] bindings,
        int row,
        int step,
        int steps,
        int first,
        int n,
        float[] w,
        int to) {
      for (int t = 0; t < steps; t++) {
        from.load(bindings, from.at(bindings, row, step + t, first), 2, w, to + t * BLOCK, n);
      }
    }

    static void storeValues(
        Operand to,
        Binding[] bindings,
        int row,
        int step,
        int steps,
        int first,
        int n,
        float[] w,
        int from) {
      for (int t = 0; t < steps; t++) {
        to.store(bindings, to.at(bindings, row, step + t, first), 2, w, from + t * BLOCK, n);
      }
    }

    /** Loads a state {@code [batch, channels, state]}. */
    final void state(
        Operand from, Binding[] bindings, int row, int first, int channels, float[] w, int to) {
      for (int n = 0; n < sizes.state; n++) {
        from.load(bindings, from.at(bindings, row, first, n), 1, w, to + n * BLOCK, channels);
      }
    }

    final void storeState(
        Operand to, Binding[] bindings, int row, int first, int channels, float[] w, int from) {
      for (int n = 0; n < sizes.state; n++) {
        to.store(bindings, to.at(bindings, row, first, n), 1, w, from + n * BLOCK, channels);
      }
    }

    /** {@return where a number of a kept state is, {@code [batch, stretches, channels, state]}} */
    static int keptAt(Operand kept, Binding[] bindings, int row, int stretch, int first, int n) {
      return kept.at(bindings, row, stretch, first) + n * (int) kept.view.stride(3);
    }
  }

  private static final class Forward extends Scan {
    private final Operand initial;
    private final Operand y;
    private final Operand last;
    private final Operand kept;

    Forward(SelectiveScan spec, Plan.Accepted plan, Engine engine) {
      super(spec, plan, new Sizes(spec.x(), spec.a(), spec.interval()), false, 0, engine);
      initial = operand(5);
      y = operand(6);
      last = operand(7);
      kept = operand(8);
    }

    @Override
    void block(Binding[] bindings, int task, int row, int first, int channels, float[] w, int at) {
      state(initial, bindings, row, first, channels, w, at + slot.state);
      for (int stretch = 0; stretch < sizes.stretches(); stretch++) {
        int step = stretch * sizes.interval;
        int steps = Math.min(sizes.interval, sizes.time - step);
        for (int n = 0; n < sizes.state; n++) {
          int to = keptAt(kept, bindings, row, stretch, first, n);
          kept.store(bindings, to, 2, w, at + slot.state + n * BLOCK, channels);
        }
        load(bindings, row, step, steps, first, channels, w, at);
        FloatRows.fill(w, at + slot.y, at + slot.y + steps * BLOCK, 0);
        for (int column = 0; column < channels; column += scans.width()) {
          for (int n = 0; n < sizes.state; n++) {
            scans.scan(w, at, slot, n, column, steps);
          }
        }
        storeValues(y, bindings, row, step, steps, first, channels, w, at + slot.y);
      }
      storeState(last, bindings, row, first, channels, w, at + slot.state);
    }
  }

  private static final class Gradient extends Scan {
    private final Operand kept;
    private final Operand dY;
    private final Operand dLast;
    private final Operand dX;
    private final Operand dDelta;
    private final Operand dA;
    private final Operand dB;
    private final Operand dC;
    private final Operand dInitial;
    private final Workers.Body rows = this::row;

    /** Where the gradients of {@code a} of the tasks begin in the workspace. */
    private final int rates;

    Gradient(SelectiveScanGradient spec, Plan.Accepted plan, Engine engine) {
      this(spec, plan, new Sizes(spec.x(), spec.a(), spec.interval()), engine);
    }

    private Gradient(SelectiveScanGradient spec, Plan.Accepted plan, Sizes sizes, Engine engine) {
      super(spec, plan, sizes, true, (int) sizes.parts(), engine);
      kept = operand(5);
      dY = operand(6);
      dLast = operand(7);
      dX = operand(8);
      dDelta = operand(9);
      dA = operand(10);
      dB = operand(11);
      dC = operand(12);
      dInitial = operand(13);
      rates = sizes.batch * sizes.blocks() * 2 * sizes.time * sizes.state;
    }

    @Override
    void block(Binding[] bindings, int task, int row, int first, int channels, float[] w, int at) {
      int parts = JavaBuffer.offset(bindings[workspace]);
      state(dLast, bindings, row, first, channels, w, at + slot.g);
      for (int stretch = sizes.stretches() - 1; stretch >= 0; stretch--) {
        int step = stretch * sizes.interval;
        int steps = Math.min(sizes.interval, sizes.time - step);
        for (int n = 0; n < sizes.state; n++) {
          int from = keptAt(kept, bindings, row, stretch, first, n);
          kept.load(bindings, from, 2, w, at + slot.state + n * BLOCK, channels);
        }
        load(bindings, row, step, steps, first, channels, w, at);
        values(dY, bindings, row, step, steps, first, channels, w, at + slot.y);
        int all = steps * BLOCK;
        FloatRows.fill(w, at + slot.dTaken, at + slot.dTaken + all, 0);
        FloatRows.fill(w, at + slot.dDelta, at + slot.dDelta + all, 0);
        for (int n = 0; n < sizes.state; n++) {
          FloatRows.fill(w, at + slot.dB, at + slot.dB + steps * scans.width(), 0);
          FloatRows.fill(w, at + slot.dC, at + slot.dC + steps * scans.width(), 0);
          for (int column = 0; column < channels; column += scans.width()) {
            scans.gradient(w, at, slot, n, column, steps);
          }
          sums(w, at + slot.dB, steps, parts + part(task, 0, step) + n);
          sums(w, at + slot.dC, steps, parts + part(task, 1, step) + n);
        }
        multiply(w, at + slot.dTaken, at + slot.x, at + slot.x, all);
        loops.binary(ScalarOp.ADD, w, at + slot.dDelta, w, at + slot.x, w, at + slot.dDelta, all);
        multiply(w, at + slot.dTaken, at + slot.delta, at + slot.dTaken, all);
        storeValues(dX, bindings, row, step, steps, first, channels, w, at + slot.dTaken);
        storeValues(dDelta, bindings, row, step, steps, first, channels, w, at + slot.dDelta);
      }
      storeState(dInitial, bindings, row, first, channels, w, at + slot.g);
      int own = sizes.state * BLOCK;
      FloatRows.copy(w, at + slot.dA, w, parts + rates + task * own, own);
    }

    private void multiply(float[] w, int x, int y, int to, int n) {
      loops.binary(ScalarOp.MULTIPLY, w, x, w, y, w, to, n);
    }

    /** {@return where a task's gradient of b (0) or c (1) of a step is} */
    private int part(int task, int which, int step) {
      return ((task * 2 + which) * sizes.time + step) * sizes.state;
    }

    /** Adds up the lanes of each step. */
    private void sums(float[] w, int from, int steps, int to) {
      int width = scans.width();
      for (int t = 0; t < steps; t++) {
        float sum = 0;
        for (int lane = 0; lane < width; lane++) {
          sum += w[from + t * width + lane];
        }
        w[to + t * sizes.state] = sum;
      }
    }

    @Override
    protected void run(Binding[] bindings, long[] scalars) {
      super.run(bindings, scalars);
      workers.parallel(sizes.batch, rows, bindings, scalars);
      float[] w = JavaBuffer.floats(bindings[workspace]);
      int parts = JavaBuffer.offset(bindings[workspace]) + rates;
      int own = sizes.state * BLOCK;
      for (int block = 0; block < sizes.blocks(); block++) {
        int sum = parts + block * own;
        if (sizes.batch == 0) {
          FloatRows.fill(w, sum, sum + own, 0);
        }
        for (int row = 1; row < sizes.batch; row++) {
          add(w, parts + (row * sizes.blocks() + block) * own, sum, own);
        }
        int first = block * BLOCK;
        int channels = Math.min(BLOCK, sizes.channels - first);
        for (int n = 0; n < sizes.state; n++) {
          int to = dA.at(bindings, first, n, 0);
          dA.store(bindings, to, 0, w, sum + n * BLOCK, channels);
        }
      }
    }

    private void add(float[] w, int from, int to, int n) {
      loops.binary(ScalarOp.ADD, w, to, w, from, w, to, n);
    }

    /** Adds up the gradients of b and c of all blocks of a row of the batch. */
    private void row(int row, int worker, Binding[] bindings, long[] scalars) {
      float[] w = JavaBuffer.floats(bindings[workspace]);
      int parts = JavaBuffer.offset(bindings[workspace]);
      int task = row * sizes.blocks();
      for (int which = 0; which < 2; which++) {
        Operand to = which == 0 ? dB : dC;
        for (int t = 0; t < sizes.time; t++) {
          int sum = parts + part(task, which, t);
          for (int block = 1; block < sizes.blocks(); block++) {
            int from = parts + part(task + block, which, t);
            for (int n = 0; n < sizes.state; n++) {
              w[sum + n] += w[from + n];
            }
          }
          to.store(bindings, to.at(bindings, row, t, 0), 2, w, sum, sizes.state);
        }
      }
    }
  }
}
