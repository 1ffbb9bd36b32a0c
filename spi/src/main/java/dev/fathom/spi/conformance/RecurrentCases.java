package dev.fathom.spi.conformance;

import static dev.fathom.spi.DType.BF16;
import static dev.fathom.spi.DType.BOOL;
import static dev.fathom.spi.DType.F32;
import static dev.fathom.spi.DType.F64;

import dev.fathom.spi.DType;
import dev.fathom.spi.Recurrent;
import dev.fathom.spi.Recurrent.Cell;
import dev.fathom.spi.Recurrent.State;
import dev.fathom.spi.RecurrentGradient;
import dev.fathom.spi.View;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Cases for {@link Recurrent} and {@link RecurrentGradient}. */
final class RecurrentCases {
  private final Consumer<ConformanceCase> cases;

  RecurrentCases(Consumer<ConformanceCase> cases) {
    this.cases = cases;
  }

  void add() {
    for (Cell cell : Cell.values()) {
      for (DType type : List.of(F32, F64)) {
        for (boolean reverse : new boolean[] {false, true}) {
          for (boolean masked : new boolean[] {false, true}) {
            Layer layer = new Layer(cell, type, reverse, masked, Layout.CONTIGUOUS);
            for (long[] size :
                new long[][] {
                  {0, 2, 3}, {1, 1, 1}, {3, 1, 5}, {1, 4, 16}, {5, 3, 7}, {13, 4, 17}, {70, 2, 33}
                }) {
              both("C1.", layer, size);
            }
          }
        }
        for (Layout layout : Layout.WRITABLE) {
          both("C1." + layout.label() + ".", new Layer(cell, type, true, true, layout), 3, 4, 5);
        }
        both("C2.", new Layer(cell, type, false, false, Layout.CONTIGUOUS), 2, 3, 65);
      }
      both("C2.", new Layer(cell, BF16, false, true, Layout.CONTIGUOUS), 5, 3, 7);
      notANumber(cell);
      fromZero(cell);
    }
  }

  /** The operands that the specs of one case have in common. */
  private record Layer(Cell cell, DType type, boolean reverse, boolean masked, Layout layout) {
    Recurrent forward(long batch, long time, long units) {
      return new Recurrent(
          cell,
          reverse,
          view(batch, time, cell.gates(), units),
          view(cell.gates(), units, units),
          view(cell.gates(), units),
          state(batch, units),
          mask(batch, time),
          state(batch, time, units),
          saved(batch, time, units));
    }

    RecurrentGradient backward(long batch, long time, long units) {
      return new RecurrentGradient(
          cell,
          reverse,
          view(cell.gates(), units, units),
          state(batch, units),
          mask(batch, time),
          state(batch, time, units),
          saved(batch, time, units),
          state(batch, time, units),
          view(batch, time, cell.gates(), units),
          state(batch, units));
    }

    private View view(long... sizes) {
      return layout.of(type, sizes);
    }

    private State state(long... sizes) {
      View view = view(sizes);
      return new State(view, cell.hasCell() ? Optional.of(view) : Optional.empty());
    }

    private Optional<View> mask(long batch, long time) {
      return masked ? Optional.of(layout.of(BOOL, batch, time)) : Optional.empty();
    }

    private Optional<View> saved(long batch, long time, long units) {
      return cell.saved() == 0
          ? Optional.empty()
          : Optional.of(view(batch, time, cell.saved(), units));
    }

    /** Errors grow from step to step. */
    Tolerance tolerance() {
      return switch (type) {
        case F64 -> new Tolerance(256, 1e-13);
        case F32 -> new Tolerance(64, 2e-5);
        default -> new Tolerance(1, 2e-5);
      };
    }

    @Override
    public String toString() {
      return cell + "-" + type.label() + (reverse ? "-reverse" : "") + (masked ? "-masked" : "");
    }
  }

  private void both(String constraint, Layer layer, long... size) {
    String id = constraint + layer + "." + size[0] + "x" + size[1] + "x" + size[2];
    Recurrent forward = layer.forward(size[0], size[1], size[2]);
    double scale = 2 / Math.sqrt(size[2]);
    CaseBuilder states = new CaseBuilder("recurrent." + id, forward);
    cases.accept(states.range(1, -scale, scale).within(layer.tolerance()).build());
    RecurrentGradient backward = layer.backward(size[0], size[1], size[2]);
    CaseBuilder gradient =
        new CaseBuilder("recurrent-gradient." + id, backward).range(0, -scale, scale);
    cases.accept(activated(gradient, backward).within(layer.tolerance()).build());
  }

