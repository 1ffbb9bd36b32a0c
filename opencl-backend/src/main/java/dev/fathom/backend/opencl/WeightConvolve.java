package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.code.CTypes;
import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.backend.opencl.driver.WorkSize;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import java.util.List;

/**
 * The gradient of a convolution with respect to its weights, for processors. A work item computes a
 * chunk of the samples: it copies the input into {@link Planes} and the gradient so that channels
 * lie side by side, and adds for every position the products of taps and vectors of channels. The
 * chunks' sums are added in order by a second kernel.
 */
final class WeightConvolve {
  private static final int CHUNKS = 16;

  /** The most elements of all chunks' sums together. */
  private static final long SUMS = 1 << 24;

  private static final int JOBS = 8;

  private final Convolve spec;
  private final View gradient;
  private final Planes planes;
  private final TileCode tile;
  private final int groups;
  private final int outputs;
  private final int channelsEach;
  private final int rowsEach;
  private final int columnsEach;

  /** The number of output channels, rounded up to whole tiles. */
  private final int width;

  private final int chunkSamples;
  private final int chunks;

  /** Output channels that a work item does, and work items of a chunk. */
  private final int partWidth;

  private final int parts;

  WeightConvolve(Convolve spec, Tiles tiles) {
    this.spec = spec;
    gradient = spec.second();
    DType type = spec.accumulator();
    groups = (int) spec.groups();
    View w = spec.epilogue().outputs().getFirst();
    outputs = (int) (w.size(0) / groups);
    int lanes = tiles.lanes(type);
    int samples = (int) gradient.size(0);
    planes = Planes.of(spec, (int) w.size(1), Planes.axes(spec)[0].results());
    columnsEach = Tiles.divisor(planes.columns().taps(), tiles.rows());
    boolean wholeRows = columnsEach == planes.columns().taps();
    rowsEach = wholeRows ? Tiles.divisor(planes.rows().taps(), tiles.rows() / columnsEach) : 1;
    int taps = rowsEach * columnsEach;
    boolean wholeWindow = wholeRows && rowsEach == planes.rows().taps();
    channelsEach = wholeWindow ? Tiles.divisor(planes.channels(), tiles.rows() / taps) : 1;
    int height = channelsEach * taps;
    int vectors =
        Math.clamp(tiles.registers() / height, 1, Math.clamp(Math.ceilDiv(outputs, lanes), 1, 2));
    tile = new TileCode(type, height, vectors, lanes);
    width = Math.ceilDiv(Math.max(1, outputs), tile.columns()) * tile.columns();
    int affordable = Math.clamp(SUMS / Math.max(1, sums()), 1, CHUNKS);
    chunkSamples = Math.max(1, Math.ceilDiv(samples, affordable));
    chunks = Math.ceilDiv(samples, chunkSamples);
    int blocks = width / tile.columns();
    partWidth =
        Math.ceilDiv(blocks, Math.clamp(JOBS / Math.max(1, chunks), 1, blocks)) * tile.columns();
    parts = Math.ceilDiv(width, partWidth);
  }

  /** Rows of the product: channels times taps. */
  private int rows() {
    return planes.channels() * planes.rows().taps() * planes.columns().taps();
  }

  private long sums() {
    return (long) groups * rows() * width;
  }

  private long slot() {
    return planes.elements() + (long) planes.strip() * planes.columns().results() * partWidth;
  }

  Plan.Accepted plan() {
    return new Plan.Accepted(
        tile.type(), chunks * sums() + (long) chunks * parts * slot(), List.of());
  }

  List<OpenClKernel.Step> steps() {
    if (spec.epilogue().shape().elements() == 0) {
      return List.of();
    }
    return chunks == 0 || planes.rows().results() == 0 || planes.columns().results() == 0
        ? List.of(total(0))
        : List.of(products(), total(chunks));
  }

  private int workspace() {
    return 2 + spec.epilogue().extras().size() + spec.epilogue().outputs().size();
  }

