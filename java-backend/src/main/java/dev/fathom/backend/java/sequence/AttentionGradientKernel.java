package dev.fathom.backend.java.sequence;

import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.AttentionGradient;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;

/**
 * {@link AttentionGradient}. Tiles of scores have a row for each query and a column for each key,
 * so that only the tiles for the gradients of the queries are transposed. A task does all queries
 * of a head of keys.
 */
final class AttentionGradientKernel extends AttentionHeads {
  /** Where things lie in a worker's slot of the workspace. */
  private static final class Slot {
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

    /** A transposed tile of gradients: {@code [width + 1, rows]}. */
    final int tile;

    /** A row of the output of the forward pass. */
    final int out;

    final int elements;

    Slot(AttentionSizes s) {
      width = s.wholeTiles(2 * s.columns);
      block = Math.min(s.tiles(192), s.tiles(s.length));
      int queries = s.tiles(s.length);
      // Room for rows that the last tile may write and nobody reads.
      int keys = s.count + s.rows;
      int size = s.panels(s.size);
      int valueSize = s.panels(s.valueSize);
      queryPanels = 0;
      // Scaling works on whole vectors, so this ends with one.
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

  private final Slot slot;
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

  AttentionGradientKernel(AttentionGradient spec, Plan.Accepted plan, Engine engine) {
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

  /** {@return elements of scratch memory that a worker needs} */
  static int slot(AttentionSizes sizes) {
    return new Slot(sizes).elements;
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
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

  /** Packs the queries of a head and the gradients of their outputs as panels and rows. */
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

  /** Adds the share of a block of keys to all gradients of a head. */
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
    // One row more than is needed, so that the last one is handled like the others.
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

  /** Masks the scores of keys that a query does not see. */
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
