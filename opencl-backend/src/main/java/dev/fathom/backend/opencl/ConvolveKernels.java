package dev.fathom.backend.opencl;

import dev.fathom.spi.Convolve;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Shape;
import java.util.List;

/** Chooses how a {@link Convolve} is computed. */
final class ConvolveKernels {
  /** With fewer products than this a kernel that compiles fast is as good. */
  private static final long TILE_PRODUCTS = 4096;

  private ConvolveKernels() {}

  static Plan plan(Convolve spec, Target target) {
    return switch (target.variant()) {
      case Tiles tiles when tiled(spec) ->
          spec.role() == Convolve.Role.WEIGHT
              ? new WeightConvolve(spec, tiles).plan()
              : new TileConvolve(spec, tiles).plan();
      case Tiles _ -> Plan.Accepted.PLAIN;
      case Blocks blocks -> ProductKernels.plan(ConvolveProduct.of(spec), blocks);
    };
  }

  static List<OpenClKernel.Step> steps(Convolve spec, Target target) {
    return switch (target.variant()) {
      case Tiles tiles when tiled(spec) ->
          spec.role() == Convolve.Role.WEIGHT
              ? new WeightConvolve(spec, tiles).steps()
              : new TileConvolve(spec, tiles).steps();
      case Tiles _ -> ProductKernels.plain(ConvolveProduct.of(spec));
      case Blocks blocks -> ProductKernels.grouped(ConvolveProduct.of(spec), blocks);
    };
  }

  private static boolean tiled(Convolve spec) {
    int axes = spec.windows().size();
    return axes >= 1 && axes <= 2 && products(spec) >= TILE_PRODUCTS;
  }

  /** {@return the number of products in all sums} */
  static long products(Convolve spec) {
    Shape result = spec.epilogue().shape();
    long depth =
        spec.role() == Convolve.Role.WEIGHT
            ? spec.second().shape().elements() / Math.max(1, spec.second().size(1))
            : spec.second().shape().elements() / Math.max(1, result.size(1)) * spec.groups();
    return result.elements() * depth;
  }
}
