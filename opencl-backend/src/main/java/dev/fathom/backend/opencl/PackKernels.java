package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.code.CTypes;
import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.backend.opencl.driver.WorkSize;
import dev.fathom.spi.DType;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import java.util.List;

/** {@link Pack} into {@link Panels}. A work item packs part of a panel. */
final class PackKernels {
  /** The number of a panel's elements that a work item packs. */
  private static final int ITEM_ELEMENTS = 1 << 13;

  private PackKernels() {}

  static Plan plan(Pack spec) {
    return Panels.understands(spec.target())
        ? Plan.Accepted.PLAIN
        : new Plan.Declined("the opencl backend never asked for layout " + spec.target().id());
  }

  static List<OpenClKernel.Step> steps(Pack spec) {
    Panels panels = Panels.parse(spec.target());
    View view = panels.split(spec.source());
    Axes batch = Axes.of(view, panels.batch());
    Axes rows = Axes.of(view, panels.rows());
    Axes depth = Axes.of(view, panels.depth());
    if (spec.target().elements() == 0) {
      return List.of();
    }
    int width = panels.width();
    int slice = Math.ceilDiv(Math.max(16, ITEM_ELEMENTS / width), 16) * 16;
    KernelCode code =
        new KernelCode("pack").operand(0, view.dtype()).operand(1, spec.target().dtype());
    Numbers numbers = Numbers.of(code, spec.target().elements());
    long count = Math.ceilDiv(rows.size(), width);
    code.add(
        """
          const long k0 = get_group_id(0) * %dL;
          const long end = min(k0 + %dL, %s);
          const long row = %s;
          __global const %s* source = b0 + o0 + %s;
          __global %s* target = b1 + o1 + ((get_group_id(2) * %s + get_group_id(1)) * %s + k0) * %d;
        """
            .formatted(
                slice,
                slice,
                numbers.of(depth.size()),
                Panels.row("(long)get_group_id(1)", rows.size(), width, numbers),
                CTypes.stored(view.dtype()),
                batch.at("(long)get_group_id(2)", numbers),
                CTypes.stored(spec.target().dtype()),
                numbers.of(count),
                numbers.of(depth.size()),
                width));
    body(code.body(), numbers, view.dtype(), spec.target().dtype(), rows, depth, width);
    return List.of(
        new OpenClKernel.Step(
            code,
            new WorkSize(
                new long[] {Math.ceilDiv(depth.size(), slice), count, batch.size()},
                new long[] {1, 1, 1})));
  }

  private static void body(
      StringBuilder out, Numbers numbers, DType from, DType to, Axes rows, Axes depth, int width) {
    boolean full = rows.size() >= width;
    if (full && from == DType.F32 && to == DType.F32 && width % 16 == 0) {
      if (rows.isRegular() && depth.isContiguous() && rows.stride() != 1) {
        transposed(out, rows, width);
        return;
      }
    }
    out.append("  for (long k = k0; k < end; k++, target += ").append(width).append(") {\n");
    out.append("    __global const ").append(CTypes.stored(from)).append("* column = source + ");
    out.append(depth.at("k", numbers)).append(";\n");
    int present = (int) Math.min(width, rows.size());
    if (rows.isRegular()) {
      out.append("    column += row * ").append(rows.stride()).append("L;\n");
    }
    String at = rows.isRegular() ? "r * " + rows.stride() + "L" : rows.at("row + r", numbers);
    out.append("    for (int r = 0; r < ").append(present).append("; r++) target[r] = ");
    out.append(CTypes.load(from, 1, "column", at)).append(";\n");
    if (!full) {
      out.append("    for (int r = ").append(present).append("; r < ").append(width);
      out.append("; r++) target[r] = 0;\n");
    }
    out.append("  }\n");
  }

  /** Rows lie side by side in memory, columns in panels: blocks of 16 x 16 floats. */
  private static void transposed(StringBuilder out, Axes rows, int width) {
    out.append("  source += row * ").append(rows.stride()).append("L + k0;\n  long k = k0;\n");
    out.append("  for (; k + 16 <= end; k += 16, source += 16, target += ");
    out.append(16 * width).append(") {\n    for (int r = 0; r < ").append(width);
    out.append("; r += 16) {\n");
    out.append("      __global const float* block = source + r * ").append(rows.stride());
    out.append("L;\n      __global float* place = target + r;\n");
    TileCode.transpose(out, "      ", "block", rows.stride(), "place", width);
    out.append("    }\n  }\n");
    out.append("  for (; k < end; k++, source++, target += ").append(width).append(")\n");
    out.append("    for (int r = 0; r < ").append(width).append("; r++) target[r] = source[r * ");
    out.append(rows.stride()).append("L];\n");
  }
}
