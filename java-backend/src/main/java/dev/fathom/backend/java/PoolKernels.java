package dev.fathom.backend.java;

import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.MaxPool;
import dev.fathom.spi.MaxPoolGradient;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.List;

/** {@link MaxPool} and {@link MaxPoolGradient} over one or two spatial axes, f32 and f64. */
final class PoolKernels {
  /** Elements that are worth a task of their own. */
  private static final long TASK_ELEMENTS = 16_384;

  /** No offset, since views may lie backwards. */
  private static final int OUTSIDE = Integer.MIN_VALUE;

  private PoolKernels() {}

  static Plan plan(MaxPool spec) {
    return plan(spec.windows(), spec.x().dtype());
  }

  static Plan plan(MaxPoolGradient spec) {
    return plan(spec.windows(), spec.dx().dtype());
  }

  private static Plan plan(List<Window> windows, DType dtype) {
    if (windows.isEmpty() || windows.size() > 2) {
      return new Plan.Declined("pools over 1 or 2 spatial axes only");
    }
    return dtype == DType.F32 || dtype == DType.F64
        ? Plan.Accepted.PLAIN
        : new Plan.Declined("no " + dtype.label() + " pooling");
  }

  static JavaKernel compile(MaxPool spec, Plan.Accepted plan, Workers workers) {
    Geometry geometry = new Geometry(spec.windows(), spec.x(), spec.values(), spec.indices());
    return new PoolKernel(
        spec,
        plan,
        workers,
        geometry,
        spec.x().dtype() == DType.F32
            ? (task, _, bindings, _) -> forwardFloats(geometry, task, bindings)
            : (task, _, bindings, _) -> forwardDoubles(geometry, task, bindings));
  }

  static JavaKernel compile(MaxPoolGradient spec, Plan.Accepted plan, Workers workers) {
    Geometry geometry = new Geometry(spec.windows(), spec.dx(), spec.dy(), spec.indices());
    return new PoolKernel(
        spec,
        plan,
        workers,
        geometry,
        spec.dx().dtype() == DType.F32
            ? (task, _, bindings, _) -> backwardFloats(geometry, task, bindings)
            : (task, _, bindings, _) -> backwardDoubles(geometry, task, bindings));
  }

  private static final class PoolKernel extends JavaKernel {
    private final Workers workers;
    private final int tasks;
    private final Workers.Body body;

    PoolKernel(
        KernelSpec spec,
        Plan.Accepted plan,
        Workers workers,
        Geometry geometry,
        Workers.Body body) {
      super(spec, plan);
      this.workers = workers;
      this.tasks = geometry.tasks;
      this.body = body;
    }

    @Override
    void run(Binding[] bindings, long[] scalars) {
      workers.parallel(tasks, body, bindings, scalars);
    }
  }

  /** Sizes and strides; one spatial axis counts as a height of 1. */
  private static final class Geometry {
    final int planes;
    final int channels;
    final int inHeight;
    final int inWidth;
    final int outHeight;
    final int outWidth;
    final Window vertical;
    final Window horizontal;
    final Strides in;
    final Strides out;
    final Strides index;
    final int planesPerTask;
    final int tasks;

    /** Whether windows tile the input exactly and rows are contiguous. */
    final boolean twoByTwo;

    Geometry(List<Window> windows, View x, View y, View indices) {
      boolean flat = windows.size() == 1;
      vertical = flat ? new Window(1, 1, 0, 0, 1) : windows.getFirst();
      horizontal = windows.getLast();
      channels = (int) x.size(1);
      planes = (int) (x.size(0) * channels);
      inHeight = flat ? 1 : (int) x.size(2);
      inWidth = (int) x.shape().size(-1);
      outHeight = flat ? 1 : (int) y.size(2);
      outWidth = (int) y.shape().size(-1);
      in = Strides.of(x);
      out = Strides.of(y);
      index = Strides.of(indices);
      planesPerTask = (int) Math.max(1, TASK_ELEMENTS / Math.max(1, (long) inHeight * inWidth));
      tasks = Math.ceilDiv(planes, planesPerTask);
      Window tile = new Window(2, 2, 0, 0, 1);
      twoByTwo =
          vertical.equals(tile)
              && horizontal.equals(tile)
              && in.column == 1
              && out.column == 1
              && index.column == 1;
    }

    int end(int task) {
      return Math.min(planes, (task + 1) * planesPerTask);
    }
  }

  /** Strides of the view as array steps. */
  private record Strides(int batch, int channel, int row, int column) {
    static Strides of(View view) {
      int last = view.rank() - 1;
      return new Strides(
          (int) view.stride(0),
          (int) view.stride(1),
          last == 3 ? (int) view.stride(2) : 0,
          (int) view.stride(last));
    }