  private OpenClKernel.Step products() {
    KernelCode code = new KernelCode("products");
    code.operand(0, spec.first().dtype()).operand(1, gradient.dtype());
    code.operand(workspace(), tile.type());
    Numbers numbers = Numbers.of(code, ConvolveKernels.products(spec));
    StringBuilder out = code.body();
    String type = CTypes.stored(tile.type());
    int w = planes.columns().results();
    out.append(
        """
          const long chunk = get_group_id(1);
          const long part = get_group_id(0) * %1$d;
          const int present = min(%1$d, (int)(%2$d - part));
          __global %3$s* sums = b%4$d + o%4$d + chunk * %5$dL;
          __global %3$s* planes = b%4$d + o%4$d + %6$dL + (chunk * %7$d + get_group_id(0)) * %8$dL;
          __global %3$s* right = planes + %9$dL;
        """
            .formatted(
                partWidth,
                width,
                type,
                workspace(),
                sums(),
                chunks * sums(),
                parts,
                slot(),
                planes.elements()));
    out.append("  for (long i = 0; i < ").append(slot()).append("L; i++) planes[i] = 0;\n");
    out.append("  for (long i = 0; i < ").append((long) groups * rows()).append("L; i++)\n");
    out.append("    for (int j = 0; j < present; j++) sums[i * ").append(width);
    out.append(" + part + j] = 0;\n");
    out.append(
        """
          for (long group = 0; group < %d; group++)
          for (long sample = chunk * %d; sample < min(%dL, chunk * %d + %d); sample++)
          for (int y0 = 0; y0 < %d; y0 += %d) {
            const int count = min(%d, %d - y0);
            const long source = group * %d;
        """
            .formatted(
                groups,
                chunkSamples,
                gradient.size(0),
                chunkSamples,
                chunkSamples,
                planes.rows().results(),
                planes.strip(),
                planes.strip(),
                planes.rows().results(),
                planes.channels()));
    planes.copy(out, "    ", numbers, "planes", "sample", "source", "y0");
    channelsLast(out, numbers);
    int kernelRows = planes.rows().taps();
    int kernelColumns = planes.columns().taps();
    out.append(
        """
            for (int o = 0; o < present; o += %d)
            for (int c = 0; c < %d; c += %d)
            for (int ky = 0; ky < %d; ky += %d)
            for (int kx = 0; kx < %d; kx += %d) {
              __global %s* to = sums + (((group * %d + c) * %d + ky) * %d + kx) * %d + part + o;
              __global const %s* left = planes + c * %d + %s;
              __global const %s* row = right + o;
        """
            .formatted(
                tile.columns(),
                planes.channels(),
                channelsEach,
                kernelRows,
                rowsEach,
                kernelColumns,
                columnsEach,
                type,
                planes.channels(),
                kernelRows,
                kernelColumns,
                width,
                type,
                planes.plane(),
                planes.tap("ky", "kx"),
                type));
    tile.load(out, "      ", r -> "to + " + target(r));
    int step = planes.columns().step();
    out.append("      for (int y = 0; y < count; y++) {\n");
    out.append("        for (int x = 0; x < ").append(w).append("; x++) {\n");
    tile.multiply(out, "          ", r -> "left[" + offset(r) + "]", "row");
    out.append("          left += ").append(step).append("; row += ").append(partWidth);
    out.append(";\n        }\n        left += ");
    out.append(planes.rows().step() * planes.pitch() - w * step).append(";\n      }\n");
    tile.store(out, "      ", r -> "to + " + target(r));
    out.append("    }\n  }\n");
    return new OpenClKernel.Step(code, new WorkSize(new long[] {parts, chunks}, new long[] {1, 1}));
  }

  /** The place in the plane of a row of the tile, from its first row. */
  private int offset(int row) {
    int channel = row / (rowsEach * columnsEach);
    int ky = row / columnsEach % rowsEach;
    int kx = row % columnsEach;
    return channel * planes.plane()
        + ky * planes.rows().tapStep() * planes.pitch()
        + kx * planes.columns().tapStep();
  }

