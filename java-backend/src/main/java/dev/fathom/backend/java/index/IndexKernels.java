package dev.fathom.backend.java.index;

import dev.fathom.backend.java.elementwise.BlockCopy;
import dev.fathom.backend.java.elementwise.BlockCopy.Mode;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DynamicSlice;
import dev.fathom.spi.DynamicSliceUpdate;
import dev.fathom.spi.Gather;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Scatter;
import dev.fathom.spi.View;

/** Rows by index, and blocks whose place is known at run time. */
public final class IndexKernels {
  /** Elements of a task. */
  private static final int TASK = 16384;

  private IndexKernels() {}

  public static Plan plan(KernelSpec spec) {
    return Plan.Accepted.PLAIN;
  }

  public static Kernel compile(Gather spec, Plan.Accepted plan, Engine engine) {
    return new GatherKernel(spec, plan, engine);
  }

  public static Kernel compile(Scatter spec, Plan.Accepted plan) {
    return new ScatterKernel(spec, plan);
  }

  public static Kernel compile(DynamicSlice spec, Plan.Accepted plan) {
    return new SliceKernel(spec, plan, spec.x(), spec.out(), true);
  }

  public static Kernel compile(DynamicSliceUpdate spec, Plan.Accepted plan) {
    return new SliceKernel(spec, plan, spec.target(), spec.update(), false);
  }

  /** {@return where row {@code index} of an operand begins} */
  private static int row(Binding binding, View view, long index) {
    return (int) (JavaBuffer.offset(binding) + index * view.stride(0));
  }

  private static long index(Binding binding, View view, int at) {
    return Elements.integer(JavaBuffer.array(binding), view.dtype(), row(binding, view, at));
  }

  private static final class GatherKernel extends JavaKernel {
    private final View table;
    private final View indices;
    private final View out;
    private final BlockCopy copy;
    private final Workers workers;
    private final int count;
    private final int rowsPerTask;
    private final Workers.Body body = this::task;

    GatherKernel(Gather spec, Plan.Accepted plan, Engine engine) {
      super(spec, plan);
      this.table = spec.table();
      this.indices = spec.indices();
      this.out = spec.out();
      this.copy = BlockCopy.of(table, out, out.shape(), 1);
      this.workers = engine.workers();
      this.count = (int) indices.size(0);
      long row = out.shape().elements() / Math.max(1, count);
      this.rowsPerTask = (int) Math.max(1, TASK / Math.max(16, row));
    }

    @Override
    protected void run(Binding[] bindings, long[] scalars) {
      workers.parallel(Math.ceilDiv(count, rowsPerTask), body, bindings, scalars);
    }

    private void task(int task, int worker, Binding[] bindings, long[] scalars) {
      Object from = JavaBuffer.array(bindings[0]);
      Object to = JavaBuffer.array(bindings[2]);
      int end = Math.min(count, (task + 1) * rowsPerTask);
      for (int i = task * rowsPerTask; i < end; i++) {
        long index = index(bindings[1], indices, i);
        boolean inside = index >= 0 && index < table.size(0);
        int source = inside ? row(bindings[0], table, index) : 0;
        copy.run(inside ? Mode.SET : Mode.CLEAR, from, source, to, row(bindings[2], out, i));
      }
    }
  }

  /** Runs on one thread, since updates of one row are applied in their order. */
  private static final class ScatterKernel extends JavaKernel {
    private final Mode mode;
    private final View indices;
    private final View updates;
    private final View target;
    private final BlockCopy copy;

    ScatterKernel(Scatter spec, Plan.Accepted plan) {
      super(spec, plan);
      this.mode = spec.mode() == Scatter.Mode.ADD ? Mode.ADD : Mode.SET;
      this.indices = spec.indices();
      this.updates = spec.updates();
      this.target = spec.target();
      this.copy = BlockCopy.of(updates, target, updates.shape(), 1);
    }

    @Override
    protected void run(Binding[] bindings, long[] scalars) {
      Object from = JavaBuffer.array(bindings[1]);
      Object to = JavaBuffer.array(bindings[2]);
      for (int i = 0; i < indices.size(0); i++) {
        long index = index(bindings[0], indices, i);
        if (index >= 0 && index < target.size(0)) {
          copy.run(mode, from, row(bindings[1], updates, i), to, row(bindings[2], target, index));
        }
      }
    }
  }

  private static final class SliceKernel extends JavaKernel {
    private final View whole;
    private final View block;
    private final boolean reads;
    private final BlockCopy copy;

    /** Reads a block of {@code whole}, binding 0, or writes it, binding 1. */
    SliceKernel(KernelSpec spec, Plan.Accepted plan, View whole, View block, boolean reads) {
      super(spec, plan);
      this.whole = whole;
      this.block = block;
      this.reads = reads;
      this.copy =
          reads
              ? BlockCopy.of(whole, block, block.shape(), 0)
              : BlockCopy.of(block, whole, block.shape(), 0);
    }

    @Override
    protected void run(Binding[] bindings, long[] scalars) {
      Binding source = bindings[0];
      Binding target = bindings[1];
      long at = JavaBuffer.offset(reads ? source : target);
      for (int axis = 0; axis < whole.rank(); axis++) {
        long most = whole.size(axis) - block.size(axis);
        at += Math.clamp(scalars[axis], 0, most) * whole.stride(axis);
      }
      int from = reads ? (int) at : JavaBuffer.offset(source);
      int to = reads ? JavaBuffer.offset(target) : (int) at;
      copy.run(Mode.SET, JavaBuffer.array(source), from, JavaBuffer.array(target), to);
    }
  }
}
