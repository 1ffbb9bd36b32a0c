package dev.fathom.backend.java;

import dev.fathom.spi.Attention;
import dev.fathom.spi.AttentionGradient;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import java.util.List;
import java.util.Optional;

/**
 * Attention and its gradient, tile by tile with a running softmax (Dao et al., "FlashAttention",
 * 2022, and Dao, "FlashAttention-2", 2023), so that memory grows with the length, not with its
 * square.
 *
 * <p>Tiles of scores have a row for each key and a column for each query: a panel of queries is the
 * right operand of the tile kernel, what softmax does goes down columns, and the weights are at
 * once the right operand of the next product, {@code out^T = values^T weights^T}. Keys and values
 * are packed once a head. A task does all queries of a head of keys, or, forward, a stretch of
 * them.
 */
final class AttentionKernels {
  /** Queries of a forward task. */
  private static final int STRETCH = 512;

  /** Most queries for which packing keys and values is not worth it. */
  private static final int FEW = 4;

  /** Multiplications that are worth waking a worker, where there are few queries. */
  private static final int FEW_WORK = 1 << 17;

  private AttentionKernels() {}

  static Plan plan(Attention spec, Engine engine) {
    Arithmetic arithmetic = engine.arithmetic(spec.queries().dtype());
    Sizes sizes = new Sizes(arithmetic, spec.queries(), spec.keys(), spec.values());
    return new Plan.Accepted(
        spec.queries().dtype(),
        (long) engine.workers().threads() * new ForwardSlot(sizes).elements,
        List.of());
  }

  static Plan plan(AttentionGradient spec, Engine engine) {
    Arithmetic arithmetic = engine.arithmetic(spec.queries().dtype());
    Sizes sizes = new Sizes(arithmetic, spec.queries(), spec.keys(), spec.values());
    return new Plan.Accepted(
        spec.queries().dtype(),
        (long) engine.workers().threads() * new GradientSlot(sizes).elements,
        List.of());
  }

  static Kernel compile(Attention spec, Plan.Accepted plan, Engine engine) {
    return new Forward(spec, plan, engine);
  }

  static Kernel compile(AttentionGradient spec, Plan.Accepted plan, Engine engine) {
    return new Gradient(spec, plan, engine);
  }

  /** The extents of a launch, and how they are cut. */
  private static final class Sizes {
    final int batch;
    final int heads;
    final int keyHeads;
    final int group;
    final int length;
    final int count;
    final int size;
    final int valueSize;

    /** Rows and columns of the tile kernel. */
    final int rows;

    final int columns;

    /** Keys whose scores are in scratch at once, a multiple of {@link #rows}. */
    final int block;

    Sizes(Arithmetic arithmetic, View queries, View keys, View values) {
      batch = (int) queries.size(0);
      heads = (int) queries.size(1);
      keyHeads = (int) keys.size(1);
      group = heads / keyHeads;
      length = (int) queries.size(2);
      count = (int) keys.size(2);
      size = (int) queries.size(3);
      valueSize = (int) values.size(3);
      rows = arithmetic.rows();
      columns = arithmetic.columns();
      block = Math.min(tiles(192), tiles(count));
    }

    /** {@return {@code n} filled up to whole tiles, in rows} */
    int tiles(int n) {
      return Math.ceilDiv(n, rows) * rows;
    }

    /** {@return {@code n} filled up to whole panels, in columns} */
    int panels(int n) {
      return Math.ceilDiv(n, columns) * columns;
    }
  }

  /** Where things lie in a worker's slot of the workspace of {@link Forward}. */
  private static final class ForwardSlot {
    /** {@code [tile of keys, size, rows]}. */
    final int keys;

    /** {@code [tile of valueSize, keys, rows]}. */
    final int values;

    /** {@code [size, columns]}. */
    final int queries;

    /** {@code [block, columns]}. */
    final int scores;

    /** {@code [block, columns]}. */
    final int factors;

    /** {@code [valueSize, columns]}. */
    final int sums;

    /** {@code [columns, valueSize]}. */
    final int out;

