package dev.fathom.backend.java.sequence;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.memory.FloatRows;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Recurrent.Cell;
import dev.fathom.spi.RecurrentGradient;
import java.util.Iterator;
import java.util.stream.IntStream;

/** The gradient of a recurrent layer, from the step that was computed last to the first. */
final class RecurrentGradientKernel extends RecurrentBlocks {
  // Planes: the saved values, which are replaced by the gradients of the gates (of a GRU, the
  // fourth is that of the state's share of gate n); then the gradient of the state.
  private static final int HIDDEN = 4;
  private static final int CELL = 5;
  private static final int PLANES = 6;

  // Planes of a chunk.
  private static final int TOTAL = 0;
  private static final int TOTAL_CELL = 1;
  private static final int BEFORE = 2;
  private static final int AFTER = 3;
  private static final int TEMPS = 4;
  private static final int CHUNKS = 7;

  private final int hidden;
  private final StateRows initial;
  private final StateRows states;
  private final Rows saved;
  private final StateRows dStates;
  private final Rows dX;
  private final StateRows dInitial;

  RecurrentGradientKernel(RecurrentGradient spec, Plan.Accepted plan, Engine engine) {
    super(
        spec,
        plan,
        spec.cell(),
        spec.reverse(),
        spec.states().hidden(),
        tiling(spec, engine),
        engine);
    Iterator<Integer> number = IntStream.iterate(0, i -> i + 1).iterator();
    hidden = number.next();
    initial = StateRows.of(spec.initial(), number);
    mask(spec.mask(), number);
    states = StateRows.of(spec.states(), number);
    saved = spec.saved().map(view -> new Rows(number.next(), view)).orElse(null);
    dStates = StateRows.of(spec.dStates(), number);
    dX = new Rows(number.next(), spec.dX());
    dInitial = StateRows.of(spec.dInitial(), number);
  }

  static RecurrentTiling tiling(RecurrentGradient spec, Engine engine) {
    int depth = Math.toIntExact(spec.cell().gates() * spec.hidden().size(1));
    return RecurrentTiling.of(
        spec.states().hidden(), depth, PLANES, CHUNKS, Arithmetic.of(DType.F32, engine.vector()));
  }

  @Override
  void block(Binding[] bindings, int first, int rows, float[] w, int at) {
    int pitch = tiling.pitch();
    int dh = at + tiling.plane(HIDDEN);
    int dc = at + tiling.plane(CELL);
    FloatRows.fill(w, dh, dh + rows * pitch, 0);
    FloatRows.fill(w, dc, dc + rows * pitch, 0);
    for (int i = time - 1; i >= 0; i--) {
      for (int row = 0; row < rows; row += tiling.chunkRows()) {
        int count = Math.min(tiling.chunkRows(), rows - row);
        chunk(bindings, first, row, count, i, w, at);
      }
      for (int gate = 0; gate < cell.gates(); gate++) {
        int plane = cell == Cell.GRU && gate == 2 ? 3 : gate;
        pack(w, at, at + tiling.plane(plane), rows, gate * tiling.units());
      }
      float[] matrix = JavaBuffer.floats(bindings[hidden]);
      product(w, at, rows, matrix, JavaBuffer.offset(bindings[hidden]), dh, carries());
    }
    for (int row = 0; row < rows; row++) {
      dInitial.hidden().store(bindings, first + row, 0, 0, w, dh + row * pitch);
      if (cell.hasCell()) {
        dInitial.cell().store(bindings, first + row, 0, 0, w, dc + row * pitch);
      }
    }
  }

  /** Whether the gradient of the previous state has a part that does not go through the weights. */
  private boolean carries() {
    return cell == Cell.GRU || isMasked();
  }

  private void chunk(Binding[] bindings, int first, int row, int rows, int i, float[] w, int at) {
    int pitch = tiling.pitch();
    int n = rows * pitch;
    int t = step(i);
    int dh = at + tiling.plane(HIDDEN) + row * pitch;
    int dc = at + tiling.plane(CELL) + row * pitch;
    int total = at + tiling.chunk(TOTAL);
    int totalCell = at + tiling.chunk(TOTAL_CELL);
    for (int r = 0; r < rows; r++) {
      load(bindings, first + row + r, i, r * pitch, w, at);
      for (int gate = 0; gate < cell.saved(); gate++) {
        int plane = at + tiling.plane(gate) + (row + r) * pitch;
        saved.load(bindings, first + row + r, t, gate, w, plane);
      }
    }
    add(w, dh, total, total, n);
    if (cell.hasCell()) {
      add(w, dc, totalCell, totalCell, n);
    }
    if (carries()) {
      FloatRows.fill(w, dh, dh + n, 0);
    }
    differentiate(w, at, row * pitch, n);
    for (int r = 0; r < rows; r++) {
      if (isMasked() && !counts(bindings, first + row + r, t)) {
        System.arraycopy(w, total + r * pitch, w, dh + r * pitch, pitch);
        System.arraycopy(w, totalCell + r * pitch, w, dc + r * pitch, pitch);
        for (int plane = 0; plane < Math.max(1, cell.saved()); plane++) {
          int from = at + tiling.plane(plane) + (row + r) * pitch;
          FloatRows.fill(w, from, from + pitch, 0);
        }
      }
      for (int gate = 0; gate < cell.gates(); gate++) {
        int plane = at + tiling.plane(gate) + (row + r) * pitch;
        dX.store(bindings, first + row + r, t, gate, w, plane);
      }
    }
  }

