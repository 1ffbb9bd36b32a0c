package dev.fathom.backend.java.contract;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.memory.Steps;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;

/** Brings an operand of a contraction into {@link Panels}. */
public final class PanelPackKernel extends JavaKernel {
  private static final int TASK_ELEMENTS = 1 << 17;
  private static final int SLICE = 64;

  private final Workers workers;
  private final Arithmetic arithmetic;
  private final DType dtype;
  private final Steps batch;
  private final Steps rows;
  private final Steps depth;
  private final int width;
  private final int panels;
  private final int panelsPerTask;
  private final int tasks;
  private final Workers.Body body = this::pack;

  public PanelPackKernel(Pack spec, Plan.Accepted plan, Engine engine) {
    super(spec, plan);
    this.workers = engine.workers();
    this.arithmetic = Arithmetic.of(spec.target().dtype(), engine.vector());
    Panels layout = Panels.parse(spec.target());
    dtype = spec.source().dtype();
    batch = Steps.of(spec.source(), layout.batch());
    rows = Steps.of(spec.source(), layout.rows());
    depth = Steps.of(spec.source(), layout.depth());
    width = layout.width();
    panels = Math.ceilDiv(rows.size, width);
    panelsPerTask = Math.max(1, TASK_ELEMENTS / Math.max(1, width * depth.size));
    tasks = depth.size == 0 ? 0 : Math.ceilDiv(batch.size * panels, panelsPerTask);
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    workers.parallel(tasks, body, bindings, scalars);
  }

  private void pack(int task, int worker, Binding[] bindings, long[] scalars) {
    Object source = JavaBuffer.array(bindings[0]);
    Object target = JavaBuffer.array(bindings[1]);
    int at = JavaBuffer.offset(bindings[0]);
    int out = JavaBuffer.offset(bindings[1]);
    int end = Math.min(batch.size * panels, (task + 1) * panelsPerTask);
    // Slice by slice of the depth, so that neighbouring panels read the same pages and cache lines
    // again soon.
    for (int k = 0; k < depth.size; k += SLICE) {
      int slice = Math.min(SLICE, depth.size - k);
      for (int panel = task * panelsPerTask; panel < end; panel++) {
        int row = panel % panels * width;
        Panels.pack(
            arithmetic,
            source,
            dtype,
            at + batch.at(panel / panels),
            rows,
            row,
            Math.min(width, rows.size - row),
            depth,
            k,
            slice,
            target,
            out + (panel * depth.size + k) * width,
            width);
      }
    }
  }
}