    /** Maxima, sums and corrections, {@code [3, columns]}. */
    final int state;

    final int elements;

    ForwardSlot(Sizes s) {
      keys = 0;
      values = keys + s.tiles(s.count) * s.size;
      queries = values + s.tiles(s.valueSize) * s.count;
      scores = queries + s.size * s.columns;
      factors = scores + Math.max(s.block * s.columns, s.panels(s.count) + s.columns);
      sums = factors + s.block * s.columns;
      out = sums + s.tiles(s.valueSize) * s.columns;
      state = out + s.columns * s.valueSize;
      elements = state + 3 * s.columns + s.panels(s.size);
    }
  }

  /** Where things lie in a worker's slot of the workspace of {@link Gradient}. */
  private static final class GradientSlot {
    /** How many queries are taken at once. */
    final int queries;

    /** {@code [tile of keys, size, rows]}. */
    final int keys;

    /** {@code [tile of size, keys, rows]}. */
    final int keyStrips;

    /** {@code [tile of keys, valueSize, rows]}. */
    final int values;

    /** {@code [keys, size]}, rows filled up to panels. */
    final int dKeys;

    /** {@code [keys, valueSize]}, rows filled up to panels. */
    final int dValues;

    /** {@code [panel of queries, size, columns]}. */
    final int queryPanels;

    /** {@code [panel of queries, valueSize, columns]}. */
    final int dOutPanels;

    /** {@code [queries, size]}, rows filled up to panels. */
    final int queryRows;

    /** {@code [queries, valueSize]}, rows filled up to panels. */
    final int dOutRows;

    /** {@code [rows, queries]}. */
    final int scores;

    /** {@code [rows, queries]}. */
    final int factors;

    /** {@code [block, queries]}: the gradients of scores. */
    final int dScores;

    /** {@code [queries + 1, rows]}. */
    final int weightTile;

    /** {@code [queries + 1, rows]}. */
    final int dScoreTile;

    /** {@code [size, queries]}. */
    final int dQueries;

    /** {@code [queries, size]}. */
    final int dQueryRows;

    /** LogSumExp and delta, {@code [2, queries]}. */
    final int state;

    /** A row of valueSize. */
    final int row;

    final int elements;

    GradientSlot(Sizes s) {
      queries = 2 * s.columns;
      int tile = (queries + 16) * s.rows;
      keys = 0;
      keyStrips = keys + s.tiles(s.count) * s.size;
      values = keyStrips + s.tiles(s.size) * s.count;
      dKeys = values + s.tiles(s.count) * s.valueSize;
      dValues = dKeys + s.tiles(s.count) * s.panels(s.size);
      queryPanels = dValues + s.tiles(s.count) * s.panels(s.valueSize);
      dOutPanels = queryPanels + queries * s.size;
      queryRows = dOutPanels + queries * s.valueSize;
      dOutRows = queryRows + queries * s.panels(s.size);
      scores = dOutRows + queries * s.panels(s.valueSize);
      factors = scores + s.rows * queries;
      dScores = factors + s.rows * queries;
      weightTile = dScores + (s.block + s.rows) * queries;
      dScoreTile = weightTile + tile;
      dQueries = dScoreTile + tile;
      dQueryRows = dQueries + s.tiles(s.size) * queries;
      state = dQueryRows + queries * s.size;
      row = state + 2 * queries;
      elements = row + s.panels(s.valueSize);
    }
  }

