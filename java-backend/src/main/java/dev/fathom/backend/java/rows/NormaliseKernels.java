package dev.fathom.backend.java.rows;

import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.memory.Scratch;
import dev.fathom.backend.java.memory.Steps;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Normalise;
import dev.fathom.spi.NormaliseGradient;
import dev.fathom.spi.Plan;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.View;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Normalisation and its gradient: row by row, with vectors where rows of f32 lie side by side, else
 * in f64. The gradients of weight and bias are sums over rows: each task makes its own, then they
 * are added as a binary tree.
 */
public final class NormaliseKernels {
  /** Elements of a task of the forward pass. */
  private static final int TASK = 1 << 14;

  /** Rows of a task of the gradient, which adds them up in one chain. */
  private static final int CHAIN = 32;

  private NormaliseKernels() {}

  public static Plan plan(Normalise spec) {
    return Plan.Accepted.PLAIN;
  }

  public static Plan plan(NormaliseGradient spec) {
    long rows = spec.rstd().shape().elements();
    return new Plan.Accepted(
        spec.x().dtype(), Math.ceilDiv(rows, CHAIN) * 2 * pitch(spec.x()), List.of());
  }

  public static Kernel compile(Normalise spec, Plan.Accepted plan, Engine engine) {
    return new Forward(spec, plan, engine);
  }

  public static Kernel compile(NormaliseGradient spec, Plan.Accepted plan, Engine engine) {
    return new Gradient(spec, plan, engine);
  }

  /** Features filled up to whole vectors of any width. */
  private static int pitch(View x) {
    return Math.toIntExact(Math.ceilDiv(x.size(x.rank() - 1), 64) * 64);
  }

  /** The rows of {@code [..., n]}, or the elements of {@code [...]}. */
  private static Steps rows(View view, int rank) {
    return Steps.of(view, IntStream.range(0, rank).toArray());
  }

  private static int stride(View view) {
    return (int) view.stride(view.rank() - 1);
  }

  private static boolean side(View... views) {
    return Arrays.stream(views)
        .allMatch(view -> stride(view) == 1 || view.size(view.rank() - 1) == 1);
  }

  private abstract static class RowKernel extends JavaKernel {
    final DType type;
    final int n;
    final Steps rows;
    final Workers workers;

    RowKernel(KernelSpec spec, Plan.Accepted plan, Engine engine, View x) {
      super(spec, plan);
      type = x.dtype();
      n = (int) x.size(x.rank() - 1);
      rows = rows(x, x.rank() - 1);
      workers = engine.workers();
    }

    static int at(Binding binding, Steps steps, int row) {
      return JavaBuffer.offset(binding) + steps.at(row);
    }

    final double real(Binding binding, int at) {
      return Elements.floating(JavaBuffer.array(binding), type, at);
    }

    final void store(Binding binding, int at, double value) {
      if (JavaBuffer.array(binding) instanceof double[] doubles) {
        doubles[at] = value;
      } else {
        JavaBuffer.floats(binding)[at] = (float) value;
      }
    }
  }

  private static final class Forward extends RowKernel {
    private final Normalise spec;
    private final boolean fast;
    private final Steps yRows;
    private final Steps rstd;
    private final Steps mean;
    private final int biasIndex;
    private final int yIndex;
    private final int rowsPerTask;
    private final Workers.Body body = this::task;

    Forward(Normalise spec, Plan.Accepted plan, Engine engine) {
      super(spec, plan, engine, spec.x());
      this.spec = spec;
      int leading = spec.x().rank() - 1;
      yRows = rows(spec.y(), leading);
      rstd = rows(spec.rstd(), leading);
      mean = spec.mean().map(view -> rows(view, leading)).orElse(null);
      biasIndex = spec.bias().isPresent() ? 2 : -1;
      yIndex = spec.inputs().size();
      fast =
          engine.vector()
              && type == DType.F32
              && side(spec.x(), spec.weight(), spec.bias().orElse(spec.weight()), spec.y());
      rowsPerTask = Math.max(1, TASK / n);
    }

