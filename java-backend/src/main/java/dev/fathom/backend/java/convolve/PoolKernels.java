package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.MaxPool;
import dev.fathom.spi.MaxPoolGradient;
import dev.fathom.spi.MaxPoolValues;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.List;

/**
 * {@link MaxPool}, {@link MaxPoolValues} and {@link MaxPoolGradient} over one or two spatial axes,
 * f32 and f64.
 */
public final class PoolKernels {
  /** Elements that are worth a task of their own. */
  private static final long TASK_ELEMENTS = 1 << 16;

  /**
   * Marks a tap outside the plane. No offset has this value; others may be negative, since strides
   * may be.
   */
  private static final int OUTSIDE = Integer.MIN_VALUE;

  private PoolKernels() {}

  public static Plan plan(MaxPool spec) {
    return plan(spec.windows(), spec.x().dtype());
  }

  public static Plan plan(MaxPoolValues spec) {
    return plan(spec.windows(), spec.x().dtype());
  }

  public static Plan plan(MaxPoolGradient spec) {
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

  public static JavaKernel compile(MaxPool spec, Plan.Accepted plan, Engine engine) {
    PoolRows rows = engine.vector() ? new VectorPoolRows() : PoolRows.PLAIN;
    Geometry geometry = new Geometry(spec.windows(), spec.x(), spec.values(), spec.indices());
    return new PoolKernel(
        spec,
        plan,
        engine.workers(),
        geometry,
        (task, _, bindings, _) -> forward(geometry, rows, task, bindings));
  }

  public static JavaKernel compile(MaxPoolValues spec, Plan.Accepted plan, Engine engine) {
    PoolRows rows = engine.vector() ? new VectorPoolRows() : PoolRows.PLAIN;
    Geometry geometry = new Geometry(spec.windows(), spec.x(), spec.values(), spec.values());
    return new PoolKernel(
        spec,
        plan,
        engine.workers(),
        geometry,
        (task, _, bindings, _) -> values(geometry, rows, task, bindings));
  }

  public static JavaKernel compile(MaxPoolGradient spec, Plan.Accepted plan, Engine engine) {
    PoolRows rows = engine.vector() ? new VectorPoolRows() : PoolRows.PLAIN;
    Geometry geometry = new Geometry(spec.windows(), spec.dx(), spec.dy(), spec.indices());
    return new PoolKernel(
        spec,
        plan,
        engine.workers(),
        geometry,
        (task, _, bindings, _) -> backward(geometry, rows, task, bindings));
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
    protected void run(Binding[] bindings, long[] scalars) {
      workers.parallel(tasks, body, bindings, scalars);
    }
  }

  /** Sizes and strides; one spatial axis counts as a height of 1. */
  private static final class Geometry {
    final Images in;
    final Images out;
    final Images index;
    final Window vertical;
    final Window horizontal;
    final int planes;
    final int planesPerTask;
    final int tasks;

    /** Whether windows are 2 x 2 and do not overlap, and rows are contiguous. */
    final boolean tiles;

    Geometry(List<Window> windows, View x, View y, View indices) {
      vertical = ConvolveAxis.vertical(windows);
      horizontal = windows.getLast();
      in = Images.of(x);
      out = Images.of(y);
      index = Images.of(indices);
      planes = in.batch() * in.channels();
      planesPerTask =
          (int) Math.max(1, TASK_ELEMENTS / Math.max(1, (long) in.height() * in.width()));
      tasks = Math.ceilDiv(planes, planesPerTask);
      Window tile = new Window(2, 2, 0, 0, 1);
      tiles =
          vertical.equals(tile)
              && horizontal.equals(tile)
              && in.hasRuns()
              && out.hasRuns()
              && index.hasRuns();
    }

    /** {@return whether planes follow each other as if they were one image of many rows} */
    boolean isOneImage() {
      return in.isContiguous() && out.isContiguous() && in.height() % 2 == 0;
    }

    int end(int task) {
      return Math.min(planes, (task + 1) * planesPerTask);
    }

    /** {@return where a plane of one of the three views begins in its array} */
    int at(Images view, Binding binding, int plane) {
      return JavaBuffer.offset(binding) + view.plane(plane / in.channels(), plane % in.channels());
    }

    /**
     * {@return the index below which rows of the plane that begins at {@code at} may write junk
     * behind their end, since the task writes those elements later}
     */
    int limit(Images view, Binding binding, int task, int at) {
      int size = view.height() * view.width();
      return view.isContiguous() ? JavaBuffer.offset(binding) + end(task) * size : at + size;
    }

    /** {@return the same index for one row, behind which there may be a gap} */
    static int rowLimit(Images view, int row, int limit) {
      return view.rowStride() != view.width() && view.height() > 1 ? row + view.width() : limit;
    }
  }

  private static void forward(Geometry g, PoolRows rows, int task, Binding[] bindings) {
    Object x = JavaBuffer.array(bindings[0]);
    Object values = JavaBuffer.array(bindings[1]);
    int[] indices = JavaBuffer.ints(bindings[2]);
    for (int plane = task * g.planesPerTask; plane < g.end(task); plane++) {
      int in = g.at(g.in, bindings[0], plane);
      int outPlane = g.at(g.out, bindings[1], plane);
      int indexPlane = g.at(g.index, bindings[2], plane);
      int outLimit = g.limit(g.out, bindings[1], task, outPlane);
      int indexLimit = g.limit(g.index, bindings[2], task, indexPlane);
      for (int y = 0; y < g.out.height(); y++) {
        int out = outPlane + y * g.out.rowStride();
        int index = indexPlane + y * g.index.rowStride();
        if (x instanceof float[] floats && g.tiles) {
          int top = in + 2 * y * g.in.rowStride();
          int bottom = top + g.in.rowStride();
          int done =
              rows.forward(
                  floats,
                  top,
                  bottom,
                  (float[]) values,
                  out,
                  Geometry.rowLimit(g.out, out, outLimit),
                  indices,
                  index,
                  Geometry.rowLimit(g.index, index, indexLimit),
                  g.out.width());
          tileRow(floats, top, bottom, (float[]) values, out, indices, index, done, g.out.width());
        } else if (x instanceof float[] floats) {
          row(g, y, floats, in, (float[]) values, out, indices, index);
        } else {
          row(g, y, (double[]) x, in, (double[]) values, out, indices, index);
        }
      }
    }
  }

  /** The maxima alone. */
  private static void values(Geometry g, PoolRows rows, int task, Binding[] bindings) {
    Object x = JavaBuffer.array(bindings[0]);
    Object values = JavaBuffer.array(bindings[1]);
    int first = task * g.planesPerTask;
    int end = g.end(task);
    if (x instanceof float[] floats && g.tiles && g.isOneImage()) {
      int in = g.at(g.in, bindings[0], first);
      int out = g.at(g.out, bindings[1], first);
      tiles(g, rows, floats, in, (float[]) values, out, (end - first) * g.out.height());
      return;
    }
    for (int plane = first; plane < end; plane++) {
      int in = g.at(g.in, bindings[0], plane);
      int out = g.at(g.out, bindings[1], plane);
      if (x instanceof float[] floats && g.tiles) {
        tiles(g, rows, floats, in, (float[]) values, out, g.out.height());
        continue;
      }
      for (int y = 0; y < g.out.height(); y++) {
        int row = out + y * g.out.rowStride();
        if (x instanceof float[] floats) {
          row(g, y, floats, in, (float[]) values, row, null, 0);
        } else {
          row(g, y, (double[]) x, in, (double[]) values, row, null, 0);
        }
      }
    }
  }

  /** The maxima of rows of windows that are 2 x 2 and do not overlap. */
  private static void tiles(
      Geometry g, PoolRows rows, float[] x, int in, float[] values, int out, int count) {
    int n = g.out.width();
    int pitch = g.in.rowStride();
    int done = g.out.rowStride() == n ? rows.values(x, in, pitch, values, out, n, count) : 0;
    for (int y = done; y < count; y++) {
      int top = in + 2 * y * pitch;
      int bottom = top + pitch;
      int to = out + y * g.out.rowStride();
      for (int i = 0; i < n; i++) {
        float upper = first(x[top + 2 * i], x[top + 2 * i + 1]);
        float lower = first(x[bottom + 2 * i], x[bottom + 2 * i + 1]);
        values[to + i] = first(upper, lower);
      }
    }
  }

  /** {@return the larger of two, the first of equal ones} */
  private static float first(float best, float value) {
    return larger(value, best) ? value : best;
  }

  private static void tileRow(
      float[] x,
      int top,
      int bottom,
      float[] values,
      int out,
      int[] indices,
      int index,
      int from,
      int n) {
    for (int i = from; i < n; i++) {
      float best = x[top + 2 * i];
      float second = x[top + 2 * i + 1];
      float third = x[bottom + 2 * i];
      float fourth = x[bottom + 2 * i + 1];
      boolean take = larger(second, best);
      best = take ? second : best;
      int at = take ? 1 : 0;
      take = larger(third, best);
      best = take ? third : best;
      at = take ? 2 : at;
      take = larger(fourth, best);
      values[out + i] = take ? fourth : best;
      indices[index + i] = take ? 3 : at;
    }
  }

  /** A row of any windows; {@code indices} may be null. */
  private static void row(
      Geometry g, int y, float[] x, int in, float[] values, int out, int[] indices, int index) {
    Window v = g.vertical;
    Window h = g.horizontal;
    for (int column = 0; column < g.out.width(); column++) {
      float best = Float.NEGATIVE_INFINITY;
      int at = 0;
      for (int ky = 0; ky < v.size(); ky++) {
        int iy = (int) (y * v.stride() - v.padLow() + ky * v.dilation());
        for (int kx = 0; iy >= 0 && iy < g.in.height() && kx < h.size(); kx++) {
          int ix = (int) (column * h.stride() - h.padLow() + kx * h.dilation());
          if (ix >= 0 && ix < g.in.width()) {
            float value = x[in + iy * g.in.rowStride() + ix * g.in.columnStride()];
            if (larger(value, best)) {
              best = value;
              at = ky * (int) h.size() + kx;
            }
          }
        }
      }
      values[out + column * g.out.columnStride()] = best;
      if (indices != null) {
        indices[index + column * g.index.columnStride()] = at;
      }
    }
  }

  private static void row(
      Geometry g, int y, double[] x, int in, double[] values, int out, int[] indices, int index) {
    Window v = g.vertical;
    Window h = g.horizontal;
    for (int column = 0; column < g.out.width(); column++) {
      double best = Double.NEGATIVE_INFINITY;
      int at = 0;
      for (int ky = 0; ky < v.size(); ky++) {
        int iy = (int) (y * v.stride() - v.padLow() + ky * v.dilation());
        for (int kx = 0; iy >= 0 && iy < g.in.height() && kx < h.size(); kx++) {
          int ix = (int) (column * h.stride() - h.padLow() + kx * h.dilation());
          if (ix >= 0 && ix < g.in.width()) {
            double value = x[in + iy * g.in.rowStride() + ix * g.in.columnStride()];
            if (larger(value, best)) {
              best = value;
              at = ky * (int) h.size() + kx;
            }
          }
        }
      }
      values[out + column * g.out.columnStride()] = best;
      if (indices != null) {
        indices[index + column * g.index.columnStride()] = at;
      }
    }
  }

  private static boolean larger(float value, float best) {
    return value > best || (value != value && best == best);
  }

  private static boolean larger(double value, double best) {
    return value > best || (value != value && best == best);
  }

  private static void backward(Geometry g, PoolRows rows, int task, Binding[] bindings) {
    Object dy = JavaBuffer.array(bindings[0]);
    int[] indices = JavaBuffer.ints(bindings[1]);
    Object dx = JavaBuffer.array(bindings[2]);
    for (int plane = task * g.planesPerTask; plane < g.end(task); plane++) {
      int out = g.at(g.out, bindings[0], plane);
      int index = g.at(g.index, bindings[1], plane);
      int in = g.at(g.in, bindings[2], plane);
      if (dy instanceof float[] floats && g.tiles) {
        int limit = Geometry.rowLimit(g.in, in, g.limit(g.in, bindings[2], task, in));
        tiles(g, rows, floats, out, indices, index, (float[]) dx, in, limit);
        continue;
      }
      for (int y = 0; y < g.in.height(); y++) {
        Elements.zero(dx, in + y * g.in.rowStride(), g.in.columnStride(), g.in.width());
      }
      for (int y = 0; y < g.out.height(); y++) {
        for (int column = 0; column < g.out.width(); column++) {
          int tap = indices[index + y * g.index.rowStride() + column * g.index.columnStride()];
          int target = target(g, y, column, tap);
          int from = out + y * g.out.rowStride() + column * g.out.columnStride();
          if (target == OUTSIDE) {
            continue;
          }
          if (dy instanceof float[] floats) {
            ((float[]) dx)[in + target] += floats[from];
          } else {
            ((double[]) dx)[in + target] += ((double[]) dy)[from];
          }
        }
      }
    }
  }

  /** A plane whose windows are 2 x 2 and do not overlap: every element is written once. */
  private static void tiles(
      Geometry g,
      PoolRows rows,
      float[] dy,
      int out,
      int[] indices,
      int index,
      float[] dx,
      int in,
      int limit) {
    boolean gapless = g.in.rowStride() == g.in.width() && g.in.width() == 2 * g.out.width();
    for (int y = 0; y < g.out.height(); y++) {
      int top = in + 2 * y * g.in.rowStride();
      int bottom = top + g.in.rowStride();
      int from = out + y * g.out.rowStride();
      int at = index + y * g.index.rowStride();
      int done =
          gapless ? rows.backward(dy, from, indices, at, dx, top, bottom, limit, g.out.width()) : 0;
      for (int i = done; i < g.out.width(); i++) {
        float value = dy[from + i];
        int tap = indices[at + i];
        dx[top + 2 * i] = tap == 0 ? value : 0;
        dx[top + 2 * i + 1] = tap == 1 ? value : 0;
        dx[bottom + 2 * i] = tap == 2 ? value : 0;
        dx[bottom + 2 * i + 1] = tap == 3 ? value : 0;
      }
      for (int column = 2 * g.out.width(); column < g.in.width(); column++) {
        dx[top + column] = 0;
        dx[bottom + column] = 0;
      }
    }
    for (int y = 2 * g.out.height(); y < g.in.height(); y++) {
      Elements.zero(dx, in + y * g.in.rowStride(), 1, g.in.width());
    }
  }

  /** {@return where in the plane a window's tap lies, or {@link #OUTSIDE}} */
  private static int target(Geometry g, int y, int column, int tap) {
    Window v = g.vertical;
    Window h = g.horizontal;
    int iy = (int) (y * v.stride() - v.padLow() + tap / h.size() * v.dilation());
    int ix = (int) (column * h.stride() - h.padLow() + tap % h.size() * h.dilation());
    boolean inside = iy >= 0 && iy < g.in.height() && ix >= 0 && ix < g.in.width();
    return inside ? iy * g.in.rowStride() + ix * g.in.columnStride() : OUTSIDE;
  }
}
