package dev.fathom.backend.java.rows;

import dev.fathom.backend.java.memory.Scratch;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Sort;

/** A stable merge sort of each row. Values are mapped to integer keys of the same order. */
public final class SortKernel extends JavaKernel {
  private final boolean descending;
  private final DType dtype;
  private final Rows x;
  private final Rows values;
  private final Rows indices;
  private final Workers workers;
  private final Workers.Body body = this::task;

  public static Plan plan(Sort spec) {
    return Plan.Accepted.PLAIN;
  }

  public static Kernel compile(Sort spec, Plan.Accepted plan, Engine engine) {
    return new SortKernel(spec, plan, engine);
  }

  private SortKernel(Sort spec, Plan.Accepted plan, Engine engine) {
    super(spec, plan);
    this.descending = spec.descending();
    this.dtype = spec.x().dtype();
    this.x = new Rows(0, spec.x());
    this.values = new Rows(1, spec.values());
    this.indices = new Rows(2, spec.indices());
    this.workers = engine.workers();
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    workers.parallel(Math.ceilDiv(x.count(), x.perTask()), body, bindings, scalars);
  }

  private void task(int task, int worker, Binding[] bindings, long[] scalars) {
    int n = x.length();
    Scratch scratch = Scratch.local();
    Object row = scratch.values(dtype, n);
    long[] keys = scratch.longs(1, n);
    int[] order = scratch.ints(1, n);
    int[] other = scratch.ints(2, n);
    int end = Math.min(x.count(), (task + 1) * x.perTask());
    for (int i = task * x.perTask(); i < end; i++) {
      x.load(bindings, i, row);
      keys(row, keys, n);
      int[] sorted = sort(keys, order, other, n);
      indices.store(bindings, i, sorted);
      permute(scratch, row, sorted, n);
      values.store(bindings, i, row);
    }
  }

  private void keys(Object row, long[] keys, int n) {
    for (int i = 0; i < n; i++) {
      keys[i] =
          switch (row) {
            case float[] floats -> key(floats[i]);
            case double[] doubles -> key(doubles[i]);
            case long[] longs -> descending ? ~longs[i] : longs[i];
            case int[] ints -> descending ? ~(long) ints[i] : ints[i];
            default -> throw new AssertionError(row);
          };
    }
  }

  /** NaN last, -0 as 0. */
  private long key(double value) {
    if (value != value) {
      return Long.MAX_VALUE;
    }
    long bits = Double.doubleToRawLongBits(value + 0.0);
    long key = bits < 0 ? bits ^ Long.MAX_VALUE : bits;
    return descending ? ~key : key;
  }

  /** {@return whichever of the two arrays holds the order at the end} */
  private static int[] sort(long[] keys, int[] from, int[] to, int n) {
    for (int i = 0; i < n; i++) {
      from[i] = i;
    }
    for (int run = 1; run < n; run *= 2) {
      for (int low = 0; low < n; low += 2 * run) {
        int middle = Math.min(n, low + run);
        int high = Math.min(n, low + 2 * run);
        int a = low;
        int b = middle;
        for (int i = low; i < high; i++) {
          boolean first = a < middle && (b == high || keys[from[a]] <= keys[from[b]]);
          to[i] = first ? from[a++] : from[b++];
        }
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
    return from;
  }

  private static void permute(Scratch scratch, Object row, int[] order, int n) {
    switch (row) {
      case float[] floats -> {
        float[] copy = scratch.floats(1, n);
        System.arraycopy(floats, 0, copy, 0, n);
        for (int i = 0; i < n; i++) {
          floats[i] = copy[order[i]];
        }
      }
      case double[] doubles -> {
        double[] copy = scratch.doubles(1, n);
        System.arraycopy(doubles, 0, copy, 0, n);
        for (int i = 0; i < n; i++) {
          doubles[i] = copy[order[i]];
        }
      }
      case long[] longs -> {
        long[] copy = scratch.longs(1, n); // the keys are no longer needed
        System.arraycopy(longs, 0, copy, 0, n);
        for (int i = 0; i < n; i++) {
          longs[i] = copy[order[i]];
        }
      }
      case int[] ints -> {
        long[] copy = scratch.longs(1, n);
        for (int i = 0; i < n; i++) {
          copy[i] = ints[i];
        }
        for (int i = 0; i < n; i++) {
          ints[i] = (int) copy[order[i]];
        }
      }
      default -> throw new AssertionError(row);
    }
  }
}
