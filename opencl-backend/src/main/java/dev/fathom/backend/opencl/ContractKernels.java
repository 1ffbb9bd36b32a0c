package dev.fathom.backend.opencl;

import dev.fathom.spi.Contract;
import dev.fathom.spi.Plan;
import java.util.List;

/** Chooses how a {@link Contract} is computed. */
final class ContractKernels {
  /** With fewer products than this a kernel that compiles fast is as good. */
  private static final long TILE_PRODUCTS = 4096;

  private ContractKernels() {}

  static Plan plan(Contract spec, Target target) {
    if (!spec.a().isPlain() || !spec.b().isPlain()) {
      return new Plan.Declined("contract reads its operands as they are, without a prologue");
    }
    return switch (target.variant()) {
      case Tiles tiles when tiled(spec, tiles) -> TileContract.of(spec, tiles).plan();
      case Tiles _ -> Plan.Accepted.PLAIN;
      case Blocks blocks -> ProductKernels.plan(Product.of(spec), blocks);
    };
  }

  static List<OpenClKernel.Step> steps(Contract spec, Target target) {
    return switch (target.variant()) {
      case Tiles tiles when tiled(spec, tiles) -> TileContract.of(spec, tiles).steps();
      case Tiles _ -> ProductKernels.plain(Product.of(spec));
      case Blocks blocks -> ProductKernels.grouped(Product.of(spec), blocks);
    };
  }

  private static boolean tiled(Contract spec, Tiles tiles) {
    if (!spec.accumulator().isFloating()) {
      return false;
    }
    Contraction contraction = Contraction.of(spec);
    long rows = contraction.left().rows().size();
    long columns = contraction.right().rows().size();
    long depth = contraction.left().depth().size();
    return Math.max(rows, columns) >= tiles.lanes(spec.accumulator())
        && rows * columns * depth >= TILE_PRODUCTS;
  }
}
