package dev.fathom.backend.java.contract;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.elementwise.ResultRows;
import dev.fathom.backend.java.memory.Steps;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.spi.Contract;
import dev.fathom.spi.DType;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Chooses how a {@link Contract} is computed: integers by plain loops, a vector times a matrix
 * straight from memory, all else by tiles over packed panels.
 */
public final class ContractKernels {
  private ContractKernels() {}

  public static Plan plan(Contract spec, Engine engine) {
    if (!reads(spec.a(), spec.accumulator()) || !reads(spec.b(), spec.accumulator())) {
      return new Plan.Declined("contract has no prologue but one that widens i8");
    }
    boolean plain = spec.epilogue().isPlain();
    if (!plain && !ResultRows.takes(spec.epilogue())) {
      return new Plan.Declined("no epilogue that depends on the position");
    }
    if (!spec.accumulator().isFloating()) {
      return plain ? Plan.Accepted.PLAIN : new Plan.Declined("no epilogue of integers");
    }
    if (plain
        && spec.accumulator() == DType.F64
        && spec.epilogue().outputs().getFirst().dtype().bytes() == 2) {
      return new Plan.Declined("no f64 sums stored in 16 bits");
    }
    Arithmetic arithmetic = Arithmetic.of(spec.accumulator(), engine.vector());
    Contraction contraction = oriented(spec, arithmetic);
    DType type = spec.accumulator();
    if (isRow(contraction, type)) {
      long workspace = RowContract.slot(contraction) * (long) engine.workers().threads();
      return new Plan.Accepted(type, workspace, List.of());
    }
    List<Optional<OperandLayout>> layouts =
        new ArrayList<>(Collections.nCopies(spec.inputs().size(), Optional.empty()));
    DType panels = contraction.panelType(type);
    layouts.set(
        contraction.swapped() ? 0 : 1, Optional.of(layout(contraction, panels, arithmetic)));
    long slot = Tiling.of(spec, contraction, arithmetic).slot();
    return new Plan.Accepted(type, slot * engine.workers().threads(), layouts);
  }

  /** Whether an operand is read where it lies: as it is, or i8 as floating numbers. */
  private static boolean reads(Source operand, DType accumulator) {
    View view = operand.views().getFirst();
    return operand.isPlain()
        || view.dtype() == DType.I8 && operand.equals(Source.of(view, accumulator));
  }

  public static JavaKernel compile(Contract spec, Plan.Accepted plan, Engine engine) {
    if (!spec.accumulator().isFloating()) {
      return new IntegerContract(spec, plan, engine.workers());
    }
    Arithmetic arithmetic = Arithmetic.of(spec.accumulator(), engine.vector());
    Contraction contraction = oriented(spec, arithmetic);
    return isRow(contraction, spec.accumulator())
        ? new RowContract(spec, plan, contraction, engine, arithmetic)
        : new TiledContract(spec, plan, contraction, engine, arithmetic);
  }

  private static OperandLayout layout(Contraction contraction, DType type, Arithmetic arithmetic) {
    Contraction.Operand right = contraction.right();
    return new Panels(right.batch(), right.rows(), right.depth(), arithmetic.columns(), type)
        .layout(right.view());
  }

  /** Puts a single row on the left; otherwise wastes as little of the tiles as possible. */
  private static Contraction oriented(Contract spec, Arithmetic arithmetic) {
    Contraction plain = Contraction.of(spec);
    Contraction swapped = plain.swap();
    View out = spec.epilogue().outputs().getFirst();
    return cost(swapped, out, arithmetic) < cost(plain, out, arithmetic) ? swapped : plain;
  }

  private static double cost(Contraction contraction, View out, Arithmetic arithmetic) {
    long rows = contraction.left().rowCount();
    long columns = contraction.right().rowCount();
    if (rows == 1) {
      return 0;
    }
    double tiles =
        (double) arithmetic.allComputedRows(rows) * Math.ceilDiv(columns, arithmetic.columns());
    boolean direct = Steps.isContiguous(out, contraction.result().columns());
    return direct ? tiles : tiles * 1.15;
  }

  /** Whether a single row meets a matrix that can be read without packing. */
  private static boolean isRow(Contraction contraction, DType type) {
    return contraction.left().rowCount() == 1
        && contraction.right().view().dtype() == contraction.panelType(type)
        && RowContract.reads(contraction);
  }
}
