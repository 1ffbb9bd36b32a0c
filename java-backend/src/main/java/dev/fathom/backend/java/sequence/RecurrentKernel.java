package dev.fathom.backend.java.sequence;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Recurrent;
import dev.fathom.spi.Recurrent.Cell;
import java.util.Iterator;
import java.util.stream.IntStream;

/** The forward pass of a recurrent layer. */
final class RecurrentKernel extends RecurrentBlocks {
  // Planes: the gates (of a GRU, the fourth is the state's share of gate n); then hidden and cell
  // state.
  private static final int HIDDEN = 4;
  private static final int CELL = 5;
  private static final int PLANES = 6;

  // Planes of a chunk. Both states are kept for rows where the mask is false.
  private static final int TEMP = 0;
  private static final int KEPT_HIDDEN = 1;
  private static final int KEPT_CELL = 2;

  /** The first plane of biases; each gate has one. */
  private static final int BIAS = 3;

  private final Rows x;
  private final int hidden;
  private final Rows bias;
  private final StateRows initial;
  private final StateRows states;
  private final Rows saved;

  RecurrentKernel(Recurrent spec, Plan.Accepted plan, Engine engine) {
    super(
        spec,
        plan,
        spec.cell(),
        spec.reverse(),
        spec.states().hidden(),
        tiling(spec, engine),
        engine);
    Iterator<Integer> number = IntStream.iterate(0, i -> i + 1).iterator();
    x = new Rows(number.next(), spec.x());
    hidden = number.next();
    bias = new Rows(number.next(), spec.bias());
    initial = StateRows.of(spec.initial(), number);
    mask(spec.mask(), number);
    states = StateRows.of(spec.states(), number);
    saved = spec.saved().map(view -> new Rows(number.next(), view)).orElse(null);
  }

  static RecurrentTiling tiling(Recurrent spec, Engine engine) {
    int units = Math.toIntExact(spec.bias().size(1));
    return RecurrentTiling.of(
        spec.states().hidden(),
        units,
        PLANES,
        BIAS + spec.cell().gates(),
        Arithmetic.of(DType.F32, engine.vector()));
  }

  @Override
  void block(Binding[] bindings, int first, int rows, float[] w, int at) {
    int pitch = tiling.pitch();
    int h = at + tiling.plane(HIDDEN);
    int c = at + tiling.plane(CELL);
    for (int gate = 0; gate < cell.gates(); gate++) {
      bias.load(bindings, gate, 0, 0, w, at + tiling.chunk(BIAS + gate));
    }
    for (int row = 0; row < rows; row++) {
      initial.hidden().load(bindings, first + row, 0, 0, w, h + row * pitch);
      if (cell.hasCell()) {
        initial.cell().load(bindings, first + row, 0, 0, w, c + row * pitch);
      }
    }
    for (int i = 0; i < time; i++) {
      int t = step(i);
      gates(bindings, first, rows, t, w, at);
      for (int row = 0; row < rows; row += tiling.chunkRows()) {
        int count = Math.min(tiling.chunkRows(), rows - row);
        chunk(bindings, first, row, count, t, w, at);
      }
    }
  }

  /**
   * Computes the gates before their activations: the input's share, the biases and the state's
   * share.
   */
  private void gates(Binding[] bindings, int first, int rows, int t, float[] w, int at) {
    float[] matrix = JavaBuffer.floats(bindings[hidden]);
    int matrixAt = JavaBuffer.offset(bindings[hidden]);
    int pitch = tiling.pitch();
    pack(w, at, at + tiling.plane(HIDDEN), rows, 0);
    for (int gate = 0; gate < cell.gates(); gate++) {
      // The state's share of a GRU's gate n is kept apart, since the gate r multiplies it.
      boolean apart = cell == Cell.GRU && gate == 2;
      int plane = at + tiling.plane(gate);
      int sum = apart ? at + tiling.plane(3) : plane;
      int offset = at + tiling.chunk(BIAS + gate);
      for (int row = 0; row < rows; row++) {
        x.load(bindings, first + row, t, gate, w, plane + row * pitch);
        if (apart) {
          System.arraycopy(w, offset, w, sum + row * pitch, pitch);
        } else {
          add(w, plane + row * pitch, offset, plane + row * pitch, pitch);
        }
      }
      product(w, at, rows, matrix, matrixAt + gate * matrixElements(), sum, true);
    }
  }

  private void chunk(Binding[] bindings, int first, int row, int rows, int t, float[] w, int at) {
    int pitch = tiling.pitch();
    int n = rows * pitch;
    int h = at + tiling.plane(HIDDEN) + row * pitch;
    int c = at + tiling.plane(CELL) + row * pitch;
    int keptHidden = at + tiling.chunk(KEPT_HIDDEN);
    int keptCell = at + tiling.chunk(KEPT_CELL);
    if (isMasked()) {
      System.arraycopy(w, h, w, keptHidden, n);
      System.arraycopy(w, c, w, keptCell, n);
    }
    activate(w, at, row * pitch, n);
    for (int r = 0; r < rows; r++) {
      int from = first + row + r;
      if (isMasked() && !counts(bindings, from, t)) {
        System.arraycopy(w, keptHidden + r * pitch, w, h + r * pitch, pitch);
        System.arraycopy(w, keptCell + r * pitch, w, c + r * pitch, pitch);
      }
      states.hidden().store(bindings, from, t, 0, w, h + r * pitch);
      if (cell.hasCell()) {
        states.cell().store(bindings, from, t, 0, w, c + r * pitch);
      }
      for (int gate = 0; gate < cell.saved(); gate++) {
        saved.store(bindings, from, t, gate, w, at + tiling.plane(gate) + (row + r) * pitch);
      }
    }
  }

  /** The equations, for {@code n} elements from {@code offset} of each plane. */
  private void activate(float[] w, int at, int offset, int n) {
    int p0 = at + tiling.plane(0) + offset;
    int p1 = at + tiling.plane(1) + offset;
    int p2 = at + tiling.plane(2) + offset;
    int p3 = at + tiling.plane(3) + offset;
    int h = at + tiling.plane(HIDDEN) + offset;
    int c = at + tiling.plane(CELL) + offset;
    int temp = at + tiling.chunk(TEMP);
    switch (cell) {
      case RNN -> tanh(w, p0, h, n);
      case LSTM -> {
        sigmoid(w, p0, n);
        sigmoid(w, p1, n);
        tanh(w, p2, p2, n);
        sigmoid(w, p3, n);
        multiply(w, p0, p2, temp, n);
        multiply(w, p1, c, c, n);
        add(w, c, temp, c, n);
        tanh(w, c, temp, n);
        multiply(w, p3, temp, h, n);
      }
      case GRU -> {
        sigmoid(w, p0, n);
        sigmoid(w, p1, n);
        multiply(w, p0, p3, temp, n);
        add(w, p2, temp, p2, n);
        tanh(w, p2, p2, n);
        subtract(w, h, p2, h, n);
        multiply(w, p1, h, h, n);
        add(w, p2, h, h, n);
      }
    }
  }
}