    @Override
    protected void run(Binding[] bindings, long[] scalars) {
      workers.parallel(Math.ceilDiv(rows.size, rowsPerTask), body, bindings, scalars);
    }

    private void task(int task, int worker, Binding[] bindings, long[] scalars) {
      int end = Math.min(rows.size, (task + 1) * rowsPerTask);
      for (int row = task * rowsPerTask; row < end; row++) {
        if (fast) {
          fast(row, bindings);
        } else {
          plain(row, bindings);
        }
      }
    }

    private void fast(int row, Binding[] bindings) {
      float[] scratch = Scratch.local().floats(0, VectorNorm.SCRATCH);
      boolean biased = biasIndex >= 0;
      VectorNorm.forward(
          JavaBuffer.floats(bindings[0]),
          at(bindings[0], rows, row),
          n,
          JavaBuffer.floats(bindings[1]),
          JavaBuffer.offset(bindings[1]),
          biased ? JavaBuffer.floats(bindings[biasIndex]) : null,
          biased ? JavaBuffer.offset(bindings[biasIndex]) : 0,
          JavaBuffer.floats(bindings[yIndex]),
          at(bindings[yIndex], yRows, row),
          mean != null,
          spec.epsilon(),
          scratch);
      store(bindings[yIndex + 1], at(bindings[yIndex + 1], rstd, row), scratch[0]);
      if (mean != null) {
        store(bindings[yIndex + 2], at(bindings[yIndex + 2], mean, row), scratch[1]);
      }
    }

