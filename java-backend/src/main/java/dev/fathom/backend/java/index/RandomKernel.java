package dev.fathom.backend.java.index;

import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.loops.Threefry;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.memory.Scratch;
import dev.fathom.backend.java.memory.Tiles;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Random;
import dev.fathom.spi.View;

/** Random numbers: Threefry over tiles of counters. */
public final class RandomKernel extends JavaKernel {
  private static final int TILE = 512;
  private static final int TILES_PER_TASK = 8;

  private final Random.Distribution distribution;
  private final int stream;
  private final View out;
  private final boolean contiguous;
  private final int elements;

  /** How many counters are used: one for two elements, or for each normal. */
  private final int counters;

  private final Workers workers;
  private final Loops loops;
  private final Workers.Body body = this::task;

  public static Plan plan(Random spec) {
    return Plan.Accepted.PLAIN;
  }

  public static Kernel compile(Random spec, Plan.Accepted plan, Engine engine) {
    return new RandomKernel(spec, plan, engine);
  }

  private RandomKernel(Random spec, Plan.Accepted plan, Engine engine) {
    super(spec, plan);
    this.distribution = spec.distribution();
    this.stream = spec.stream();
    this.out = spec.out();
    this.contiguous = out.isContiguous();
    this.elements = (int) out.shape().elements();
    boolean normal = distribution == Random.Distribution.NORMAL;
    this.counters = normal ? elements : elements / 2 + elements % 2;
    this.workers = engine.workers();
    this.loops = Loops.of(engine.vector());
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    workers.parallel(Math.ceilDiv(counters, TILE * TILES_PER_TASK), body, bindings, scalars);
  }

  private void task(int task, int worker, Binding[] bindings, long[] scalars) {
    int low = (int) scalars[0];
    int high = (int) (scalars[0] >>> 32);
    long key = Threefry.words(low, high, stream, (int) scalars[1]);
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    Scratch scratch = Scratch.local();
    int[] w0 = scratch.ints(0, TILE);
    int[] w1 = scratch.ints(1, TILE);
    float[] values = scratch.floats(0, TILE);
    long start = (long) task * TILE * TILES_PER_TASK;
    int end = (int) Math.min(counters, start + TILE * TILES_PER_TASK);
    for (int from = (int) start; from < end; from += TILE) {
      int n = Math.min(TILE, end - from);
      int padded = Math.ceilDiv(n, loops.width()) * loops.width();
      loops.threefry(k0, k1, from, w0, w1, padded);
      int second = Math.min(n, elements - counters - from);
      switch (distribution) {
        case BITS -> {
          store(bindings[0], from, w0, n);
          store(bindings[0], counters + from, w1, second);
        }
        case UNIFORM -> {
          loops.uniform(w0, 0, values, 0, padded);
          store(bindings[0], from, values, n);
          loops.uniform(w1, 0, values, 0, padded);
          store(bindings[0], counters + from, values, second);
        }
        case NORMAL -> {
          loops.normal(w0, w1, values, 0, padded);
          store(bindings[0], from, values, n);
        }
      }
    }
  }

  /** Stores elements from number {@code first} in row-major order on. */
  private void store(Binding binding, int first, Object values, int n) {
    Object array = JavaBuffer.array(binding);
    int base = JavaBuffer.offset(binding);
    if (contiguous) {
      if (n > 0) {
        System.arraycopy(values, 0, array, base + first, n);
      }
      return;
    }
    DType dtype = out.dtype();
    for (int i = 0; i < n; i++) {
      long at = base;
      int rest = first + i;
      for (int axis = out.rank() - 1; axis >= 0; axis--) {
        int size = (int) out.size(axis);
        at += rest % size * out.stride(axis);
        rest /= size;
      }
      Tiles.store(dtype, array, (int) at, 1, values, i, 1);
    }
  }
}
