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
 * <p>Forward, tiles of scores have a row for each key and a column for each query: a panel of
 * queries is the right operand of the tile kernel, what softmax does goes down columns, and the
 * weights are at once the right operand of the next product, {@code out^T = values^T weights^T}.
 * Keys and values are packed once a head. The gradient has a row for each query and a column for
 * each key: so only the tiles for what comes to the queries are turned. A task does all queries of
 * a head of keys, or, forward, a stretch of them.
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

    private final Arithmetic arithmetic;

    Sizes(Arithmetic arithmetic, View queries, View keys, View values) {
      this.arithmetic = arithmetic;
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

    /** {@return {@code n}, filled up until tiles beside each other cover it and no more} */
    int wholeTiles(int n) {
      int whole = n;
      while (arithmetic.allComputedRows(whole) != whole) {
        whole += columns;
      }
      return whole;
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

    /** {@code [keys, valueSize]}, rows filled up to panels. */
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
      queries = values + s.count * s.panels(s.valueSize);
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
    /** How many keys are taken at once. */
    final int width;

    /** Queries whose scores are in scratch at once, a multiple of the rows of a tile. */
    final int block;

    /** {@code [tile of queries, size, rows]}. */
    final int queryPanels;

    /** {@code [tile of queries, valueSize, rows]}. */
    final int dOutPanels;

    /** {@code [queries, size]}, rows filled up to panels. */
    final int queryRows;

    /** {@code [queries, valueSize]}, rows filled up to panels. */
    final int dOutRows;

    /** {@code [queries, size]}, rows filled up to panels. */
    final int dQueries;

    /** LogSumExp and delta, {@code [2, queries]}. */
    final int state;

    /** {@code [keys, size]}, rows filled up to panels. */
    final int dKeys;

    /** {@code [keys, valueSize]}, rows filled up to panels. */
    final int dValues;

    /** {@code [panel of keys, size, columns]}. */
    final int keyPanels;

    /** {@code [panel of keys, valueSize, columns]}. */
    final int valuePanels;

    /** {@code [width, size]}, rows filled up to panels. */
    final int keyRows;

    /** {@code [block, width]}. */
    final int scores;

    /** {@code [block, width]}: the gradients of scores. */
    final int dScores;

    /** {@code [rows, width]}. */
    final int factors;

    /** A tile of gradients the other way: {@code [width + 1, rows]}. */
    final int tile;

    /** A row of what came out. */
    final int out;

    final int elements;

    GradientSlot(Sizes s) {
      width = s.wholeTiles(2 * s.columns);
      block = Math.min(s.tiles(192), s.tiles(s.length));
      int queries = s.tiles(s.length);
      // The last tile may write rows that nobody reads.
      int keys = s.count + s.rows;
      int size = s.panels(s.size);
      int valueSize = s.panels(s.valueSize);
      queryPanels = 0;
      // What is scaled ends with a whole vector.
      dOutPanels = queryPanels + s.panels(queries * s.size);
      queryRows = dOutPanels + s.panels(queries * s.valueSize);
      dOutRows = queryRows + queries * size;
      dQueries = dOutRows + queries * valueSize;
      state = dQueries + queries * size;
      dKeys = state + 2 * queries;
      dValues = dKeys + keys * size;
      keyPanels = dValues + keys * valueSize;
      valuePanels = keyPanels + width * s.size;
      keyRows = valuePanels + width * s.valueSize;
      scores = keyRows + width * size;
      dScores = scores + block * width;
      factors = dScores + (block + 1) * width;
      tile = factors + s.rows * width;
      out = tile + (width + 16) * s.rows;
      elements = out + valueSize;
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
      return (int)
          (JavaBuffer.offset(bindings[index]) + batch * view.stride(0) + head * view.stride(1));
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
     * Draws factors for the weights of query {@code row} of all and those behind, from a key on.
     */
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
      int valuesAt = values.at(bindings, batch, keyHead);
      rows(values, bindings, valuesAt, limit, scratch, at + slot.values);
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
          arithmetic.multiplyPanels(
              Math.min(s.rows, keyCount - k),
              s.size,
              scratch,
              at + slot.keys + (key + k) * s.size,
              scratch,
              panel,
              1,
              0,
              scratch,
              scores + k * columns,
              columns,
              false);
        }
        hide(bindings, batch, scratch, scores, keyCount, query, key, valid);
        loops.step(scratch, scores, keyCount, columns, columns, scratch, state);
        if (dropping) {
          int row = (batch * s.heads + head) * s.length + query;
          factors(scratch, at + slot.factors, keyCount, columns, row, key, 1, s.count, dropKey);
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
              at + slot.values + key * s.panels(s.valueSize) + e,
              s.panels(s.valueSize),
              scratch,
              scores,
              panelOffsets,
              0,
              1,
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

    /** Takes scores away that are not seen. */
    private void hide(
        Binding[] bindings,
        int batch,
        Object scores,
        int at,
        int n,
        int query,
        int key,
        int valid) {
      int columns = s.columns;
      for (int row = 0; mask != null && row < n; row++) {
        if (!seen(bindings, batch, key + row)) {
          fill(scores, at + row * columns, columns, Double.NEGATIVE_INFINITY);
        }
      }
      if (causal) {
        // Query i sees keys up to i + valid - length.
        int first = query + valid - s.length;
        for (int row = Math.max(0, first + 1 - key); row < n; row++) {
          int hidden = Math.min(columns, key + row - first);
          fill(scores, at + row * columns, hidden, Double.NEGATIVE_INFINITY);
        }
      }
    }

    private void storeLog(Binding[] bindings, int batch, int head, int query, double value) {
      long at =
          JavaBuffer.offset(bindings[logSumExpIndex])
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
          for (int key = 0; mask != null && key < limit; key++) {
            if (!seen(bindings, batch, key)) {
              set(scratch, scores + key, Double.NEGATIVE_INFINITY);
            }
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
      int most = Math.max(slot.width, slot.block);
      sizeOffsets = offsets(most, s.panels(s.size));
      valueOffsets = offsets(most, s.panels(s.valueSize));
    }

    @Override
    void run(Binding[] bindings, long[] scalars) {
      workers.parallel(s.batch * s.keyHeads, body, bindings, scalars);
    }

    private void task(int task, int worker, Binding[] bindings, long[] scalars) {
      Object scratch = JavaBuffer.array(bindings[workspace]);
      int at = JavaBuffer.offset(bindings[workspace]) + worker * slot.elements;
      int valid = valid(scalars);
      long dropKey = dropKey(scalars);
      int batch = task / s.keyHeads;
      int keyHead = task % s.keyHeads;
      fill(scratch, at + slot.dKeys, slot.keyPanels - slot.dKeys, 0);
      for (int member = 0; member < s.group; member++) {
        int head = keyHead * s.group + member;
        loadQueries(bindings, batch, head, scratch, at);
        for (int key = 0; key < valid; key += slot.width) {
          block(bindings, batch, head, keyHead, key, valid, dropKey, scratch, at);
        }
        int target = dQueries.at(bindings, batch, head);
        for (int i = 0; i < s.length; i++) {
          int from = at + slot.dQueries + i * s.panels(s.size);
          store(dQueries, bindings, target, i, scratch, from);
        }
      }
      storeRows(dKeys, bindings, batch, keyHead, valid, scratch, at + slot.dKeys);
      storeRows(dValues, bindings, batch, keyHead, valid, scratch, at + slot.dValues);
    }

    private void storeRows(
        Operand to, Binding[] bindings, int batch, int keyHead, int valid, Object scratch, int at) {
      int pitch = s.panels(to.elements.size);
      int target = to.at(bindings, batch, keyHead);
      fill(scratch, at + valid * pitch, (s.count - valid) * pitch, 0);
      for (int key = 0; key < s.count; key++) {
        store(to, bindings, target, key, scratch, at + key * pitch);
      }
    }

    /** Takes the queries of a head and what comes to them into panels and rows. */
    private void loadQueries(Binding[] bindings, int batch, int head, Object scratch, int at) {
      int queriesAt = queries.at(bindings, batch, head);
      int dOutAt = dOut.at(bindings, batch, head);
      int n = s.length;
      panels(queries, bindings, queriesAt, 0, n, s.rows, scratch, at + slot.queryPanels);
      panels(dOut, bindings, dOutAt, 0, n, s.rows, scratch, at + slot.dOutPanels);
      rows(queries, bindings, queriesAt, n, scratch, at + slot.queryRows);
      rows(dOut, bindings, dOutAt, n, scratch, at + slot.dOutRows);
      scale(scratch, at + slot.queryPanels, s.panels(s.tiles(n) * s.size));
      scale(scratch, at + slot.queryRows, n * s.panels(s.size));
      fill(scratch, at + slot.dQueries, s.tiles(n) * s.panels(s.size), 0);
      int state = at + slot.state;
      int outAt = out.at(bindings, batch, head);
      Object outArray = out.array(bindings);
      boolean side = out.elements.stride == 1;
      Object log = JavaBuffer.array(bindings[logSumExpIndex]);
      long logAt =
          JavaBuffer.offset(bindings[logSumExpIndex])
              + batch * logSumExp.stride(0)
              + head * logSumExp.stride(1);
      for (int i = 0; i < n; i++) {
        if (!side) {
          row(out, outArray, outAt, i, scratch, at + slot.out);
        }
        arithmetic.dots(
            1,
            s.valueSize,
            side ? outArray : scratch,
            side ? outAt + out.rows.at(i) : at + slot.out,
            0,
            scratch,
            at + slot.dOutRows + i * s.panels(s.valueSize),
            scratch,
            state + s.tiles(n) + i);
        set(scratch, state + i, get(log, (int) (logAt + i * logSumExp.stride(2))));
      }
    }

    /** What a block of keys and all queries of a head do to each other. */
    private void block(
        Binding[] bindings,
        int batch,
        int head,
        int keyHead,
        int key,
        int valid,
        long dropKey,
        Object scratch,
        int at) {
      int start = causal ? Math.max(0, key - (valid - s.length)) : 0;
      if (start >= s.length) {
        return;
      }
      int n = Math.min(slot.width, valid - key);
      int keysAt = keys.at(bindings, batch, keyHead);
      int valuesAt = values.at(bindings, batch, keyHead);
      panels(keys, bindings, keysAt, key, n, s.columns, scratch, at + slot.keyPanels);
      panels(values, bindings, valuesAt, key, n, s.columns, scratch, at + slot.valuePanels);
      int pitch = s.panels(s.size);
      Object keyArray = keys.array(bindings);
      for (int k = 0; k < n; k++) {
        row(keys, keyArray, keysAt, key + k, scratch, at + slot.keyRows + k * pitch);
      }
      scale(scratch, at + slot.keyRows, n * pitch);
      for (int from = start / s.rows * s.rows; from < s.length; from += slot.block) {
        int to = Math.min(s.length, from + slot.block);
        for (int query = from; query < to; query += s.rows) {
          int offset = (query - from) * slot.width;
          tile(bindings, batch, head, query, key, valid, dropKey, scratch, at, offset);
        }
        for (int k = 0; k < n; k += s.rows) {
          int query = causal ? Math.max(from, key + k - (valid - s.length)) : from;
          int rows = Math.min(s.rows, n - k);
          int offset = (query - from) * slot.width + k;
          addToKeys(
              rows,
              to - query,
              scratch,
              at + slot.dScores + offset,
              at + slot.queryRows + query * pitch,
              sizeOffsets,
              at + slot.dKeys + (key + k) * pitch,
              pitch);
          int valuePitch = s.panels(s.valueSize);
          addToKeys(
              rows,
              to - query,
              scratch,
              at + slot.scores + offset,
              at + slot.dOutRows + query * valuePitch,
              valueOffsets,
              at + slot.dValues + (key + k) * valuePitch,
              valuePitch);
        }
      }
    }

    /** A tile of queries with a block of keys: weights, gradients of scores and of the queries. */
    private void tile(
        Binding[] bindings,
        int batch,
        int head,
        int query,
        int key,
        int valid,
        long dropKey,
        Object scratch,
        int at,
        int offset) {
      int rows = Math.min(s.rows, s.length - query);
      int width = slot.width;
      int scores = at + slot.scores + offset;
      int dScores = at + slot.dScores + offset;
      int seen = Math.min(width, limit(query + rows, valid) - key);
      int columns = s.panels(seen);
      int panels = columns / s.columns;
      arithmetic.multiplyPanels(
          rows,
          s.size,
          scratch,
          at + slot.queryPanels + query * s.size,
          scratch,
          at + slot.keyPanels,
          panels,
          s.columns * s.size,
          scratch,
          scores,
          width,
          false);
      arithmetic.multiplyPanels(
          rows,
          s.valueSize,
          scratch,
          at + slot.dOutPanels + query * s.valueSize,
          scratch,
          at + slot.valuePanels,
          panels,
          s.columns * s.valueSize,
          scratch,
          dScores,
          width,
          false);
      hide(bindings, batch, scratch, scores, rows, columns, query, key, valid);
      int factors = at + slot.factors;
      if (dropping) {
        int row = (batch * s.heads + head) * s.length + query;
        factors(scratch, factors, rows, width, row, key, s.count, 1, dropKey);
        loops.multiply(scratch, dScores, scratch, factors, rows * width);
      }
      int state = at + slot.state + query;
      loops.gradient(
          scratch,
          scores,
          scratch,
          dScores,
          rows,
          width,
          columns,
          scratch,
          state,
          scratch,
          state + s.tiles(s.length));
      if (dropping) {
        loops.multiply(scratch, scores, scratch, factors, rows * width);
      }
      for (int row = 0; row < rows && columns < width; row++) {
        fill(scratch, scores + row * width + columns, width - columns, 0);
        fill(scratch, dScores + row * width + columns, width - columns, 0);
      }
      // One more than is needed, so that the last of them is done like the others.
      int tile = at + slot.tile;
      arithmetic.transpose(scratch, dScores, width, columns + 1, s.rows, scratch, tile);
      int pitch = s.panels(s.size);
      arithmetic.multiply(
          rows,
          seen,
          scratch,
          tile,
          scratch,
          at + slot.keyRows,
          sizeOffsets,
          0,
          pitch / s.columns,
          s.columns,
          scratch,
          at + slot.dQueries + query * pitch,
          pitch,
          true);
    }

    /** Takes scores away that are not seen. */
    private void hide(
        Binding[] bindings,
        int batch,
        Object scores,
        int at,
        int rows,
        int columns,
        int query,
        int key,
        int valid) {
      for (int k = 0; mask != null && k < Math.min(columns, valid - key); k++) {
        if (!seen(bindings, batch, key + k)) {
          for (int row = 0; row < rows; row++) {
            set(scores, at + row * slot.width + k, Double.NEGATIVE_INFINITY);
          }
        }
      }
      for (int row = 0; row < rows; row++) {
        int seen = Math.max(0, limit(query + row + 1, valid) - key);
        if (seen < columns) {
          int from = at + row * slot.width + seen;
          fill(scores, from, columns - seen, Double.NEGATIVE_INFINITY);
        }
      }
    }

    /** Adds {@code scores^T queries}, over {@code n} queries, to the gradients of some keys. */
    private void addToKeys(
        int rows,
        int n,
        Object scratch,
        int scores,
        int queries,
        int[] offsets,
        int sums,
        int pitch) {
      if (n > 0) {
        arithmetic.multiply(
            rows,
            n,
            scratch,
            scores,
            slot.width,
            scratch,
            queries,
            offsets,
            0,
            pitch / s.columns,
            s.columns,
            scratch,
            sums,
            pitch,
            true);
      }
    }
  }
}
