package dev.fathom.backend.java.sequence;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.contract.Panels;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Recurrent;
import dev.fathom.spi.RecurrentGradient;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Recurrent layers. The rows of a batch are independent, so a task takes a block of them through
 * all steps, with the hidden weights in {@link Panels}.
 */
public final class RecurrentKernels {
  private RecurrentKernels() {}

  public static Plan plan(Recurrent spec, Engine engine) {
    Panels panels =
        new Panels(
            new int[] {0},
            new int[] {1},
            new int[] {2},
            Arithmetic.of(DType.F32, engine.vector()).columns(),
            DType.F32);
    RecurrentTiling tiling = RecurrentKernel.tiling(spec, engine);
    return plan(spec, 1, spec.hidden(), panels, tiling, engine);
  }

  public static Plan plan(RecurrentGradient spec, Engine engine) {
    Panels panels =
        new Panels(
            new int[0],
            new int[] {2},
            new int[] {0, 1},
            Arithmetic.of(DType.F32, engine.vector()).columns(),
            DType.F32);
    RecurrentTiling tiling = RecurrentGradientKernel.tiling(spec, engine);
    return plan(spec, 0, spec.hidden(), panels, tiling, engine);
  }

  public static Kernel compile(Recurrent spec, Plan.Accepted plan, Engine engine) {
    return new RecurrentKernel(spec, plan, engine);
  }

  public static Kernel compile(RecurrentGradient spec, Plan.Accepted plan, Engine engine) {
    return new RecurrentGradientKernel(spec, plan, engine);
  }

  private static Plan plan(
      KernelSpec spec,
      int operand,
      View hidden,
      Panels panels,
      RecurrentTiling tiling,
      Engine engine) {
    if (hidden.dtype() == DType.F64) {
      return new Plan.Declined("recurrent layers are computed in f32");
    }
    List<Optional<OperandLayout>> layouts =
        new ArrayList<>(Collections.nCopies(spec.inputs().size(), Optional.empty()));
    layouts.set(operand, Optional.of(panels.layout(hidden)));
    return new Plan.Accepted(DType.F32, tiling.slot() * (long) engine.workers().threads(), layouts);
  }
}