  /** Puts states and saved gates where they may lie, so that gradients do not grow. */
  private static CaseBuilder activated(CaseBuilder gradient, RecurrentGradient spec) {
    List<View> inputs = spec.inputs();
    spec.saved().ifPresent(saved -> gradient.range(inputs.lastIndexOf(saved), 0.1, 0.9));
    if (spec.cell() == Cell.RNN) {
      gradient.range(inputs.indexOf(spec.states().hidden()), -0.9, 0.9);
    }
    return gradient;
  }

  /** A NaN stays in its row, and has no effect at all where the mask is false. */
  private void notANumber(Cell cell) {
    Layer layer = new Layer(cell, F32, false, true, Layout.CONTIGUOUS);
    Recurrent forward = layer.forward(3, 2, 4);
    double[] x = new double[3 * 2 * cell.gates() * 4];
    for (int i = 0; i < x.length; i++) {
      int row = i / (x.length / 3);
      boolean second = i / (x.length / 6) % 2 == 1;
      x[i] = row == 0 || (row == 1 && second) ? Double.NaN : i % 7 / 4.0;
    }
    int mask = forward.inputs().size() - 1;
    Tolerance tolerance = layer.tolerance();
    cases.accept(
        new CaseBuilder("recurrent.C2.not-a-number-" + cell, forward)
            .data(0, x)
            .data(mask, 1, 1, 1, 0, 1, 1)
            .within(tolerance)
            .build());
    RecurrentGradient backward = layer.backward(3, 2, 4);
    double[] dStates = new double[3 * 2 * 4];
    for (int i = 0; i < dStates.length; i++) {
      dStates[i] = i / 8 == 0 ? Double.NaN : i % 5 / 4.0;
    }
    CaseBuilder gradient =
        new CaseBuilder("recurrent-gradient.C2.not-a-number-" + cell, backward)
            .data(backward.inputs().size() - (cell.hasCell() ? 2 : 1), dStates)
            .data(cell.hasCell() ? 3 : 2, 1, 1, 1, 0, 1, 1);
    activated(gradient, backward);
    backward
        .saved()
        .ifPresent(
            saved -> {
              double[] gates = new double[3 * 2 * cell.saved() * 4];
              for (int i = 0; i < gates.length; i++) {
                gates[i] = i / (gates.length / 6) == 3 ? Double.NaN : i % 5 / 5.0;
              }
              gradient.data(backward.inputs().lastIndexOf(saved), gates);
            });
    cases.accept(gradient.within(tolerance).build());
  }

  /** A state that is one number everywhere, and gates without a share of the input. */
  private void fromZero(Cell cell) {
    Layer layer = new Layer(cell, F32, false, false, Layout.CONTIGUOUS);
    Recurrent made = layer.forward(9, 3, 20);
    View x = View.of(F32, made.x().shape(), 0, 0, 0, 0);
    View zero = View.of(F32, made.initial().hidden().shape(), 0, 0);
    State initial = new State(zero, made.initial().cell().map(_ -> zero));
    cases.accept(
        new CaseBuilder(
                "recurrent.C1.broadcast-" + cell,
                new Recurrent(
                    cell,
                    false,
                    x,
                    made.hidden(),
                    made.bias(),
                    initial,
                    made.mask(),
                    made.states(),
                    made.saved()))
            .within(layer.tolerance())
            .build());
    RecurrentGradient gradient = layer.backward(9, 3, 20);
    View same = View.of(F32, made.states().hidden().shape(), 0, 0, 0);
    RecurrentGradient broadcast =
        new RecurrentGradient(
            cell,
            false,
            made.hidden(),
            initial,
            made.mask(),
            gradient.states(),
            gradient.saved(),
            new State(same, made.initial().cell().map(_ -> same)),
            gradient.dX(),
            gradient.dInitial());
    CaseBuilder builder =
        new CaseBuilder("recurrent-gradient.C1.broadcast-" + cell, broadcast).range(0, -0.4, 0.4);
    cases.accept(activated(builder, broadcast).within(layer.tolerance()).build());
  }
}
