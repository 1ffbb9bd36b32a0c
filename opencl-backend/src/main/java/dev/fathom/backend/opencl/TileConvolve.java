package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.code.CTypes;
import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.backend.opencl.driver.WorkSize;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The output of a convolution, or its gradient with respect to the input, for processors. A work
 * item copies a sample, or a strip of it, into {@link Planes}; then tiles of positions times
 * channels are products of elements of the planes, one by one, and vectors of packed weights.
 */
final class TileConvolve {
  /** The most work items; each has planes of its own. */
  private static final int MOST_ITEMS = 64;

  /** Samples are cut into strips until there are this many work items. */
  private static final int JOBS = 8;

  private final Convolve spec;
  private final Planes planes;
  private final TileCode tile;
  private final Panels panels;
  private final OperandLayout filters;
  private final int groups;
  private final int resultChannels;
  private final int tileRows;
  private final int tileColumns;
  private final int strips;
  private final long jobs;

  TileConvolve(Convolve spec, Tiles tiles) {
    this.spec = spec;
    boolean output = spec.role() == Convolve.Role.OUTPUT;
    DType type = spec.accumulator();
    View w = spec.second();
    groups = (int) spec.groups();
    resultChannels = (int) (output ? w.size(0) / groups : w.size(1));
    int sourceChannels = (int) (output ? w.size(1) : w.size(0) / groups);
    int lanes = tiles.lanes(type);
    int vectors = Math.clamp(Math.ceilDiv(resultChannels, lanes), 1, tiles.vectors());
    PlaneAxis[] axes = Planes.axes(spec);
    int height = axes[0].results();
    long samples = Math.max(1, spec.first().size(0)) * groups;
    planes =
        Planes.of(
            spec, sourceChannels, Tiles.part(height, (int) Math.ceilDiv(height * samples, JOBS)));
    int positions = tiles.registers() / vectors;
    tileColumns = Tiles.part(axes[1].results(), positions);
    tileRows = Tiles.part(planes.strip(), positions / tileColumns);
    tile = new TileCode(type, tileRows * tileColumns, vectors, lanes);
    int[] tapAxes = new int[spec.windows().size()];
    for (int i = 0; i < tapAxes.length; i++) {
      tapAxes[i] = 3 + i;
    }
    panels =
        new Panels(
            groups,
            new int[] {0},
            new int[] {output ? 1 : 2},
            prepend(output ? 2 : 1, tapAxes),
            tile.columns(),
            type);
    filters = panels.layout(w);
    strips = Math.ceilDiv(height, planes.strip());
    jobs = spec.first().size(0) * groups * strips;
  }

