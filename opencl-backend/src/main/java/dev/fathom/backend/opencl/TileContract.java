package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.code.CTypes;
import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.backend.opencl.driver.WorkSize;
import dev.fathom.spi.Contract;
import dev.fathom.spi.DType;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Plan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A contract for processors: a work item computes one tile of the result, its sums in registers. A
 * row of the right operand is loaded as vectors, and the elements of the left operand one by one,
 * which costs no more whatever their stride is. Where tiles do not divide the result they overlap;
 * both write the same bits.
 */
record TileContract(
    Contract spec, Contraction contraction, Results results, TileCode tile, boolean packsRight) {
  /**
   * The number of the left operand's rows from which on it pays to pack the right one, even if that
   * could be loaded as vectors.
   */
  private static final int PACKED_ROWS = 640;

  private static final int MOST_VECTORS = 4;

  /** {@return the tiles with the fewest needless sums} */
  static TileContract of(Contract spec, Tiles tiles) {
    Contraction contraction = Contraction.of(spec);
    TileContract plain = of(spec, contraction, tiles);
    TileContract swapped = of(spec, contraction.swap(), tiles);
    return swapped.cost() < plain.cost() ? swapped : plain;
  }

  private static TileContract of(Contract spec, Contraction contraction, Tiles tiles) {
    DType type = spec.accumulator();
    long rows = contraction.left().rows().size();
    long columns = contraction.right().rows().size();
    int lanes = tiles.lanes(type);
    int most = (int) Math.min(MOST_VECTORS, Math.max(1, Math.ceilDiv(columns, lanes)));
    int vectors = Math.min(tiles.vectors(), most);
    int height = Tiles.part(rows, tiles.registers() / vectors);
    vectors = Math.clamp(tiles.registers() / height, vectors, most);
    TileCode tile = new TileCode(type, height, vectors, lanes);
    Contraction.Operand right = contraction.right();
    boolean vector =
        right.view().dtype() == type
            && right.rows().isContiguous()
            && right.depth().isRegular()
            && columns >= tile.columns()
            && rows < PACKED_ROWS;
    Results results =
        new Results(
            spec.epilogue(),
            contraction.resultBatch(),
            contraction.resultRows(),
            contraction.resultColumns());
    return new TileContract(spec, contraction, results, tile, !vector);
  }

  /**
   * {@return the sums that are computed, the needless ones included} The two orientations are
   * compared by it.
   */
  private double cost() {
    double sums = (double) rowTiles() * tile.rows() * columnTiles() * tile.columns();
    return results.runs(2) ? sums : sums * 1.15;
  }

  private long rows() {
    return contraction.left().rows().size();
  }

  private long columns() {
    return contraction.right().rows().size();
  }

  private long depth() {
    return contraction.left().depth().size();
  }

  private long rowTiles() {
    return Math.ceilDiv(rows(), tile.rows());
  }

  private long columnTiles() {
    return Math.ceilDiv(columns(), tile.columns());
  }

  private boolean packsLeft() {
    Contraction.Operand left = contraction.left();
    return left.view().dtype() != tile.type()
        || !left.rows().isRegular()
        || !left.depth().isRegular();
  }

  Plan.Accepted plan() {
    List<Optional<OperandLayout>> layouts =
        new ArrayList<>(Collections.nCopies(spec.inputs().size(), Optional.empty()));
    if (packsLeft()) {
      layouts.set(contraction.leftBinding(), Optional.of(layout(contraction.left(), tile.rows())));
    }
    if (packsRight) {
      layouts.set(
          contraction.rightBinding(), Optional.of(layout(contraction.right(), tile.columns())));
    }
    return new Plan.Accepted(tile.type(), 0, layouts);
  }

  private OperandLayout layout(Contraction.Operand operand, int width) {
    Panels panels =
        new Panels(
            1,
            Panels.behindSplit(operand.batchAxes()),
            Panels.behindSplit(operand.rowAxes()),
            Panels.behindSplit(operand.depthAxes()),
            width,
            tile.type());
    return panels.layout(operand.view());
  }

  List<OpenClKernel.Step> steps() {
    long batch = contraction.left().batch().size();
    if (batch == 0 || rows() == 0 || columns() == 0) {
      return List.of();
    }
    KernelCode code = new KernelCode("contract");
    code.operand(0, boundType(0)).operand(1, boundType(1));
    results.operands(code);
    Numbers numbers = Numbers.of(code, batch * rows() * columns() * depth());
    code.add(
        """
          const long batch = get_group_id(2);
          const long row = %s;
          const long column = %s;
          __global const %s* left = %s;
          __global const %s* right = %s;
        """
            .formatted(
                Panels.row("(long)get_group_id(0)", rows(), tile.rows(), numbers),
                Panels.row("(long)get_group_id(1)", columns(), tile.columns(), numbers),
                CTypes.stored(tile.type()),
                pointer(
                    numbers,
                    contraction.left(),
                    contraction.leftBinding(),
                    packsLeft(),
                    0,
                    tile.rows()),
                CTypes.stored(tile.type()),
                pointer(
                    numbers,
                    contraction.right(),
                    contraction.rightBinding(),
                    packsRight,
                    1,
                    tile.columns())));
    StringBuilder out = code.body();
    tile.begin(out, "  ", "0");
    String rowStep = numbers.of(packsLeft() ? 1 : contraction.left().rows().stride());
    String leftStep = numbers.of(packsLeft() ? tile.rows() : contraction.left().depth().stride());
    String rightStep =
        numbers.of(packsRight ? tile.columns() : contraction.right().depth().stride());
    out.append("  for (long k = 0; k < ").append(numbers.of(depth())).append("; k++) {\n");
    tile.multiply(out, "    ", r -> "left[" + r + " * " + rowStep + "]", "right");
    out.append("    left += ").append(leftStep).append(";\n");
    out.append("    right += ").append(rightStep).append(";\n  }\n");
    store(out, numbers);
    return List.of(
        new OpenClKernel.Step(
            code,
            new WorkSize(new long[] {rowTiles(), columnTiles(), batch}, new long[] {1, 1, 1})));
  }

  private DType boundType(int binding) {
    boolean left = binding == contraction.leftBinding();
    boolean packs = left ? packsLeft() : packsRight;
    Contraction.Operand operand = left ? contraction.left() : contraction.right();
    return packs ? tile.type() : operand.view().dtype();
  }

  private String pointer(
      Numbers numbers,
      Contraction.Operand operand,
      int binding,
      boolean packed,
      int dimension,
      int width) {
    String buffer = "b" + binding + " + o" + binding + " + ";
    if (packed) {
      long panels = Math.ceilDiv(operand.rows().size(), width);
      return buffer
          + "(batch * %s + (long)get_group_id(%d)) * %s"
              .formatted(numbers.of(panels), dimension, numbers.of(depth() * width));
    }
    String first = dimension == 0 ? "row" : "column";
    return buffer
        + operand.batch().at("batch", numbers)
        + " + "
        + operand.rows().at(first, numbers);
  }

  private void store(StringBuilder out, Numbers numbers) {
    int height = tile.rows();
    int width = tile.columns();
    boolean inSource = numbers == Numbers.IN_SOURCE;
    if (inSource && results.isDirect(tile.type()) && columns() >= width) {
      tile.store(out, "  ", r -> results.pointer("batch", "(row + " + r + ")", "column"));
      return;
    }
    String type = CTypes.stored(tile.type());
    out.append("  ").append(type).append(" sums[").append(height * width).append("];\n");
    tile.store(out, "  ", r -> "sums + " + r * width);
    String rowLoop = "for (int r = 0; r < " + height + "; r++)";
    String columnLoop = "for (int x = 0; x < " + Math.min(width, columns()) + "; x++)";
    boolean down = results.runs(1) && !results.runs(2);
    out.append("  ").append(down ? columnLoop : rowLoop).append('\n');
    out.append("    ").append(down ? rowLoop : columnLoop).append(" {\n");
    String sum = "sums[r * " + width + " + x]";
    results.element(out, "      ", numbers, sum, "batch", "(row + r)", "(column + x)");
    out.append("    }\n");
  }
}
