package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.elementwise.ResultRows;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Plan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@link Convolve} over one or two spatial axes: which of the kernels of this package computes it.
 */
public final class ConvolveKernels {
  private ConvolveKernels() {}

  /**
   * A kernel that was chosen.
   *
   * @param workspace elements of scratch memory
   * @param filters the layout in which it takes the second operand, if it has its own
   */
  private record Choice(
      long workspace,
      Optional<OperandLayout> filters,
      Function<Plan.Accepted, JavaKernel> kernel) {}

  public static Plan plan(Convolve spec, Engine engine) {
    if (spec.windows().isEmpty() || spec.windows().size() > 2) {
      return new Plan.Declined("convolves over 1 or 2 spatial axes only");
    }
    boolean plain = spec.epilogue().isPlain();
    if (!plain && spec.role() == Convolve.Role.WEIGHT) {
      return new Plan.Declined("no epilogue of a weight gradient");
    }
    if (!plain && !ResultRows.takes(spec.epilogue())) {
      return new Plan.Declined("no epilogue that depends on the position");
    }
    if (!plain
        && spec.role() == Convolve.Role.INPUT
        && spec.windows().stream().anyMatch(window -> window.stride() > 1)) {
      return new Plan.Declined("no epilogue of a strided input gradient");
    }
    DType stored = spec.epilogue().outputs().getFirst().dtype();
    if (plain && spec.accumulator() == DType.F64 && stored.bytes() == 2) {
      return new Plan.Declined("no f64 sums stored in 16 bits");
    }
    Choice choice = choose(spec, engine);
    List<Optional<OperandLayout>> layouts = List.of();
    if (choice.filters().isPresent()) {
      layouts = new ArrayList<>(Collections.nCopies(spec.inputs().size(), Optional.empty()));
      layouts.set(1, choice.filters());
    }
    return new Plan.Accepted(spec.accumulator(), choice.workspace(), layouts);
  }

  public static JavaKernel compile(Convolve spec, Plan.Accepted plan, Engine engine) {
    return choose(spec, engine).kernel().apply(plan);
  }

  private static Choice choose(Convolve spec, Engine engine) {
    Arithmetic arithmetic = Arithmetic.of(spec.accumulator(), engine.vector());
    return spec.role() == Convolve.Role.WEIGHT
        ? weightGradient(spec, engine, arithmetic)
        : convolution(spec, engine, arithmetic);
  }

  private static Choice weightGradient(Convolve spec, Engine engine, Arithmetic arithmetic) {
    int threads = engine.workers().threads();
    if (PixelWeights.takes(spec)) {
      var geometry = new PixelWeights.Geometry(spec, engine);
      return new Choice(
          geometry.workspace(threads),
          Optional.empty(),
          plan -> new PixelWeights(spec, plan, geometry, engine));
    }
    if (DepthwiseWeights.takes(spec)) {
      var geometry = new DepthwiseWeights.Geometry(spec, arithmetic);
      return new Choice(
          (long) geometry.slot() * threads,
          Optional.empty(),
          plan -> new DepthwiseWeights(spec, plan, geometry, engine.workers(), arithmetic));
    }
    if (PointwiseWeights.takes(spec, arithmetic)) {
      var geometry = new PointwiseWeights.Geometry(spec, arithmetic);
      return new Choice(
          geometry.workspace(threads),
          Optional.empty(),
          plan -> new PointwiseWeights(spec, plan, geometry, engine.workers(), arithmetic));
    }
    Optional<WinogradTiles> tiles = WinogradTiles.chosen(spec, engine);
    if (tiles.isPresent()) {
      var geometry = new WinogradWeights.Geometry(spec, tiles.get(), engine, arithmetic);
      return new Choice(
          (long) geometry.slot() * threads,
          Optional.empty(),
          plan -> new WinogradWeights(spec, plan, geometry, engine, arithmetic));
    }
    var geometry = new WeightConvolve.Geometry(spec, arithmetic);
    return new Choice(
        geometry.workspace(threads),
        Optional.empty(),
        plan -> new WeightConvolve(spec, plan, geometry, engine.workers(), arithmetic));
  }

  /** The output, or the gradient of the input. */
  private static Choice convolution(Convolve spec, Engine engine, Arithmetic arithmetic) {
    int threads = engine.workers().threads();
    if (PixelConvolve.takes(spec)) {
      var geometry = new PixelConvolve.Geometry(spec, engine);
      return new Choice(
          (long) geometry.slot() * threads,
          Optional.empty(),
          plan -> new PixelConvolve(spec, plan, geometry, engine));
    }
    Optional<WinogradTiles> tiles = WinogradTiles.chosen(spec, engine);
    if (tiles.isPresent()) {
      var geometry = new WinogradConvolve.Geometry(spec, tiles.get(), engine, arithmetic);
      return new Choice(
          (long) geometry.slot() * threads,
          Optional.of(geometry.filters.layout(spec.second())),
          plan -> new WinogradConvolve(spec, plan, geometry, engine, arithmetic));
    }
    Optional<OperandLayout> filters = Optional.of(filters(spec, arithmetic).layout(spec.second()));
    if (PointwiseConvolve.takes(spec)) {
      var geometry = new PointwiseConvolve.Geometry(spec, arithmetic);
      return new Choice(
          (long) geometry.slot() * threads,
          filters,
          plan -> new PointwiseConvolve(spec, plan, geometry, engine, arithmetic));
    }
    var geometry = new ConvolveGeometry(spec, arithmetic, threads);
    return new Choice(
        (long) geometry.slot() * threads,
        filters,
        plan -> new DataConvolve(spec, plan, geometry, engine, arithmetic));
  }

  private static Filters filters(Convolve spec, Arithmetic arithmetic) {
    return new Filters(
        spec.role(),
        (int) spec.groups(),
        ConvolveAxis.vertical(spec.windows()),
        spec.windows().getLast(),
        arithmetic.rows(),
        spec.accumulator());
  }
}
