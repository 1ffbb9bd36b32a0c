package dev.fathom.backend.java.sequence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.fathom.backend.java.Launch;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Recurrent;
import dev.fathom.spi.Recurrent.Cell;
import dev.fathom.spi.Recurrent.State;
import dev.fathom.spi.RecurrentGradient;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the conformance cases do not say of recurrent layers. */
class RecurrentTest {
  private static final long BATCH = 150;
  private static final long TIME = 3;
  private static final long UNITS = 45;

  private static View view(DType type, long... sizes) {
    return View.contiguous(type, Shape.of(sizes));
  }

  private static State state(Cell cell, DType type, long... sizes) {
    View view = view(type, sizes);
    return new State(view, cell.hasCell() ? Optional.of(view) : Optional.empty());
  }

  private static List<KernelSpec> specs(Cell cell, DType type) {
    View x = view(type, BATCH, TIME, cell.gates(), UNITS);
    View hidden = view(type, cell.gates(), UNITS, UNITS);
    View bias = view(type, cell.gates(), UNITS);
    State single = state(cell, type, BATCH, UNITS);
    State all = state(cell, type, BATCH, TIME, UNITS);
    Optional<View> mask = Optional.of(view(DType.BOOL, BATCH, TIME));
    Optional<View> saved =
        cell.saved() == 0
            ? Optional.empty()
            : Optional.of(view(type, BATCH, TIME, cell.saved(), UNITS));
    return List.of(
        new Recurrent(cell, false, x, hidden, bias, single, mask, all, saved),
        new RecurrentGradient(cell, false, hidden, single, mask, all, saved, all, x, single));
  }

  /** Blocks of rows are tasks; tiles of the product differ in height. */
  @ParameterizedTest
  @EnumSource
  void bitsDoNotDependOnTheNumberOfThreads(Cell cell) {
    for (KernelSpec spec : specs(cell, DType.F32)) {
      List<double[]> first = new ArrayList<>();
      for (int threads = 1; threads <= 3; threads++) {
        try (Backend backend = Launch.open(threads, true)) {
          Launch launch = new Launch(backend, spec).randomise(5).run();
          for (int i = 0; i < spec.outputs().size(); i++) {
            double[] values = launch.values(spec.inputs().size() + i);
            if (threads == 1) {
              first.add(values);
            } else {
              assertArrayEquals(first.get(i), values, spec.name() + " output " + i);
            }
          }
        }
      }
    }
  }

  /** Rows do not meet: the first of a batch is what it is alone. */
  @ParameterizedTest
  @EnumSource
  void bitsDoNotDependOnTheOtherRows(Cell cell) {
    View hidden = view(DType.F32, cell.gates(), UNITS, UNITS);
    List<double[]> made = new ArrayList<>();
    for (long batch : new long[] {1, 37}) {
      // Strides of 0: every row is the same one.
      View x = View.of(DType.F32, Shape.of(batch, TIME, cell.gates(), UNITS), 0, 7, 3, 1);
      View zero = View.of(DType.F32, Shape.of(batch, UNITS), 0, 0);
      View states = view(DType.F32, batch, TIME, UNITS);
      Recurrent spec =
          new Recurrent(
              cell,
              false,
              x,
              hidden,
              view(DType.F32, cell.gates(), UNITS),
              new State(zero, cell.hasCell() ? Optional.of(zero) : Optional.empty()),
              Optional.empty(),
              new State(states, cell.hasCell() ? Optional.of(states) : Optional.empty()),
              cell.saved() == 0
                  ? Optional.empty()
                  : Optional.of(view(DType.F32, batch, TIME, cell.saved(), UNITS)));
      try (Backend backend = Launch.open(2, true)) {
        Launch launch = new Launch(backend, spec).randomise(3).run();
        made.add(launch.values(spec.inputs().size()));
      }
    }
    int row = made.getFirst().length;
    for (int i = 0; i < made.getLast().length; i++) {
      assertEquals(made.getFirst()[i % row], made.getLast()[i], "element " + i);
    }
  }

  @Test
  void declinesDoubles() {
    try (Backend backend = Launch.open(1, true)) {
      for (KernelSpec spec : specs(Cell.GRU, DType.F64)) {
        assertEquals(
            "recurrent layers are computed in f32",
            assertInstanceOf(Plan.Declined.class, backend.plan(spec)).reason());
      }
    }
  }
}
