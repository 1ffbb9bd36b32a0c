package dev.fathom.backend.java.sequence;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.contract.Panels;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.loops.Threefry;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.memory.Steps;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Attention;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import java.util.List;
import java.util.Optional;

/** The parts that attention and its gradient share: operands by head, dropout, the mask. */
abstract class AttentionHeads extends JavaKernel {
  /** One operand {@code [batch, heads, length, size]}. */
  static final class Operand {
    final int index;
    final View view;
    final Steps rows;
    final Steps elements;

    Operand(int index, View view) {
      this.index = index;
      this.view = view;
      rows = Steps.of(view, 2);
      elements = Steps.of(view, 3);
    }

    Object array(Binding[] bindings) {
      return JavaBuffer.array(bindings[index]);
    }

    /** {@return where the first row of a head begins} */
    int at(Binding[] bindings, int batch, int head) {
      return (int)
          (JavaBuffer.offset(bindings[index]) + batch * view.stride(0) + head * view.stride(1));
    }
  }

  final Workers workers;
  final Arithmetic arithmetic;
  final ScoreLoops loops;
  final Loops floatLoops;
  final DType type;
  final AttentionSizes s;
  final boolean causal;
  final double scale;
  final boolean bounded;
  final boolean dropping;
  final double rate;
  final int stream;
  final Operand queries;
  final Operand keys;
  final Operand values;
  final View mask;
  final int maskIndex;
  final int workspace;

  /** Where row k of a panel begins. */
  final int[] panelOffsets;

  AttentionHeads(
      KernelSpec spec,
      Plan.Accepted plan,
      Engine engine,
      boolean causal,
      double scale,
      boolean bounded,
      Optional<Attention.Dropout> dropout,
      Optional<View> mask) {
    super(spec, plan);
    workers = engine.workers();
    List<View> in = spec.inputs();
    type = in.getFirst().dtype();
    arithmetic = Arithmetic.of(type, engine.vector());
    loops = ScoreLoops.of(type, engine.vector());
    floatLoops = Loops.of(engine.vector());
    s = new AttentionSizes(arithmetic, in.get(0), in.get(1), in.get(2));
    this.causal = causal;
    this.scale = scale;
    this.bounded = bounded;
    dropping = dropout.isPresent() && dropout.get().rate() > 0;
    rate = dropping ? dropout.get().rate() : 0;
    stream = dropping ? dropout.get().stream() : 0;
    queries = new Operand(0, in.get(0));
    keys = new Operand(1, in.get(1));
    values = new Operand(2, in.get(2));
    this.mask = mask.orElse(null);
    maskIndex = in.size() - 1;
    workspace = in.size() + spec.outputs().size();
    panelOffsets = offsets(Math.max(s.block, Math.max(s.size, s.valueSize)), s.columns);
  }

  static int[] offsets(int count, int step) {
    int[] offsets = new int[count];
    for (int i = 0; i < count; i++) {
      offsets[i] = i * step;
    }
    return offsets;
  }

  /** {@return how many keys are valid} */
  final int valid(long[] scalars) {
    return bounded ? Math.clamp(scalars[0], 0, s.count) : s.count;
  }

  /** {@return how many keys the queries before {@code end} see} */
  final int limit(int end, int valid) {
    return causal ? Math.clamp((long) end + valid - s.length, 0, valid) : valid;
  }

  final long dropKey(long[] scalars) {
    if (!dropping) {
      return 0;
    }
    long seed = scalars[bounded ? 1 : 0];
    long step = scalars[bounded ? 2 : 1];
    return Threefry.words((int) seed, (int) (seed >>> 32), stream, (int) step);
  }

  /** Draws factors for the weights of query {@code row} of all and those behind, from a key on. */
  final void factors(
      Object to,
      int at,
      int rows,
      int columns,
      int row,
      int key,
      int rowStep,
      int columnStep,
      long dropKey) {
    loops.factors(
        to,
        at,
        rows,
        columns,
        (int) dropKey,
        (int) (dropKey >>> 32),
        row * s.count + key,
        rowStep,
        columnStep,
        s.batch * s.heads * s.length * s.count,
        rate);
  }

  /** Takes rows {@code from .. from + n} as {@code [panel, size, width]}. */
  final void panels(
      Operand operand,
      Binding[] bindings,
      int at,
      int from,
      int n,
      int width,
      Object to,
      int toAt) {
    Object array = operand.array(bindings);
    int size = operand.elements.size;
    for (int row = 0; row < n; row += width) {
      Panels.pack(
          arithmetic,
          array,
          type,
          at,
          operand.rows,
          from + row,
          Math.min(width, n - row),
          operand.elements,
          0,
          size,
          to,
          toAt + row * size,
          width);
    }
  }

  /** Copies the first {@code n} rows, filled up to panels with whatever is there. */
  final void rows(Operand operand, Binding[] bindings, int at, int n, Object to, int toAt) {
    Object array = operand.array(bindings);
    int pitch = s.panels(operand.elements.size);
    for (int row = 0; row < n; row++) {
      row(operand, array, at, row, to, toAt + row * pitch);
    }
  }

  /** Copies row {@code row} to {@code size} elements side by side. */
  final void row(Operand operand, Object array, int at, int row, Object to, int toAt) {
    int from = at + operand.rows.at(row);
    if (operand.elements.stride == 1) {
      System.arraycopy(array, from, to, toAt, operand.elements.size);
    } else {
      Elements.load(array, type, from, operand.elements.stride, operand.elements.size, to, toAt);
    }
  }

  /** {@code x *= scale}; n is a multiple of the columns. */
  final void scale(Object x, int at, int n) {
    if (x instanceof float[] floats) {
      floatLoops.scale(floats, at, (float) scale, floats, at, n);
    } else {
      double[] doubles = (double[]) x;
      for (int i = 0; i < n; i++) {
        doubles[at + i] *= scale;
      }
    }
  }

  static void fill(Object x, int at, int n, double value) {
    if (x instanceof float[] floats) {
      float single = (float) value;
      for (int i = at; i < at + n; i++) {
        floats[i] = single;
      }
    } else {
      double[] doubles = (double[]) x;
      for (int i = at; i < at + n; i++) {
        doubles[i] = value;
      }
    }
  }

  static double get(Object x, int at) {
    return x instanceof float[] floats ? floats[at] : ((double[]) x)[at];
  }

  static void set(Object x, int at, double value) {
    if (x instanceof float[] floats) {
      floats[at] = (float) value;
    } else {
      ((double[]) x)[at] = value;
    }
  }

  /** {@return whether the mask lets a key be seen} */
  final boolean seen(Binding[] bindings, int batch, int key) {
    int from = (int) (JavaBuffer.offset(bindings[maskIndex]) + batch * mask.stride(0));
    return JavaBuffer.bytes(bindings[maskIndex])[from + key * (int) mask.stride(1)] != 0;
  }

  final void store(Operand to, Binding[] bindings, int at, int row, Object from, int fromAt) {
    Elements.store(
        from,
        fromAt,
        to.elements.size,
        to.array(bindings),
        type,
        at + to.rows.at(row),
        to.elements.stride);
  }
}
