package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.contract.Panels;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Brings the weights of a convolution into the form of {@link Filters}. */
public final class FilterPackKernel extends JavaKernel {
  private final Workers workers;
  private final Arithmetic arithmetic;
  private final DType dtype;
  private final Images w;
  private final boolean output;
  private final int groups;
  private final int rows;
  private final int resultChannels;
  private final int panels;
  private final int groupElements;

  /** For each pass, where the weights of the summed elements lie. */
  private final int[][] passes;

  private final Workers.Body body = this::pack;

  public FilterPackKernel(Pack spec, Plan.Accepted plan, Engine engine) {
    super(spec, plan);
    this.workers = engine.workers();
    this.arithmetic = Arithmetic.of(spec.target().dtype(), engine.vector());
    Filters filters = Filters.parse(spec.target());
    View view = spec.source();
    dtype = view.dtype();
    w = Images.of(view);
    output = filters.role() == Convolve.Role.OUTPUT;
    groups = filters.groups();
    rows = filters.rows();
    resultChannels = filters.resultChannels(view);
    panels = filters.panels(view);
    groupElements = (int) (filters.elements(view) / groups);
    List<int[]> all = new ArrayList<>();
    for (int ry = 0; ry < filters.residues(filters.vertical()); ry++) {
      for (int rx = 0; rx < filters.residues(filters.horizontal()); rx++) {
        all.add(offsets(filters, view, ry, rx));
      }
    }
    passes = all.toArray(int[][]::new);
  }

  /** {@return whether the layout is one that a convolution asked for} */
  public static boolean understands(OperandLayout layout) {
    return Filters.understands(layout);
  }

  private int[] offsets(Filters filters, View view, int ry, int rx) {
    int[] offsets = new int[filters.sourceChannels(view) * w.height() * w.width()];
    int count = 0;
    for (int c = 0; c < filters.sourceChannels(view); c++) {
      for (int y = 0; y < w.height(); y++) {
        for (int x = 0; x < w.width(); x++) {
          if (filters.hasTap(filters.vertical(), y, ry)
              && filters.hasTap(filters.horizontal(), x, rx)) {
            offsets[count++] =
                c * (output ? w.channelStride() : w.batchStride())
                    + y * w.rowStride()
                    + x * w.columnStride();
          }
        }
      }
    }
    return Arrays.copyOf(offsets, count);
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    workers.parallel(groupElements == 0 ? 0 : groups * panels, body, bindings, scalars);
  }

  private void pack(int task, int worker, Binding[] bindings, long[] scalars) {
    Object source = JavaBuffer.array(bindings[0]);
    Object target = JavaBuffer.array(bindings[1]);
    int group = task / panels;
    int row = task % panels * rows;
    int to = JavaBuffer.offset(bindings[1]) + group * groupElements;
    for (int[] offsets : passes) {
      int panel = to + row * offsets.length;
      if (output && w.isContiguous() && row + rows <= resultChannels) {
        Panels.transpose(
            arithmetic,
            source,
            dtype,
            JavaBuffer.offset(bindings[0]) + (group * resultChannels + row) * w.batchStride(),
            w.batchStride(),
            1,
            offsets.length,
            rows,
            target,
            panel);
      } else {
        gather(bindings[0], group, row, offsets, target, panel);
      }
      to += panels * rows * offsets.length;
    }
  }

  private void gather(
      Binding weights, int group, int row, int[] offsets, Object target, int panel) {
    for (int r = 0; r < rows; r++) {
      if (row + r < resultChannels) {
        int from = JavaBuffer.offset(weights);
        from +=
            output
                ? (group * resultChannels + row + r) * w.batchStride()
                : (row + r) * w.channelStride() + group * (w.batch() / groups) * w.batchStride();
        Elements.gather(JavaBuffer.array(weights), dtype, from, offsets, target, panel + r, rows);
      } else {
        Elements.zero(target, panel + r, rows, offsets.length);
      }
    }
  }
}
