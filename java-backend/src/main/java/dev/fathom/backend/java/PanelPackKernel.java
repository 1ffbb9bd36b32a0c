package dev.fathom.backend.java;

import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;

/** Brings an operand of a contraction into {@link Panels}. */
final class PanelPackKernel extends JavaKernel {
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

  PanelPackKernel(Pack spec, Plan.Accepted plan, Workers workers, Arithmetic arithmetic) {
    super(spec, plan);
    this.workers = workers;
    this.arithmetic = arithmetic;
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
  void run(Binding[] bindings, long[] scalars) {
    workers.parallel(tasks, body, bindings, scalars);
  }

  private void pack(int task, int worker, Binding[] bindings, long[] scalars) {
    Object source = JavaBuffer.array(bindings[0]);
    Object target = JavaBuffer.array(bindings[1]);
    int at = JavaBuffer.offset(bindings[0]);
    int out = JavaBuffer.offset(bindings[1]);
    int end = Math.min(batch.size * panels, (task + 1) * panelsPerTask);
    // Slices of the depth, so that panels beside each other find the same pages and lines again.
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
