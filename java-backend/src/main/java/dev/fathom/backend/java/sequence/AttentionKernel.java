package dev.fathom.backend.java.sequence;

import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Attention;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;

/**
 * {@link Attention}. Tiles of scores have a row for each key and a column for each query: a panel
 * of queries is the right operand of the tile kernel, softmax runs down columns, and the weights
 * can be the right operand of the next product, {@code out^T = values^T weights^T}, as they lie.
 * Keys and values are packed once for each head. A task computes a part of the queries of a head of
 * keys.
 */
final class AttentionKernel extends AttentionHeads {
  /** Queries of a task. */
  private static final int STRETCH = 512;

  /** Most queries for which packing keys and values is not worth it. */
  private static final int FEW = 4;

  /** Multiplications that are worth waking a worker, where there are few queries. */
  private static final int FEW_WORK = 1 << 17;

  /** Where things lie in a worker's slot of the workspace. */
  private static final class Slot {
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

    Slot(AttentionSizes s) {
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

  private final Slot slot;
  private final Operand out;
  private final int logSumExpIndex;
  private final View logSumExp;
  private final boolean few;
  private final int perTask;
  private final int stretches;
  private final int tasks;
  private final Workers.Body body = this::task;

  AttentionKernel(Attention spec, Plan.Accepted plan, Engine engine) {
    super(
        spec,
        plan,
        engine,
        spec.causal(),
        spec.scale(),
        spec.bounded(),
        spec.dropout(),
        spec.mask());
    slot = new Slot(s);
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

  /** {@return elements of scratch memory that a worker needs} */
  static int slot(AttentionSizes sizes) {
    return new Slot(sizes).elements;
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
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
    panels(queries, bindings, queries.at(bindings, batch, head), query, n, columns, scratch, panel);
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

  /** Masks the scores of keys that a query does not see. */
  private void hide(
      Binding[] bindings, int batch, Object scores, int at, int n, int query, int key, int valid) {
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
  private void few(Binding[] bindings, int batch, int keyHead, int valid, Object scratch, int at) {
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
        row(queries, queries.array(bindings), queries.at(bindings, batch, head), i, scratch, query);
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
