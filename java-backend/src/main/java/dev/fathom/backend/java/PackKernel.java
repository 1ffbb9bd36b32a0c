package dev.fathom.backend.java;

import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;

/** Brings an operand of a contraction into {@link Panels}. */
final class PackKernel extends JavaKernel {
  private static final int TASK_ELEMENTS = 1 << 15;

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

  PackKernel(Pack spec, Plan.Accepted plan, Workers workers, Arithmetic arithmetic) {
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

  static Plan plan(Pack spec) {
    if (!Panels.understands(spec.target())) {
      return new Plan.Declined("the java backend never asked for layout " + spec.target().id());
    }
    return Plan.Accepted.PLAIN;
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
          0,
          depth.size,
          target,
          out + panel * width * depth.size,
          width);
    }
  }
}
