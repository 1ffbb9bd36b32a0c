package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.code.CTypes;
import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.backend.opencl.driver.WorkSize;
import dev.fathom.spi.DType;
import dev.fathom.spi.Plan;
import java.util.List;

/** Kernels for any {@link Product}: a plain one, and one with tiles in local memory for GPUs. */
final class ProductKernels {
  private static final int PLAIN_GROUP = 64;

  /** With no more rows or columns than this, most of a block would be idle. */
  private static final int FEW = 4;

  /** The number of groups that keeps a GPU busy; with fewer, sums are cut into parts. */
  private static final long BUSY_GROUPS = 256;

  /** The fewest products for which a part of a sum pays. */
  private static final long PART = 256;

  private static final int MOST_PARTS = 64;

  private ProductKernels() {}

  /** {@return the plan with the workspace that {@link #grouped} needs} */
  static Plan.Accepted plan(Product product, Blocks blocks) {
    long parts = parts(product, blocks);
    return parts == 1
        ? Plan.Accepted.PLAIN
        : new Plan.Accepted(product.accumulator(), parts * product.elements(), List.of());
  }

  /** {@return into how many parts sums are cut, by shape alone} */
  private static long parts(Product product, Blocks blocks) {
    if (product.isEmpty() || isThin(product)) {
      return 1;
    }
    long groups =
        product.batch()
            * Math.ceilDiv(product.rows(), blocks.size())
            * Math.ceilDiv(product.columns(), blocks.size());
    return Math.clamp(
        Math.min(Math.ceilDiv(BUSY_GROUPS, groups), product.depth() / PART), 1, MOST_PARTS);
  }

  private static boolean isThin(Product product) {
    return Math.min(product.rows(), product.columns()) <= FEW;
  }

  /** {@return a kernel in which a work item computes one result} */
  static List<OpenClKernel.Step> plain(Product product) {
    if (product.isEmpty()) {
      return List.of();
    }
    KernelCode code = product.code("product");
    Numbers numbers = product.numbers(code);
    DType type = product.accumulator();
    code.add(oneResult(product, numbers));
    code.add(
        """
          %s sum = 0;
          for (long k = 0; k < %s; k++) sum = %s;
          const %s result = sum;
        """
            .formatted(
                sumType(type),
                numbers.of(product.depth()),
                sum(
                    type,
                    product.left().load(numbers, "batch", "row", "k"),
                    product.right().load(numbers, "batch", "column", "k"),
                    "sum"),
                CTypes.value(type, 1)));
    product.store(code.body(), "  ", numbers, "result");
    return List.of(single(code, product));
  }

  /** Begins a kernel in which a work item has one result. */
  private static String oneResult(Product product, Numbers numbers) {
    return """
          const long id = get_global_id(0);
          if (id >= %s) return;
          const long column = id %% %s;
          const long row = id / %s %% %s;
          const long batch = id / %s;
        """
        .formatted(
            numbers.of(product.elements()),
            numbers.of(product.columns()),
            numbers.of(product.columns()),
            numbers.of(product.rows()),
            numbers.of(product.columns() * product.rows()));
  }

  /** Sums of integers wrap, which C defines for unsigned ones only. */
  private static String sumType(DType type) {
    return (type.isFloating() ? "" : "u") + CTypes.value(type, 1);
  }

  private static String sum(DType type, String a, String b, String sum) {
    return type.isFloating()
        ? "fma(" + a + ", " + b + ", " + sum + ")"
        : sum + " + (" + sumType(type) + ")(" + a + ") * (" + sumType(type) + ")(" + b + ")";
  }

