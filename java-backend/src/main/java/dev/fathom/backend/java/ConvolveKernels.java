package dev.fathom.backend.java;

import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Window;
import java.util.List;
import java.util.Optional;

/** {@link Convolve} over one or two spatial axes. */
final class ConvolveKernels {
  private ConvolveKernels() {}

  static Plan plan(Convolve spec, Engine engine) {
    if (spec.windows().isEmpty() || spec.windows().size() > 2) {
      return new Plan.Declined("convolves over 1 or 2 spatial axes only");
    }
    if (!spec.epilogue().isPlain()) {
      return new Plan.Declined("convolve has no epilogues yet");
    }
    DType stored = spec.epilogue().outputs().getFirst().dtype();
    if (spec.accumulator() == DType.F64 && stored.bytes() == 2) {
      return new Plan.Declined("no f64 sums stored in 16 bits");
    }
    Arithmetic arithmetic = engine.arithmetic(spec.accumulator());
    if (spec.role() == Convolve.Role.WEIGHT) {
      long workspace =
          new WeightConvolve.Geometry(spec, arithmetic).workspace(engine.workers().threads());
      return new Plan.Accepted(spec.accumulator(), workspace, List.of());
    }
    long workspace = (long) new DataConvolve.Geometry(spec, arithmetic).slot();
    return new Plan.Accepted(
        spec.accumulator(),
        workspace * engine.workers().threads(),
        List.of(Optional.empty(), Optional.of(filters(spec, arithmetic).layout(spec.second()))));
  }

  private static Filters filters(Convolve spec, Arithmetic arithmetic) {
    List<Window> windows = spec.windows();
    return new Filters(
        spec.role(),
        (int) spec.groups(),
        windows.size() == 1 ? new Window(1, 1, 0, 0, 1) : windows.getFirst(),
        windows.getLast(),
        arithmetic.rows(),
        spec.accumulator());
  }

  static JavaKernel compile(Convolve spec, Plan.Accepted plan, Engine engine) {
    Arithmetic arithmetic = engine.arithmetic(spec.accumulator());
    if (spec.role() == Convolve.Role.WEIGHT) {
      WeightConvolve.Geometry geometry = new WeightConvolve.Geometry(spec, arithmetic);
      return new WeightConvolve(spec, plan, geometry, engine.workers(), arithmetic);
    }
    return new DataConvolve(
        spec, plan, new DataConvolve.Geometry(spec, arithmetic), engine.workers(), arithmetic);
  }
}
