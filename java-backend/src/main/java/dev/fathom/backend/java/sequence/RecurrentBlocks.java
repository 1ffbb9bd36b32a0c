package dev.fathom.backend.java.sequence;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.arithmetic.Depth;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.memory.Scratch;
import dev.fathom.backend.java.memory.Tiles;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Recurrent.Cell;
import dev.fathom.spi.Recurrent.State;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.View;
import java.util.Iterator;
import java.util.Optional;

/** The parts that the forward pass and the gradient of recurrent layers share. */
abstract class RecurrentBlocks extends JavaKernel {
  final Cell cell;
  final RecurrentTiling tiling;
  final int time;
  private final boolean reverse;
  private final Workers workers;
  private final Loops loops;
  private final Arithmetic arithmetic;
  private final int workspace;
  private final Workers.Body body = this::task;

  /** The mask, null if every step counts, and its operand. */
  private View mask;

  private int maskOperand;

  RecurrentBlocks(
      KernelSpec spec,
      Plan.Accepted plan,
      Cell cell,
      boolean reverse,
      View states,
      RecurrentTiling tiling,
      Engine engine) {
    super(spec, plan);
    this.cell = cell;
    this.reverse = reverse;
    this.tiling = tiling;
    this.time = Math.toIntExact(states.size(1));
    this.workers = engine.workers();
    this.loops = Loops.of(engine.vector());
    this.arithmetic = Arithmetic.of(DType.F32, engine.vector());
    this.workspace = spec.inputs().size() + spec.outputs().size();
  }

  /** Rows of units of an operand {@code [batch, units]}, {@code [batch, time, (gates,) units]}. */
  static final class Rows {
    private final int operand;
    private final View view;
    private final int batch;
    private final int time;
    private final int gate;
    private final int unit;
    private final int units;

    Rows(int operand, View view) {
      this.operand = operand;
      this.view = view;
      int last = view.rank() - 1;
      batch = (int) view.stride(0);
      time = last > 1 ? (int) view.stride(1) : 0;
      gate = last > 2 ? (int) view.stride(2) : 0;
      unit = (int) view.stride(last);
      units = (int) view.size(last);
    }

    private int at(Binding[] bindings, int row, int t, int g) {
      return JavaBuffer.offset(bindings[operand]) + row * batch + t * time + g * gate;
    }

    void load(Binding[] bindings, int row, int t, int g, float[] to, int toAt) {
      Object array = JavaBuffer.array(bindings[operand]);
      Tiles.load(view.dtype(), array, at(bindings, row, t, g), unit, to, toAt, units);
    }

    void store(Binding[] bindings, int row, int t, int g, float[] from, int fromAt) {
      Object array = JavaBuffer.array(bindings[operand]);
      Tiles.store(view.dtype(), array, at(bindings, row, t, g), unit, from, fromAt, units);
    }
  }

  /** Hidden and cell state; the cell is null except for an LSTM. */
  record StateRows(Rows hidden, Rows cell) {
    static StateRows of(State state, Iterator<Integer> number) {
      Rows hidden = new Rows(number.next(), state.hidden());
      return new StateRows(
          hidden, state.cell().map(view -> new Rows(number.next(), view)).orElse(null));
    }
  }

  /** Takes the mask, if there is one, from the operands. */
  final void mask(Optional<View> view, Iterator<Integer> number) {
    view.ifPresent(
        found -> {
          mask = found;
          maskOperand = number.next();
        });
  }

  final boolean isMasked() {
    return mask != null;
  }

  final boolean counts(Binding[] bindings, int row, int t) {
    int at = JavaBuffer.offset(bindings[maskOperand]);
    at += row * (int) mask.stride(0) + t * (int) mask.stride(1);
    return ((byte[]) JavaBuffer.array(bindings[maskOperand]))[at] != 0;
  }

  /** {@return where step {@code i} of the computation is} */
  final int step(int i) {
    return reverse ? time - 1 - i : i;
  }

  @Override
  protected final void run(Binding[] bindings, long[] scalars) {
    workers.parallel(tiling.blocks(), body, bindings, scalars);
  }

  private void task(int task, int worker, Binding[] bindings, long[] scalars) {
    int first = task * tiling.blockRows();
    int rows = Math.min(tiling.blockRows(), tiling.batch() - first);
    float[] w = (float[]) JavaBuffer.array(bindings[workspace]);
    int at = JavaBuffer.offset(bindings[workspace]) + worker * tiling.slot();
    block(bindings, first, rows, w, at);
  }

  /**
   * Takes {@code rows} rows of the batch through all steps.
   *
   * @param w scratch memory, from {@code at}
   */
  abstract void block(Binding[] bindings, int first, int rows, float[] w, int at);

  /** Brings a plane, from {@code from}, into the left panels, from depth {@code k} on. */
  final void pack(float[] w, int at, int from, int rows, int k) {
    for (int tile = 0; tile * tiling.tileRows() < rows; tile++) {
      arithmetic.transpose(
          w,
          from + tile * tiling.tileRows() * tiling.pitch(),
          tiling.pitch(),
          tiling.units(),
          tiling.height(),
          w,
          at + tiling.panel(tile) + k * tiling.height());
    }
  }

  /**
   * The left panels times a matrix in panels, to a plane from {@code to}.
   *
   * @param add whether it is added to what is there
   */
  final void product(
      float[] w, int at, int rows, float[] matrix, int matrixAt, int to, boolean add) {
    int columns = arithmetic.columns();
    int panels = tiling.pitch() / columns;
    for (int panel = 0; panel < panels; panel += arithmetic.tilesAtOnce()) {
      int deep = 0;
      do {
        int part = Depth.firstPart(tiling.depth() - deep, arithmetic.depthAtOnce());
        for (int row = 0, tile = 0; row < rows; row += tiling.tileRows(), tile++) {
          arithmetic.multiplyPanels(
              Math.min(tiling.tileRows(), rows - row),
              part,
              w,
              at + tiling.panel(tile) + deep * arithmetic.rows(),
              matrix,
              matrixAt + (panel * tiling.depth() + deep) * columns,
              Math.min(arithmetic.tilesAtOnce(), panels - panel),
              columns * tiling.depth(),
              w,
              to + row * tiling.pitch() + panel * columns,
              tiling.pitch(),
              add || deep > 0);
        }
        deep += part;
      } while (deep < tiling.depth());
    }
  }

  /** {@return elements of a packed matrix with as many rows as there are units} */
  final int matrixElements() {
    return tiling.depth() * tiling.pitch();
  }

  final void sigmoid(float[] w, int x, int n) {
    loops.unary(ScalarOp.SIGMOID, w, x, w, x, n, Scratch.local().floats(0, n));
  }

  final void tanh(float[] w, int x, int to, int n) {
    loops.unary(ScalarOp.TANH, w, x, w, to, n, Scratch.local().floats(0, n));
  }

  final void add(float[] w, int x, int y, int to, int n) {
    loops.binary(ScalarOp.ADD, w, x, w, y, w, to, n);
  }

  final void subtract(float[] w, int x, int y, int to, int n) {
    loops.binary(ScalarOp.SUBTRACT, w, x, w, y, w, to, n);
  }

  final void multiply(float[] w, int x, int y, int to, int n) {
    loops.binary(ScalarOp.MULTIPLY, w, x, w, y, w, to, n);
  }
}
