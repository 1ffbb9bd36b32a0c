package dev.fathom.backend.java.rows;

import dev.fathom.backend.java.memory.Scratch;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Cumulate;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.Plan;
import dev.fathom.spi.ReduceOp;

/** Running reductions, row by row; f32 and narrower types run in f64. */
public final class CumulateKernel extends JavaKernel {
  private final ReduceOp op;
  private final DType dtype;
  private final Rows x;
  private final Rows out;
  private final Workers workers;
  private final Workers.Body body = this::task;

  public static Plan plan(Cumulate spec) {
    return Plan.Accepted.PLAIN;
  }

  public static Kernel compile(Cumulate spec, Plan.Accepted plan, Engine engine) {
    return new CumulateKernel(spec, plan, engine);
  }

  private CumulateKernel(Cumulate spec, Plan.Accepted plan, Engine engine) {
    super(spec, plan);
    this.op = spec.op();
    this.dtype = spec.x().dtype();
    this.x = new Rows(0, spec.x());
    this.out = new Rows(1, spec.out());
    this.workers = engine.workers();
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    workers.parallel(Math.ceilDiv(x.count(), x.perTask()), body, bindings, scalars);
  }

  private void task(int task, int worker, Binding[] bindings, long[] scalars) {
    int n = x.length();
    Object row = Scratch.local().values(dtype, n);
    int end = Math.min(x.count(), (task + 1) * x.perTask());
    for (int i = task * x.perTask(); i < end; i++) {
      x.load(bindings, i, row);
      cumulate(row, n);
      out.store(bindings, i, row);
    }
  }

  private void cumulate(Object row, int n) {
    switch (row) {
      case float[] floats -> {
        double running = n == 0 ? 0 : floats[0];
        for (int i = 1; i < n; i++) {
          running = combine(running, floats[i]);
          floats[i] = (float) running;
        }
      }
      case double[] doubles -> {
        for (int i = 1; i < n; i++) {
          doubles[i] = combine(doubles[i - 1], doubles[i]);
        }
      }
      case long[] longs -> {
        for (int i = 1; i < n; i++) {
          longs[i] = combine(longs[i - 1], longs[i]);
        }
      }
      case int[] ints -> {
        for (int i = 1; i < n; i++) {
          ints[i] = (int) combine((long) ints[i - 1], ints[i]);
        }
      }
      default -> throw new AssertionError(row);
    }
  }

  private double combine(double x, double y) {
    return switch (op) {
      case SUM -> x + y;
      case PRODUCT -> x * y;
      case MAX -> Math.max(x, y);
      case MIN -> Math.min(x, y);
      default -> throw new AssertionError(op);
    };
  }

  private long combine(long x, long y) {
    return switch (op) {
      case SUM -> x + y;
      case PRODUCT -> x * y;
      case MAX -> Math.max(x, y);
      case MIN -> Math.min(x, y);
      default -> throw new AssertionError(op);
    };
  }
}