  /** The place of the sums of a row of the tile, from its first row. */
  private int target(int row) {
    int channel = row / (rowsEach * columnsEach);
    int ky = row / columnsEach % rowsEach;
    int kx = row % columnsEach;
    int taps = planes.rows().taps() * planes.columns().taps();
    return (channel * taps + ky * planes.columns().taps() + kx) * width;
  }

  /** Copies the gradient as {@code [position, channel]}. */
  private void channelsLast(StringBuilder out, Numbers numbers) {
    boolean flat = gradient.rank() == 3;
    int last = gradient.rank() - 1;
    int w = planes.columns().results();
    Axes position = flat ? Axes.of(gradient, 2) : Axes.of(gradient, 2, 3);
    boolean blocks =
        gradient.dtype() == DType.F32 && tile.type() == DType.F32 && position.isContiguous();
    long rowStride = flat ? 0 : gradient.stride(2);
    out.append(
        """
            for (int o = 0; o < present; o += 16) {
              const int some = min(16, (int)(%d - part - o));
              __global const %s* from = b1 + o1 + sample * %s + (group * %d + part + o) * %s + y0 * %s;
              int p = 0;
        """
            .formatted(
                outputs,
                CTypes.stored(gradient.dtype()),
                numbers.of(gradient.stride(0)),
                outputs,
                numbers.of(gradient.stride(1)),
                numbers.of(rowStride)));
    if (blocks) {
      out.append("      if (some == 16) for (; p + 16 <= count * ").append(w);
      out.append("; p += 16) {\n        __global const float* block = from + p;\n");
      out.append("        __global float* place = right + p * ").append(partWidth);
      out.append(" + o;\n");
      TileCode.transpose(out, "        ", "block", gradient.stride(1), "place", partWidth);
      out.append("      }\n");
    }
    String at =
        "i * %s + p / %d * %s + p %% %d * %s"
            .formatted(
                numbers.of(gradient.stride(1)),
                w,
                numbers.of(rowStride),
                w,
                numbers.of(gradient.stride(last)));
    out.append("      for (; p < count * ").append(w).append("; p++)\n");
    out.append("        for (int i = 0; i < some; i++) right[p * ").append(partWidth);
    out.append(" + o + i] = ").append(CTypes.load(gradient.dtype(), 1, "from", at));
    out.append(";\n    }\n");
  }

  private OpenClKernel.Step total(int count) {
    int rank = spec.epilogue().shape().rank();
    Results results =
        new Results(
            spec.epilogue(),
            new int[] {0},
            new int[] {1},
            rank == 3 ? new int[0] : new int[] {2},
            new int[] {rank - 1});
    KernelCode code = new KernelCode("total");
    results.operands(code);
    code.operand(workspace(), tile.type());
    Numbers numbers = Numbers.of(code, ConvolveKernels.products(spec));
    String type = CTypes.stored(tile.type());
    StringBuilder out = code.body();
    int taps = planes.columns().taps();
    out.append(
        """
          const long row = get_group_id(0);
          const long group = get_group_id(1);
          __global const %1$s* from = b%2$d + o%2$d + (group * %3$d + row) * %4$d;
          %1$s sums[%5$d];
          for (int o = 0; o < %5$d; o++) sums[o] = 0;
          for (int chunk = 0; chunk < %6$d; chunk++)
            for (int o = 0; o < %5$d; o++) sums[o] += from[chunk * %7$dL + o];
          for (int o = 0; o < %5$d; o++) {
        """
            .formatted(type, workspace(), rows(), width, outputs, count, sums()));
    results.element(
        out,
        "    ",
        numbers,
        "sums[o]",
        "(group * " + outputs + " + o)",
        "(row / " + planes.rows().taps() * taps + ")",
        "(row / " + taps + " % " + planes.rows().taps() + ")",
        "(row % " + taps + ")");
    out.append("  }\n");
    return new OpenClKernel.Step(
        code, new WorkSize(new long[] {rows(), groups}, new long[] {1, 1}));
  }
}