    int plane(Binding binding, Geometry geometry, int plane) {
      return JavaBuffer.offset(binding)
          + plane / geometry.channels * batch
          + plane % geometry.channels * channel;
    }
  }

  private static void forwardFloats(Geometry g, int task, Binding[] bindings) {
    float[] x = JavaBuffer.floats(bindings[0]);
    float[] values = JavaBuffer.floats(bindings[1]);
    int[] indices = JavaBuffer.ints(bindings[2]);
    for (int plane = task * g.planesPerTask; plane < g.end(task); plane++) {
      int in = g.in.plane(bindings[0], g, plane);
      int out = g.out.plane(bindings[1], g, plane);
      int index = g.index.plane(bindings[2], g, plane);
      for (int y = 0; y < g.outHeight; y++) {
        if (g.twoByTwo) {
          int top = in + 2 * y * g.in.row;
          tileRow(
              x,
              top,
              top + g.in.row,
              values,
              out + y * g.out.row,
              indices,
              index + y * g.index.row,
              g.outWidth);
        } else {
          forwardRow(g, y, x, in, values, out + y * g.out.row, indices, index + y * g.index.row);
        }
      }
    }
  }

  /** A row of windows that are 2 x 2 and do not overlap. */
  private static void tileRow(
      float[] x, int top, int bottom, float[] values, int out, int[] indices, int index, int n) {
    for (int i = 0; i < n; i++) {
      float a = x[top + 2 * i];
      float b = x[top + 2 * i + 1];
      float c = x[bottom + 2 * i];
      float d = x[bottom + 2 * i + 1];
      float best = a;
      int at = 0;
      boolean take = larger(b, best);
      best = take ? b : best;
      at = take ? 1 : at;
      take = larger(c, best);
      best = take ? c : best;
      at = take ? 2 : at;
      take = larger(d, best);
      values[out + i] = take ? d : best;
      indices[index + i] = take ? 3 : at;
    }
  }

  private static void forwardRow(
      Geometry g, int y, float[] x, int in, float[] values, int out, int[] indices, int index) {
    Window v = g.vertical;
    Window h = g.horizontal;
    for (int column = 0; column < g.outWidth; column++) {
      float best = Float.NEGATIVE_INFINITY;
      int at = 0;
      for (int ky = 0; ky < v.size(); ky++) {
        int iy = (int) (y * v.stride() - v.padLow() + ky * v.dilation());
        for (int kx = 0; iy >= 0 && iy < g.inHeight && kx < h.size(); kx++) {
          int ix = (int) (column * h.stride() - h.padLow() + kx * h.dilation());
          if (ix >= 0 && ix < g.inWidth) {
            float value = x[in + iy * g.in.row + ix * g.in.column];
            if (larger(value, best)) {
              best = value;
              at = ky * (int) h.size() + kx;
            }
          }
        }
      }
      values[out + column * g.out.column] = best;
      indices[index + column * g.index.column] = at;
    }
  }

  private static boolean larger(float value, float best) {
    return value > best || (value != value && best == best);
  }

  private static void forwardDoubles(Geometry g, int task, Binding[] bindings) {
    double[] x = JavaBuffer.doubles(bindings[0]);
    double[] values = JavaBuffer.doubles(bindings[1]);
    int[] indices = JavaBuffer.ints(bindings[2]);
    for (int plane = task * g.planesPerTask; plane < g.end(task); plane++) {
      int in = g.in.plane(bindings[0], g, plane);
      int out = g.out.plane(bindings[1], g, plane);
      int index = g.index.plane(bindings[2], g, plane);
      for (int y = 0; y < g.outHeight; y++) {
        forwardRow(g, y, x, in, values, out + y * g.out.row, indices, index + y * g.index.row);
      }
    }
  }

  private static void forwardRow(
      Geometry g, int y, double[] x, int in, double[] values, int out, int[] indices, int index) {
    Window v = g.vertical;
    Window h = g.horizontal;
    for (int column = 0; column < g.outWidth; column++) {
      double best = Double.NEGATIVE_INFINITY;
      int at = 0;
      for (int ky = 0; ky < v.size(); ky++) {
        int iy = (int) (y * v.stride() - v.padLow() + ky * v.dilation());
        for (int kx = 0; iy >= 0 && iy < g.inHeight && kx < h.size(); kx++) {
          int ix = (int) (column * h.stride() - h.padLow() + kx * h.dilation());
          if (ix >= 0 && ix < g.inWidth) {
            double value = x[in + iy * g.in.row + ix * g.in.column];
            if (value > best || (value != value && best == best)) {
              best = value;
              at = ky * (int) h.size() + kx;
            }
          }
        }
      }
      values[out + column * g.out.column] = best;
      indices[index + column * g.index.column] = at;
    }
  }