    private void plain(int row, Binding[] bindings) {
      int from = at(bindings[0], rows, row);
      int step = stride(spec.x());
      double average = 0;
      if (mean != null) {
        for (int i = 0; i < n; i++) {
          average += real(bindings[0], from + i * step);
        }
        average /= n;
        store(bindings[yIndex + 2], at(bindings[yIndex + 2], mean, row), average);
      }
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double centred = real(bindings[0], from + i * step) - average;
        squares += centred * centred;
      }
      double scale = 1 / Math.sqrt(squares / n + spec.epsilon());
      store(bindings[yIndex + 1], at(bindings[yIndex + 1], rstd, row), scale);
      for (int i = 0; i < n; i++) {
        double value = (real(bindings[0], from + i * step) - average) * scale;
        value *= real(bindings[1], JavaBuffer.offset(bindings[1]) + i * stride(spec.weight()));
        if (biasIndex >= 0) {
          int at = JavaBuffer.offset(bindings[biasIndex]) + i * stride(spec.bias().get());
          value += real(bindings[biasIndex], at);
        }
        store(bindings[yIndex], at(bindings[yIndex], yRows, row) + i * stride(spec.y()), value);
      }
    }
  }

  private static final class Gradient extends RowKernel {
    private final NormaliseGradient spec;
    private final boolean fast;
    private final Loops loops;
    private final Steps rstd;
    private final Steps dyRows;
    private final Steps mean;
    private final Steps dxRows;
    private final int dxIndex;
    private final int workspace;
    private final int pitch;
    private final int tasks;
    private final Workers.Body body = this::task;

    Gradient(NormaliseGradient spec, Plan.Accepted plan, Engine engine) {
      super(spec, plan, engine, spec.x());
      this.spec = spec;
      loops = Loops.of(engine.vector());
      int leading = spec.x().rank() - 1;
      rstd = rows(spec.rstd(), leading);
      dyRows = rows(spec.dy(), leading);
      mean = spec.mean().map(view -> rows(view, leading)).orElse(null);
      dxRows = rows(spec.dx(), leading);
      dxIndex = spec.inputs().size();
      workspace = dxIndex + spec.outputs().size();
      pitch = pitch(spec.x());
      tasks = Math.ceilDiv(rows.size, CHAIN);
      fast =
          engine.vector()
              && type == DType.F32
              && side(spec.x(), spec.weight(), spec.dy(), spec.dx());
    }

    @Override
    protected void run(Binding[] bindings, long[] scalars) {
      workers.parallel(tasks, body, bindings, scalars);
      if (tasks > 0) {
        Object sums = JavaBuffer.array(bindings[workspace]);
        int at = JavaBuffer.offset(bindings[workspace]);
        for (int step = 1; step < tasks; step *= 2) {
          for (int i = 0; i + step < tasks; i += 2 * step) {
            add(sums, at + 2 * pitch * i, at + 2 * pitch * (i + step));
          }
        }
      }
      total(bindings, dxIndex + 1, spec.dWeight(), 0);
      if (spec.dBias().isPresent()) {
        total(bindings, dxIndex + 2, spec.dBias().get(), pitch);
      }
    }

    private void add(Object sums, int to, int from) {
      if (sums instanceof float[] floats) {
        loops.binary(ScalarOp.ADD, floats, to, floats, from, floats, to, 2 * pitch);
      } else {
        double[] doubles = (double[]) sums;
        for (int i = 0; i < 2 * pitch; i++) {
          doubles[to + i] += doubles[from + i];
        }
      }
    }

    private void total(Binding[] bindings, int output, View view, int from) {
      Object target = JavaBuffer.array(bindings[output]);
      int at = JavaBuffer.offset(bindings[output]);
      if (tasks == 0) {
        Elements.zero(target, at, stride(view), n);
      } else {
        Object sums = JavaBuffer.array(bindings[workspace]);
        int first = JavaBuffer.offset(bindings[workspace]) + from;
        Elements.store(sums, first, n, target, type, at, stride(view));
      }
    }

    private void task(int task, int worker, Binding[] bindings, long[] scalars) {
      int sums = JavaBuffer.offset(bindings[workspace]) + task * 2 * pitch;
      Elements.zero(JavaBuffer.array(bindings[workspace]), sums, 1, 2 * pitch);
      int end = Math.min(rows.size, (task + 1) * CHAIN);
      for (int row = task * CHAIN; row < end; row++) {
        if (fast) {
          fast(row, bindings, sums);
        } else {
          plain(row, bindings, sums);
        }
      }
    }

    private void fast(int row, Binding[] bindings, int sums) {
      VectorNorm.gradient(
          JavaBuffer.floats(bindings[0]),
          at(bindings[0], rows, row),
          n,
          JavaBuffer.floats(bindings[1]),
          JavaBuffer.offset(bindings[1]),
          mean == null ? 0 : JavaBuffer.floats(bindings[4])[at(bindings[4], mean, row)],
          JavaBuffer.floats(bindings[2])[at(bindings[2], rstd, row)],
          JavaBuffer.floats(bindings[3]),
          at(bindings[3], dyRows, row),
          JavaBuffer.floats(bindings[dxIndex]),
          at(bindings[dxIndex], dxRows, row),
          mean != null,
          JavaBuffer.floats(bindings[workspace]),
          sums,
          sums + pitch,
          Scratch.local().floats(0, VectorNorm.SCRATCH));
    }

    private void plain(int row, Binding[] bindings, int sums) {
      double average = mean == null ? 0 : real(bindings[4], at(bindings[4], mean, row));
      double scale = real(bindings[2], at(bindings[2], rstd, row));
      double[] unit = Scratch.local().doubles(0, n);
      double[] g = Scratch.local().doubles(1, n);
      double sum = 0;
      double product = 0;
      for (int i = 0; i < n; i++) {
        double x = real(bindings[0], at(bindings[0], rows, row) + i * stride(spec.x()));
        double d = real(bindings[3], at(bindings[3], dyRows, row) + i * stride(spec.dy()));
        unit[i] = (x - average) * scale;
        int weight = JavaBuffer.offset(bindings[1]) + i * stride(spec.weight());
        g[i] = d * real(bindings[1], weight);
        sum += g[i];
        product += g[i] * unit[i];
        store(bindings[workspace], sums + i, real(bindings[workspace], sums + i) + d * unit[i]);
        int bias = sums + pitch + i;
        store(bindings[workspace], bias, real(bindings[workspace], bias) + d);
      }
      double shift = mean == null ? 0 : sum / n;
      for (int i = 0; i < n; i++) {
        int at = at(bindings[dxIndex], dxRows, row) + i * stride(spec.dx());
        store(bindings[dxIndex], at, scale * (g[i] - shift - unit[i] * product / n));
      }
    }
  }
}