  /** Reads what a step needs of one row. */
  private void load(Binding[] bindings, int row, int i, int offset, float[] w, int at) {
    int t = step(i);
    int before = at + tiling.chunk(BEFORE) + offset;
    int after = at + tiling.chunk(AFTER) + offset;
    dStates.hidden().load(bindings, row, t, 0, w, at + tiling.chunk(TOTAL) + offset);
    switch (cell) {
      case RNN -> states.hidden().load(bindings, row, t, 0, w, after);
      case LSTM -> {
        dStates.cell().load(bindings, row, t, 0, w, at + tiling.chunk(TOTAL_CELL) + offset);
        states.cell().load(bindings, row, t, 0, w, after);
        previous(initial.cell(), states.cell(), bindings, row, i, w, before);
      }
      case GRU -> previous(initial.hidden(), states.hidden(), bindings, row, i, w, before);
    }
  }

  private void previous(
      Rows first, Rows all, Binding[] bindings, int row, int i, float[] w, int to) {
    if (i == 0) {
      first.load(bindings, row, 0, 0, w, to);
    } else {
      all.load(bindings, row, step(i - 1), 0, w, to);
    }
  }

  /** The equations, for {@code n} elements from {@code offset} of each plane. */
  private void differentiate(float[] w, int at, int offset, int n) {
    int p0 = at + tiling.plane(0) + offset;
    int p1 = at + tiling.plane(1) + offset;
    int p2 = at + tiling.plane(2) + offset;
    int p3 = at + tiling.plane(3) + offset;
    int carry = at + tiling.plane(HIDDEN) + offset;
    int carryCell = at + tiling.plane(CELL) + offset;
    int dh = at + tiling.chunk(TOTAL);
    int dc = at + tiling.chunk(TOTAL_CELL);
    int before = at + tiling.chunk(BEFORE);
    int after = at + tiling.chunk(AFTER);
    int a = at + tiling.chunk(TEMPS);
    int b = at + tiling.chunk(TEMPS + 1);
    int slope = at + tiling.chunk(TEMPS + 2);
    switch (cell) {
      case RNN -> throughTanh(w, dh, after, slope, p0, n);
      case LSTM -> {
        tanh(w, after, after, n);
        multiply(w, dh, p3, a, n);
        throughTanh(w, a, after, slope, a, n);
        // Where the mask is false, the whole gradient is passed on to the previous state.
        add(w, dc, a, a, n);
        multiply(w, dh, after, b, n);
        throughSigmoid(w, b, p3, slope, p3, n);
        multiply(w, a, p0, b, n);
        multiply(w, a, p2, after, n);
        throughSigmoid(w, after, p0, slope, p0, n);
        throughTanh(w, b, p2, slope, p2, n);
        multiply(w, a, before, b, n);
        multiply(w, a, p1, carryCell, n);
        throughSigmoid(w, b, p1, slope, p1, n);
      }
      case GRU -> {
        multiply(w, dh, p1, carry, n);
        subtract(w, dh, carry, a, n);
        subtract(w, before, p2, b, n);
        multiply(w, dh, b, b, n);
        throughSigmoid(w, b, p1, slope, p1, n);
        throughTanh(w, a, p2, slope, p2, n);
        multiply(w, p2, p3, b, n);
        multiply(w, p2, p0, p3, n);
        throughSigmoid(w, b, p0, slope, p0, n);
      }
    }
  }

  /** {@code to = g * (1 - y * y)}. */
  private void throughTanh(float[] w, int g, int y, int temp, int to, int n) {
    multiply(w, g, y, temp, n);
    multiply(w, temp, y, temp, n);
    subtract(w, g, temp, to, n);
  }

  /** {@code to = g * (y - y * y)}. */
  private void throughSigmoid(float[] w, int g, int y, int temp, int to, int n) {
    multiply(w, y, y, temp, n);
    subtract(w, y, temp, temp, n);
    multiply(w, g, temp, to, n);
  }
}