  private static int[] prepend(int first, int[] rest) {
    int[] all = new int[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }

  private long items() {
    return Math.min(jobs, MOST_ITEMS);
  }

  Plan.Accepted plan() {
    List<Optional<OperandLayout>> layouts =
        new ArrayList<>(Collections.nCopies(spec.inputs().size(), Optional.empty()));
    layouts.set(1, Optional.of(filters));
    return new Plan.Accepted(tile.type(), items() * planes.elements(), layouts);
  }

  List<OpenClKernel.Step> steps() {
    if (spec.epilogue().shape().elements() == 0) {
      return List.of();
    }
    int rank = spec.epilogue().shape().rank();
    Results results =
        new Results(
            spec.epilogue(),
            new int[] {0},
            new int[] {1},
            rank == 3 ? new int[0] : new int[] {2},
            new int[] {rank - 1});
    KernelCode code = new KernelCode("convolve");
    code.operand(0, spec.first().dtype()).operand(1, tile.type());
    results.operands(code);
    int workspace = results.workspace();
    code.operand(workspace, tile.type());
    Numbers numbers = Numbers.of(code, ConvolveKernels.products(spec));
    StringBuilder out = code.body();
    String type = CTypes.stored(tile.type());
    out.append(
        "  __global %1$s* planes = b%2$d + o%2$d + get_group_id(0) * %3$dL;\n"
            .formatted(type, workspace, planes.elements()));
    planes.clear(out, "  ", "planes");
    int height = planes.rows().results();
    int width = planes.columns().results();
    out.append(
        """
          for (long job = get_group_id(0); job < %1$dL; job += %2$dL) {
            const long y0 = min(job %% %3$d * %4$d, %5$dL);
            const long group = job / %3$d %% %6$d;
            const long sample = job / %7$d;
            const long source = group * %8$d;
        """
            .formatted(
                jobs,
                items(),
                strips,
                planes.strip(),
                height - planes.strip(),
                groups,
                (long) strips * groups,
                planes.channels()));
    planes.copy(out, "    ", numbers, "planes", "sample", "source", "y0");
    int blocks = Math.ceilDiv(resultChannels, tile.columns());
    long depth = (long) planes.channels() * planes.rows().taps() * planes.columns().taps();
    out.append(
        """
            for (long block = 0; block < %d; block++)
            for (int ty = 0; ty < %d; ty++)
            for (int tx = 0; tx < %d; tx++) {
              const int y = min(ty * %d, %d);
              const int x = min(tx * %d, %d);
              __global const %s* left = planes + y * %d + x * %d;
              __global const %s* right = b1 + o1 + (group * %d + block) * %dL;
        """
            .formatted(
                blocks,
                Math.ceilDiv(planes.strip(), tileRows),
                Math.ceilDiv(width, tileColumns),
                tileRows,
                planes.strip() - tileRows,
                tileColumns,
                width - tileColumns,
                type,
                planes.rows().step() * planes.pitch(),
                planes.columns().step(),
                type,
                blocks,
                depth * tile.columns()));
    tile.begin(out, "      ", "0");
    // Unrolled taps ran at half the speed: their addresses take the registers of the sums.
    out.append(
        """
              for (int c = 0; c < %d; c++, left += %d)
                _Pragma("unroll 1") for (int ky = 0; ky < %d; ky++)
                  _Pragma("unroll 1") for (int kx = 0; kx < %d; kx++, right += %d) {
                    __global const %s* at = left + %s;
        """
            .formatted(
                planes.channels(),
                planes.plane(),
                planes.rows().taps(),
                planes.columns().taps(),
                tile.columns(),
                type,
                planes.tap("ky", "kx")));
    tile.multiply(out, "            ", r -> "at[" + offset(r) + "]", "right");
    out.append("          }\n");
    store(out, numbers, results);
    out.append("    }\n  }\n");
    return List.of(new OpenClKernel.Step(code, WorkSize.single(items())));
  }

  private int offset(int position) {
    return position / tileColumns * planes.rows().step() * planes.pitch()
        + position % tileColumns * planes.columns().step();
  }

  /** Positions must lie side by side before they are stored. */
  private void store(StringBuilder out, Numbers numbers, Results results) {
    int width = tile.columns();
    String type = CTypes.stored(tile.type());
    boolean turns = tile.type() == DType.F32 && tile.lanes() == 16;
    int pitch = turns ? Math.ceilDiv(tile.rows(), 16) * 16 : tile.rows();
    out.append("      %s sums[%d];\n".formatted(type, pitch * width));
    tile.store(out, "      ", r -> "sums + " + r * width);
    if (turns) {
      out.append("      float turned[%d];\n".formatted(pitch * width));
      out.append("      for (int v = 0; v < %d; v += 16)\n".formatted(width));
      out.append("      for (int r = 0; r < %d; r += 16) {\n".formatted(pitch));
      out.append("        const float* from = sums + r * %d + v;\n".formatted(width));
      out.append("        float* to = turned + v * %d + r;\n".formatted(pitch));
      TileCode.transpose(out, "        ", "from", width, "to", pitch);
      out.append("      }\n");
    }
    out.append(
        """
              const long channel = group * %d + %s;
              for (int ch = 0; ch < %d; ch++)
              for (int r = 0; r < %d; r++)
              for (int i = 0; i < %d; i++) {
        """
            .formatted(
                resultChannels,
                Panels.row("block", resultChannels, width, Numbers.IN_SOURCE),
                Math.min(width, resultChannels),
                tileRows,
                tileColumns));
    String position = "r * " + tileColumns + " + i";
    String value =
        turns
            ? "turned[ch * " + pitch + " + " + position + "]"
            : "sums[(" + position + ") * " + width + " + ch]";
    results.element(
        out, "        ", numbers, value, "sample", "(channel + ch)", "(y0 + y + r)", "(x + i)");
    out.append("      }\n");
  }
}