  /** One operand {@code [batch, heads, length, size]}. */
  private static final class Operand {
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
      return (int) (bindings[index].offset() + batch * view.stride(0) + head * view.stride(1));
    }
  }

  /** What both kernels share. */
  private abstract static class HeadKernel extends JavaKernel {
    final Workers workers;
    final Arithmetic arithmetic;
    final ScoreLoops loops;
    final Loops floatLoops;
    final DType type;
    final Sizes s;
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

    HeadKernel(
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
      arithmetic = engine.arithmetic(type);
      loops = engine.scores(type);
      floatLoops = engine.loops();
      s = new Sizes(arithmetic, in.get(0), in.get(1), in.get(2));
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

    /**
     * Draws factors for {@code rows} keys from {@code key} on and queries from {@code query} on.
     */
    final void factors(Object to, int at, int rows, int columns, int row, int key, long dropKey) {
      loops.factors(
          to,
          at,
          rows,
          columns,
          (int) dropKey,
          (int) (dropKey >>> 32),
          row * s.count + key,
          s.count,
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

    /** Takes the first {@code n} rows as {@code [tile of size, keys, rows]}. */
    final void strips(Operand operand, Binding[] bindings, int at, int n, Object to, int toAt) {
      Object array = operand.array(bindings);
      int size = operand.elements.size;
      for (int element = 0; element < size; element += s.rows) {
        Panels.pack(
            arithmetic,
            array,
            type,
            at,
            operand.elements,
            element,
            Math.min(s.rows, size - element),
            operand.rows,
            0,
            n,
            to,
            toAt + element * s.count,
            s.rows);
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

    /**
     * Takes scores away that are not seen: of {@code rows} keys from {@code key} on, by queries
     * from {@code query} on.
     */
    final void hide(
        Binding[] bindings,
        int batch,
        Object scores,
        int at,
        int rows,
        int columns,
        int key,
        int query,
        int valid) {
      if (mask != null) {
        byte[] seen = JavaBuffer.bytes(bindings[maskIndex]);
        int from = (int) (JavaBuffer.offset(bindings[maskIndex]) + batch * mask.stride(0));
        for (int row = 0; row < rows; row++) {
          if (seen[from + (key + row) * (int) mask.stride(1)] == 0) {
            fill(scores, at + row * columns, columns, Double.NEGATIVE_INFINITY);
          }
        }
      }
      if (causal) {
        // Query i sees keys up to i + valid - length.
        int first = query + valid - s.length;
        for (int row = Math.max(0, first + 1 - key); row < rows; row++) {
          int hidden = Math.min(columns, key + row - first);
          fill(scores, at + row * columns, hidden, Double.NEGATIVE_INFINITY);
        }
      }
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

  private static final class Forward extends HeadKernel {
    private final ForwardSlot slot;
    private final Operand out;
    private final int logSumExpIndex;
    private final View logSumExp;
    private final boolean few;
    private final int perTask;
    private final int stretches;
    private final int tasks;
    private final Workers.Body body = this::task;

    Forward(Attention spec, Plan.Accepted plan, Engine engine) {
      super(
          spec,
          plan,
          engine,
          spec.causal(),
          spec.scale(),
          spec.bounded(),
          spec.dropout(),
          spec.mask());
      slot = new ForwardSlot(s);
      out = new Operand(spec.inputs().size(), spec.out());
      logSumExpIndex = out.index + 1;
      logSumExp = spec.logSumExp();
      few =
          s.length * s.group <= FEW
              && !dropping
              && keys.elements.stride == 1
              && values.elements.stride == 1;
      int work = Math.max(1, s.length * s.group * s.count * (s.size + s.valueSize));
      perTask = few ? Math.max(1, FEW_WORK / work) : 1;
      stretches = few ? 1 : Math.ceilDiv(s.length, STRETCH);
      tasks = Math.ceilDiv(s.batch * s.keyHeads * stretches, perTask);
    }

    @Override
    void run(Binding[] bindings, long[] scalars) {
      workers.parallel(tasks, body, bindings, scalars);
    }

    private void task(int task, int worker, Binding[] bindings, long[] scalars) {
      Object scratch = JavaBuffer.array(bindings[workspace]);
      int at = JavaBuffer.offset(bindings[workspace]) + worker * slot.elements;
      int valid = valid(scalars);
      if (few) {
        int end = Math.min(s.batch * s.keyHeads, (task + 1) * perTask);
        for (int head = task * perTask; head < end; head++) {
          few(bindings, head / s.keyHeads, head % s.keyHeads, valid, scratch, at);
        }
        return;
      }
      int batch = task / stretches / s.keyHeads;
      int keyHead = task / stretches % s.keyHeads;
      int from = task % stretches * STRETCH;
      int to = Math.min(s.length, from + STRETCH);
      int limit = limit(to, valid);
      panels(
          keys,
          bindings,
          keys.at(bindings, batch, keyHead),
          0,
          limit,
          s.rows,
          scratch,
          at + slot.keys);
      strips(
          values, bindings, values.at(bindings, batch, keyHead), limit, scratch, at + slot.values);
      long dropKey = dropKey(scalars);
      for (int member = 0; member < s.group; member++) {
        int head = keyHead * s.group + member;
        for (int query = from; query < to; query += s.columns) {
          block(bindings, batch, head, query, valid, dropKey, scratch, at);
        }
      }
    }

    private void block(
        Binding[] bindings,
        int batch,
        int head,
        int query,
        int valid,
        long dropKey,
        Object scratch,
        int at) {
      int columns = s.columns;
      int n = Math.min(columns, s.length - query);
      int limit = limit(query + n, valid);
      int panel = at + slot.queries;
      int scores = at + slot.scores;
      int sums = at + slot.sums;
      int state = at + slot.state;
      panels(
          queries, bindings, queries.at(bindings, batch, head), query, n, columns, scratch, panel);
      scale(scratch, panel, s.size * columns);
      fill(scratch, state, columns, ScoreLoops.NONE);
      fill(scratch, state + columns, columns, 0);
      if (limit == 0) {
        fill(scratch, sums, s.valueSize * columns, 0);
      }
      for (int key = 0; key < limit; key += s.block) {
        int keyCount = Math.min(s.block, limit - key);
        for (int k = 0; k < keyCount; k += s.rows) {
          arithmetic.multiply(
              Math.min(s.rows, keyCount - k),
              s.size,
              scratch,
              at + slot.keys + (key + k) * s.size,
              scratch,
              panel,
              panelOffsets,
              0,
              scratch,
              scores + k * columns,
              columns,
              false);
        }
        hide(bindings, batch, scratch, scores, keyCount, columns, key, query, valid);
        loops.step(scratch, scores, keyCount, columns, columns, scratch, state);
        if (dropping) {
          int row = (batch * s.heads + head) * s.length + query;
          factors(scratch, at + slot.factors, keyCount, columns, row, key, dropKey);
          loops.multiply(scratch, scores, scratch, at + slot.factors, keyCount * columns);
        }
        if (key > 0) {
          int correction = state + 2 * columns;
          loops.scale(scratch, sums, s.valueSize, columns, columns, scratch, correction);
        }
        for (int e = 0; e < s.valueSize; e += s.rows) {
          arithmetic.multiply(
              Math.min(s.rows, s.valueSize - e),
              keyCount,
              scratch,
              at + slot.values + e * s.count + key * s.rows,
              scratch,
              scores,
              panelOffsets,
              0,
              scratch,
              sums + e * columns,
              columns,
              key > 0);
        }
      }
      for (int i = 0; i < columns; i++) {
        double sum = get(scratch, state + columns + i);
        if (i < n) {
          double log = sum == 0 ? 0 : get(scratch, state + i) + Math.log(sum);
          storeLog(bindings, batch, head, query + i, log);
        }
        set(scratch, state + columns + i, sum == 0 ? 0 : 1 / sum);
      }
      loops.scale(scratch, sums, s.valueSize, columns, columns, scratch, state + columns);
      int rows = at + slot.out;
      arithmetic.transpose(scratch, sums, columns, n, s.valueSize, scratch, rows);
      int target = out.at(bindings, batch, head);
      for (int i = 0; i < n; i++) {
        store(out, bindings, target, query + i, scratch, rows + i * s.valueSize);
      }
    }

    private void storeLog(Binding[] bindings, int batch, int head, int query, double value) {
      long at =
          bindings[logSumExpIndex].offset()
              + batch * logSumExp.stride(0)
              + head * logSumExp.stride(1)
              + query * logSumExp.stride(2);
      set(JavaBuffer.array(bindings[logSumExpIndex]), (int) at, value);
    }

    /** Reads keys and values where they lie, once for each query. */
    private void few(
        Binding[] bindings, int batch, int keyHead, int valid, Object scratch, int at) {
      Object keyArray = keys.array(bindings);
      Object valueArray = values.array(bindings);
      int keyAt = keys.at(bindings, batch, keyHead);
      int valueAt = values.at(bindings, batch, keyHead);
      int query = at + slot.state + 3 * s.columns;
      int scores = at + slot.scores;
      int spare = scores + s.panels(s.count);
      int rowAt = at + slot.out;
      for (int member = 0; member < s.group; member++) {
        int head = keyHead * s.group + member;
        for (int i = 0; i < s.length; i++) {
          int limit = limit(i + 1, valid);
          fill(scratch, query, s.panels(s.size), 0);
          row(
              queries,
              queries.array(bindings),
              queries.at(bindings, batch, head),
              i,
              scratch,
              query);
          scale(scratch, query, s.panels(s.size));
          arithmetic.dots(
              limit, s.size, keyArray, keyAt, keys.rows.stride, scratch, query, scratch, scores);
          if (mask != null) {
            hideKeys(bindings, batch, limit, scratch, scores);
          }
          double max = loops.max(scratch, scores, limit);
          double sum = loops.exp(scratch, scores, limit, max, spare);
          storeLog(bindings, batch, head, i, sum == 0 ? 0 : max + Math.log(sum));
          double factor = sum == 0 ? 0 : 1 / sum;
          arithmetic.combine(
              s.valueSize,
              limit,
              valueArray,
              valueAt,
              values.rows.stride,
              scratch,
              scores,
              scratch,
              rowAt);
          for (int e = 0; e < s.valueSize; e++) {
            set(scratch, rowAt + e, get(scratch, rowAt + e) * factor);
          }
          store(out, bindings, out.at(bindings, batch, head), i, scratch, rowAt);
        }
      }
    }

    private void hideKeys(Binding[] bindings, int batch, int n, Object scores, int at) {
      byte[] seen = JavaBuffer.bytes(bindings[maskIndex]);
      int from = (int) (JavaBuffer.offset(bindings[maskIndex]) + batch * mask.stride(0));
      for (int key = 0; key < n; key++) {
        if (seen[from + key * (int) mask.stride(1)] == 0) {
          set(scores, at + key, Double.NEGATIVE_INFINITY);
        }
      }
    }
  }

  private static final class Gradient extends HeadKernel {
    private final GradientSlot slot;
    private final Operand out;
    private final View logSumExp;
    private final int logSumExpIndex;
    private final Operand dOut;
    private final Operand dQueries;
    private final Operand dKeys;
    private final Operand dValues;
    private final int[] sizeOffsets;
    private final int[] valueOffsets;
    private final int[] scoreOffsets;
    private final Workers.Body body = this::task;

    Gradient(AttentionGradient spec, Plan.Accepted plan, Engine engine) {
      super(
          spec,
          plan,
          engine,
          spec.causal(),
          spec.scale(),
          spec.bounded(),
          spec.dropout(),
          spec.mask());
      slot = new GradientSlot(s);
      out = new Operand(3, spec.out());
      logSumExpIndex = 4;
      logSumExp = spec.logSumExp();
      dOut = new Operand(5, spec.dOut());
      int first = spec.inputs().size();
      dQueries = new Operand(first, spec.dQueries());
      dKeys = new Operand(first + 1, spec.dKeys());
      dValues = new Operand(first + 2, spec.dValues());
      sizeOffsets = offsets(slot.queries, s.panels(s.size));
      valueOffsets = offsets(slot.queries, s.panels(s.valueSize));
      scoreOffsets = offsets(s.block, slot.queries);
    }

    @Override
    void run(Binding[] bindings, long[] scalars) {
      workers.parallel(s.batch * s.keyHeads, body, bindings, scalars);
    }

    private void task(int task, int worker, Binding[] bindings, long[] scalars) {
      Object scratch = JavaBuffer.array(bindings[workspace]);
      int at = JavaBuffer.offset(bindings[workspace]) + worker * slot.elements;
      int valid = valid(scalars);
      int batch = task / s.keyHeads;
      int keyHead = task % s.keyHeads;
      int keysAt = keys.at(bindings, batch, keyHead);
      int valuesAt = values.at(bindings, batch, keyHead);
      int limit = limit(s.length, valid);
      panels(keys, bindings, keysAt, 0, limit, s.rows, scratch, at + slot.keys);
      strips(keys, bindings, keysAt, limit, scratch, at + slot.keyStrips);
      panels(values, bindings, valuesAt, 0, limit, s.rows, scratch, at + slot.values);
      fill(scratch, at + slot.dKeys, slot.queryPanels - slot.dKeys, 0);
      long dropKey = dropKey(scalars);
      for (int member = 0; member < s.group; member++) {
        int head = keyHead * s.group + member;
        for (int query = 0; query < s.length; query += slot.queries) {
          block(bindings, batch, head, query, valid, dropKey, scratch, at);
        }
      }
      int dKeysAt = dKeys.at(bindings, batch, keyHead);
      int dValuesAt = dValues.at(bindings, batch, keyHead);
      for (int key = 0; key < s.count; key++) {
        int from = at + slot.dKeys + key * s.panels(s.size);
        if (key >= limit) {
          fill(scratch, from, s.size, 0);
          fill(scratch, at + slot.dValues + key * s.panels(s.valueSize), s.valueSize, 0);
        }
        store(dKeys, bindings, dKeysAt, key, scratch, from);
        from = at + slot.dValues + key * s.panels(s.valueSize);
        store(dValues, bindings, dValuesAt, key, scratch, from);
      }
    }

    private void block(
        Binding[] bindings,
        int batch,
        int head,
        int query,
        int valid,
        long dropKey,
        Object scratch,
        int at) {
      int columns = s.columns;
      int width = slot.queries;
      int n = Math.min(width, s.length - query);
      load(bindings, batch, head, query, n, scratch, at);
      fill(scratch, at + slot.dQueries, s.size * width, 0);
      int limit = limit(query + n, valid);
      int scores = at + slot.scores;
      for (int from = 0; from < limit; from += s.block) {
        int to = Math.min(limit, from + s.block);
        for (int key = from; key < to; key += s.rows) {
          int rows = Math.min(s.rows, to - key);
          // The first panel whose last query sees the first key.
          int first = 0;
          while (limit(query + Math.min(n, first + columns), valid) <= key) {
            first += columns;
          }
          int dScores = at + slot.dScores + (key - from) * width;
          for (int c = first; c < n; c += columns) {
            arithmetic.multiply(
                rows,
                s.size,
                scratch,
                at + slot.keys + key * s.size,
                scratch,
                at + slot.queryPanels + c * s.size,
                panelOffsets,
                0,
                scratch,
                scores + c,
                width,
                false);
            arithmetic.multiply(
                rows,
                s.valueSize,
                scratch,
                at + slot.values + key * s.valueSize,
                scratch,
                at + slot.dOutPanels + c * s.valueSize,
                panelOffsets,
                0,
                scratch,
                dScores + c,
                width,
                false);
          }
          hide(bindings, batch, scratch, scores, rows, width, key, query, valid);
          if (dropping) {
            int row = (batch * s.heads + head) * s.length + query;
            factors(scratch, at + slot.factors, rows, width, row, key, dropKey);
            loops.multiply(scratch, dScores, scratch, at + slot.factors, rows * width);
          }
          loops.gradient(
              scratch,
              scores + first,
              scratch,
              dScores + first,
              rows,
              width,
              s.panels(n) - first,
              scratch,
              at + slot.state + first,
              scratch,
              at + slot.state + width + first);
          if (dropping) {
            loops.multiply(scratch, scores, scratch, at + slot.factors, rows * width);
          }
          addToKeys(scratch, at, key, rows, first, n, dScores);
        }
        for (int c = 0; c < n; c += columns) {
          int depth = Math.min(to, limit(query + Math.min(n, c + columns), valid)) - from;
          for (int i = 0; i < s.size && depth > 0; i += s.rows) {
            arithmetic.multiply(
                Math.min(s.rows, s.size - i),
                depth,
                scratch,
                at + slot.keyStrips + i * s.count + from * s.rows,
                scratch,
                at + slot.dScores + c,
                scoreOffsets,
                0,
                scratch,
                at + slot.dQueries + i * width + c,
                width,
                true);
          }
        }
      }
      scale(scratch, at + slot.dQueries, s.size * width);
      int rows = at + slot.dQueryRows;
      arithmetic.transpose(scratch, at + slot.dQueries, width, n, s.size, scratch, rows);
      int target = dQueries.at(bindings, batch, head);
      for (int i = 0; i < n; i++) {
        store(dQueries, bindings, target, query + i, scratch, rows + i * s.size);
      }
    }

    /** Takes queries and what comes to them into panels and rows. */
    private void load(
        Binding[] bindings, int batch, int head, int query, int n, Object scratch, int at) {
      int columns = s.columns;
      int width = slot.queries;
      int queriesAt = queries.at(bindings, batch, head);
      int dOutAt = dOut.at(bindings, batch, head);
      panels(queries, bindings, queriesAt, query, n, columns, scratch, at + slot.queryPanels);
      panels(dOut, bindings, dOutAt, query, n, columns, scratch, at + slot.dOutPanels);
      scale(scratch, at + slot.queryPanels, s.panels(n) * s.size);
      int size = s.panels(s.size);
      int valueSize = s.panels(s.valueSize);
      fill(scratch, at + slot.queryRows, slot.scores - slot.queryRows, 0);
      int outAt = out.at(bindings, batch, head);
      int state = at + slot.state;
      int row = at + slot.row;
      Object log = JavaBuffer.array(bindings[logSumExpIndex]);
      long logAt =
          bindings[logSumExpIndex].offset()
              + batch * logSumExp.stride(0)
              + head * logSumExp.stride(1);
      Object queryArray = queries.array(bindings);
      Object dOutArray = dOut.array(bindings);
      Object outArray = out.array(bindings);
      // Columns that stand for no query have weights of 0.
      fill(scratch, state, width, 1e30);
      fill(scratch, state + width, width, 0);
      for (int i = 0; i < n; i++) {
        row(queries, queryArray, queriesAt, query + i, scratch, at + slot.queryRows + i * size);
        int dOutRow = at + slot.dOutRows + i * valueSize;
        row(dOut, dOutArray, dOutAt, query + i, scratch, dOutRow);
        row(out, outArray, outAt, query + i, scratch, row);
        arithmetic.dots(
            1, s.valueSize, scratch, dOutRow, 0, scratch, row, scratch, state + width + i);
        set(scratch, state + i, get(log, (int) (logAt + (query + i) * logSumExp.stride(2))));
      }
      scale(scratch, at + slot.queryRows, n * size);
    }

    /** Adds the tile's part to the gradients of its keys and values. */
    private void addToKeys(
        Object scratch, int at, int key, int rows, int first, int n, int dScores) {
      int width = slot.queries;
      int depth = n - first;
      int weights = at + slot.weightTile;
      int gradients = at + slot.dScoreTile;
      // One more than is needed, so that the last of them is done like the others.
      arithmetic.transpose(
          scratch, at + slot.scores + first, width, depth + 1, s.rows, scratch, weights);
      arithmetic.transpose(scratch, dScores + first, width, depth + 1, s.rows, scratch, gradients);
      int valueSize = s.panels(s.valueSize);
      for (int e = 0; e < valueSize; e += s.columns) {
        arithmetic.multiply(
            rows,
            depth,
            scratch,
            weights,
            scratch,
            at + slot.dOutRows + first * valueSize + e,
            valueOffsets,
            0,
            scratch,
            at + slot.dValues + key * valueSize + e,
            valueSize,
            true);
      }
      int size = s.panels(s.size);
      for (int i = 0; i < size; i += s.columns) {
        arithmetic.multiply(
            rows,
            depth,
            scratch,
            gradients,
            scratch,
            at + slot.queryRows + first * size + i,
            sizeOffsets,
            0,
            scratch,
            at + slot.dKeys + key * size + i,
            size,
            true);
      }
    }
  }
}