  private static void backwardFloats(Geometry g, int task, Binding[] bindings) {
    float[] dy = JavaBuffer.floats(bindings[0]);
    int[] indices = JavaBuffer.ints(bindings[1]);
    float[] dx = JavaBuffer.floats(bindings[2]);
    for (int plane = task * g.planesPerTask; plane < g.end(task); plane++) {
      int out = g.out.plane(bindings[0], g, plane);
      int index = g.index.plane(bindings[1], g, plane);
      int in = g.in.plane(bindings[2], g, plane);
      if (g.twoByTwo) {
        backwardTiles(g, dy, out, indices, index, dx, in);
        continue;
      }
      for (int iy = 0; iy < g.inHeight; iy++) {
        for (int ix = 0; ix < g.inWidth; ix++) {
          dx[in + iy * g.in.row + ix * g.in.column] = 0;
        }
      }
      for (int y = 0; y < g.outHeight; y++) {
        for (int column = 0; column < g.outWidth; column++) {
          int target =
              target(g, y, column, indices[index + y * g.index.row + column * g.index.column]);
          if (target != OUTSIDE) {
            dx[in + target] += dy[out + y * g.out.row + column * g.out.column];
          }
        }
      }
    }
  }

  private static void backwardTiles(
      Geometry g, float[] dy, int out, int[] indices, int index, float[] dx, int in) {
    for (int y = 0; y < g.outHeight; y++) {
      tileRowGradient(
          dy,
          out + y * g.out.row,
          indices,
          index + y * g.index.row,
          dx,
          in + 2 * y * g.in.row,
          in + (2 * y + 1) * g.in.row,
          g.outWidth);
      if (g.inWidth % 2 == 1) {
        dx[in + 2 * y * g.in.row + g.inWidth - 1] = 0;
        dx[in + (2 * y + 1) * g.in.row + g.inWidth - 1] = 0;
      }
    }
    if (g.inHeight % 2 == 1) {
      int last = in + (g.inHeight - 1) * g.in.row;
      java.util.Arrays.fill(dx, last, last + g.inWidth, 0);
    }
  }

  private static void tileRowGradient(
      float[] dy, int out, int[] indices, int index, float[] dx, int top, int bottom, int n) {
    for (int i = 0; i < n; i++) {
      float value = dy[out + i];
      int at = indices[index + i];
      dx[top + 2 * i] = at == 0 ? value : 0;
      dx[top + 2 * i + 1] = at == 1 ? value : 0;
      dx[bottom + 2 * i] = at == 2 ? value : 0;
      dx[bottom + 2 * i + 1] = at == 3 ? value : 0;
    }
  }

  private static void backwardDoubles(Geometry g, int task, Binding[] bindings) {
    double[] dy = JavaBuffer.doubles(bindings[0]);
    int[] indices = JavaBuffer.ints(bindings[1]);
    double[] dx = JavaBuffer.doubles(bindings[2]);
    for (int plane = task * g.planesPerTask; plane < g.end(task); plane++) {
      int out = g.out.plane(bindings[0], g, plane);
      int index = g.index.plane(bindings[1], g, plane);
      int in = g.in.plane(bindings[2], g, plane);
      for (int iy = 0; iy < g.inHeight; iy++) {
        for (int ix = 0; ix < g.inWidth; ix++) {
          dx[in + iy * g.in.row + ix * g.in.column] = 0;
        }
      }
      for (int y = 0; y < g.outHeight; y++) {
        for (int column = 0; column < g.outWidth; column++) {
          int target =
              target(g, y, column, indices[index + y * g.index.row + column * g.index.column]);
          if (target != OUTSIDE) {
            dx[in + target] += dy[out + y * g.out.row + column * g.out.column];
          }
        }
      }
    }
  }

  /** {@return where in the plane a window's tap lies, or {@link #OUTSIDE}} */
  private static int target(Geometry g, int y, int column, int tap) {
    Window v = g.vertical;
    Window h = g.horizontal;
    int ky = tap / (int) h.size();
    int kx = tap % (int) h.size();
    int iy = (int) (y * v.stride() - v.padLow() + ky * v.dilation());
    int ix = (int) (column * h.stride() - h.padLow() + kx * h.dilation());
    boolean inside = iy >= 0 && iy < g.inHeight && ix >= 0 && ix < g.inWidth;
    return inside ? iy * g.in.row + ix * g.in.column : OUTSIDE;
  }
}
