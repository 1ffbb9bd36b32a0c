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

/** {@link Convolve} over one or two spatial axes. */
public final class ConvolveKernels {
  private ConvolveKernels() {}

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
    Arithmetic arithmetic = Arithmetic.of(spec.accumulator(), engine.vector());
    Optional<WinogradTiles> tiles = WinogradTiles.chosen(spec, engine);
    int threads = engine.workers().threads();
    if (PixelConvolve.takes(spec)) {
      long slot = new PixelConvolve.Geometry(spec, engine).slot();
      return new Plan.Accepted(spec.accumulator(), slot * threads, List.of());
    }
    if (PixelWeights.takes(spec)) {
      long workspace = new PixelWeights.Geometry(spec, engine).workspace(threads);
      return new Plan.Accepted(spec.accumulator(), workspace, List.of());
    }
    if (DepthwiseWeights.takes(spec)) {
      long slot = new DepthwiseWeights.Geometry(spec, arithmetic).slot();
      return new Plan.Accepted(spec.accumulator(), slot * threads, List.of());
    }
    if (PointwiseWeights.takes(spec, arithmetic)) {
      long workspace = new PointwiseWeights.Geometry(spec, arithmetic).workspace(threads);
      return new Plan.Accepted(spec.accumulator(), workspace, List.of());
    }
    if (spec.role() == Convolve.Role.WEIGHT) {
      long workspace =
          tiles.isPresent()
              ? (long) weights(spec, tiles.get(), engine, arithmetic).slot() * threads
              : new WeightConvolve.Geometry(spec, arithmetic).workspace(threads);
      return new Plan.Accepted(spec.accumulator(), workspace, List.of());
    }
    long workspace;
    OperandLayout layout;
    if (tiles.isPresent()) {
      WinogradConvolve.Geometry geometry = data(spec, tiles.get(), engine, arithmetic);
      workspace = geometry.slot();
      layout = geometry.filters.layout(spec.second());
    } else {
      workspace =
          PointwiseConvolve.takes(spec)
              ? new PointwiseConvolve.Geometry(spec, arithmetic).slot()
              : new ConvolveGeometry(spec, arithmetic).slot();
      layout = filters(spec, arithmetic).layout(spec.second());
    }
    List<Optional<OperandLayout>> layouts =
        new ArrayList<>(Collections.nCopies(spec.inputs().size(), Optional.empty()));
    layouts.set(1, Optional.of(layout));
    return new Plan.Accepted(spec.accumulator(), workspace * threads, layouts);
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

  public static JavaKernel compile(Convolve spec, Plan.Accepted plan, Engine engine) {
    Arithmetic arithmetic = Arithmetic.of(spec.accumulator(), engine.vector());
    Optional<WinogradTiles> tiles = WinogradTiles.chosen(spec, engine);
    if (PixelConvolve.takes(spec)) {
      return new PixelConvolve(spec, plan, new PixelConvolve.Geometry(spec, engine), engine);
    }
    if (PixelWeights.takes(spec)) {
      return new PixelWeights(spec, plan, new PixelWeights.Geometry(spec, engine), engine);
    }
    if (DepthwiseWeights.takes(spec)) {
      return new DepthwiseWeights(
          spec,
          plan,
          new DepthwiseWeights.Geometry(spec, arithmetic),
          engine.workers(),
          arithmetic);
    }
    if (PointwiseWeights.takes(spec, arithmetic)) {
      return new PointwiseWeights(
          spec,
          plan,
          new PointwiseWeights.Geometry(spec, arithmetic),
          engine.workers(),
          arithmetic);
    }
    if (spec.role() == Convolve.Role.WEIGHT) {
      return tiles.isPresent()
          ? new WinogradWeights(
              spec, plan, weights(spec, tiles.get(), engine, arithmetic), engine, arithmetic)
          : new WeightConvolve(
              spec,
              plan,
              new WeightConvolve.Geometry(spec, arithmetic),
              engine.workers(),
              arithmetic);
    }
    if (PointwiseConvolve.takes(spec)) {
      return new PointwiseConvolve(
          spec, plan, new PointwiseConvolve.Geometry(spec, arithmetic), engine, arithmetic);
    }
    return tiles.isPresent()
        ? new WinogradConvolve(
            spec, plan, data(spec, tiles.get(), engine, arithmetic), engine, arithmetic)
        : new DataConvolve(spec, plan, new ConvolveGeometry(spec, arithmetic), engine, arithmetic);
  }

  private static WinogradWeights.Geometry weights(
      Convolve spec, WinogradTiles tiles, Engine engine, Arithmetic arithmetic) {
    return new WinogradWeights.Geometry(spec, tiles, engine, arithmetic);
  }

  private static WinogradConvolve.Geometry data(
      Convolve spec, WinogradTiles tiles, Engine engine, Arithmetic arithmetic) {
    return new WinogradConvolve.Geometry(spec, tiles, engine, arithmetic);
  }
}