  /**
   * {@return a kernel in which a group of work items computes a block of results from slices of
   * both operands in local memory}
   */
  static List<OpenClKernel.Step> grouped(Product product, Blocks blocks) {
    if (product.isEmpty() || isThin(product)) {
      return plain(product);
    }
    DType type = product.accumulator();
    KernelCode code = product.code("product");
    Numbers numbers = product.numbers(code);
    long parts = parts(product, blocks);
    if (parts > 1) {
      code.operand(product.workspace(), type);
    }
    StringBuilder out = code.body();
    String value = CTypes.value(type, 1);
    String depth = numbers.of(product.depth());
    long part = Math.ceilDiv(Math.ceilDiv(product.depth(), parts), blocks.slice()) * blocks.slice();
    out.append(
        """
          __local %1$s left[%2$d];
          __local %1$s right[%2$d];
          const int lx = get_local_id(0);
          const int ly = get_local_id(1);
          const int item = ly * %3$d + lx;
          const long batch = get_group_id(2) / %5$d;
          const long part = get_group_id(2) %% %5$d;
          const long end = min(%6$s, (part + 1) * %7$s);
          const long row0 = (long)get_group_id(1) * %4$d;
          const long column0 = (long)get_group_id(0) * %4$d;
        """
            .formatted(
                value,
                blocks.slice() * pitch(blocks),
                blocks.side(),
                blocks.size(),
                parts,
                depth,
                numbers.of(part)));
    out.append("  ").append(sumType(type)).append(" sums[%1$d][%1$d];\n".formatted(blocks.each()));
    out.append("  for (int r = 0; r < %1$d; r++)\n".formatted(blocks.each()));
    out.append("    for (int c = 0; c < %1$d; c++) sums[r][c] = 0;\n".formatted(blocks.each()));
    out.append("  for (long k0 = part * ").append(numbers.of(part)).append("; k0 < end; k0 += ");
    out.append(blocks.slice()).append(") {\n");
    fetch(
        out,
        blocks,
        product,
        numbers,
        "left",
        "row",
        product.rows(),
        product.left(),
        product.leftAlong());
    fetch(
        out,
        blocks,
        product,
        numbers,
        "right",
        "column",
        product.columns(),
        product.right(),
        product.rightAlong());
    out.append(
        """
            barrier(CLK_LOCAL_MEM_FENCE);
            for (int k = 0; k < %1$d; k++) {
              %2$s x[%3$d], y[%3$d];
              for (int i = 0; i < %3$d; i++) {
                x[i] = left[k * %4$d + ly + i * %5$d];
                y[i] = right[k * %4$d + lx + i * %5$d];
              }
              for (int r = 0; r < %3$d; r++)
                for (int c = 0; c < %3$d; c++) sums[r][c] = %6$s;
            }
            barrier(CLK_LOCAL_MEM_FENCE);
          }
          for (int r = 0; r < %3$d; r++)
            for (int c = 0; c < %3$d; c++) {
              const long row = row0 + ly + r * %5$d;
              const long column = column0 + lx + c * %5$d;
              const %2$s result = sums[r][c];
              if (row < %7$s && column < %8$s) {
        """
            .formatted(
                blocks.slice(),
                value,
                blocks.each(),
                pitch(blocks),
                blocks.side(),
                sum(type, "x[r]", "y[c]", "sums[r][c]"),
                numbers.of(product.rows()),
                numbers.of(product.columns())));
    if (parts == 1) {
      product.store(out, "        ", numbers, "result");
    } else {
      out.append(
          "        b%1$d[o%1$d + part * %2$s + (batch * %3$s + row) * %4$s + column] = result;\n"
              .formatted(
                  product.workspace(),
                  numbers.of(product.elements()),
                  numbers.of(product.rows()),
                  numbers.of(product.columns())));
    }
    out.append("      }\n    }\n");
    long across = Math.ceilDiv(product.columns(), blocks.size());
    long down = Math.ceilDiv(product.rows(), blocks.size());
    OpenClKernel.Step step =
        new OpenClKernel.Step(
            code,
            new WorkSize(
                new long[] {across * blocks.side(), down * blocks.side(), product.batch() * parts},
                new long[] {blocks.side(), blocks.side(), 1}));
    return parts == 1 ? List.of(step) : List.of(step, total(product, parts));
  }

  /** Adds the parts of each sum, in order. */
  private static OpenClKernel.Step total(Product product, long parts) {
    KernelCode code = new KernelCode("total");
    product.results().operands(code);
    code.operand(product.workspace(), product.accumulator());
    Numbers numbers = product.numbers(code);
    code.add(oneResult(product, numbers));
    code.add(
        """
          __global const %1$s* from = (__global const %1$s*)(b%2$d + o%2$d + id);
          %1$s sum = 0;
          for (long part = 0; part < %3$s; part++) sum += from[part * %4$s];
          const %5$s result = sum;
        """
            .formatted(
                sumType(product.accumulator()),
                product.workspace(),
                numbers.of(parts),
                numbers.of(product.elements()),
                CTypes.value(product.accumulator(), 1)));
    product.store(code.body(), "  ", numbers, "result");
    return single(code, product);
  }

  private static OpenClKernel.Step single(KernelCode code, Product product) {
    long groups = Math.ceilDiv(product.elements(), PLAIN_GROUP);
    return new OpenClKernel.Step(code, WorkSize.groups(groups, PLAIN_GROUP));
  }

  /** Brings a slice of an operand to local memory; neighbours read what lies side by side. */
  private static void fetch(
      StringBuilder out,
      Blocks blocks,
      Product product,
      Numbers numbers,
      String target,
      String line,
      long lines,
      Product.Operand operand,
      boolean alongDepth) {
    int size = blocks.size();
    int slice = blocks.slice();
    out.append(
        """
            for (int i = item; i < %1$d; i += %2$d) {
              const int d = %3$s, l = %4$s;
              const long k = k0 + d, line = %5$s0 + l;
              %6$s[d * %7$d + l] = k < end && line < %8$s ? %9$s : 0;
            }
        """
            .formatted(
                size * slice,
                blocks.side() * blocks.side(),
                alongDepth ? "i % " + slice : "i / " + size,
                alongDepth ? "i / " + slice : "i % " + size,
                line,
                target,
                pitch(blocks),
                numbers.of(lines),
                operand.load(numbers, "batch", "line", "k")));
  }

  /** Pads the rows of a slice, so that a column does not lie in one memory bank. */
  private static int pitch(Blocks blocks) {
    return blocks.size() + 1;
  }
}
