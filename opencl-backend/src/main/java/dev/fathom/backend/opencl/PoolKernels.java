package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.OpenClKernel.Step;
import dev.fathom.backend.opencl.code.CTypes;
import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.backend.opencl.driver.WorkSize;
import dev.fathom.spi.DType;
import dev.fathom.spi.MaxPool;
import dev.fathom.spi.MaxPoolGradient;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.List;

/**
 * Maximum pooling and its gradient. On a GPU a work item makes one element of the result, on a
 * processor whole planes. Windows of 2 x 2 that do not overlap are computed several at once.
 */
final class PoolKernels {
  private PoolKernels() {}

  static Plan plan(MaxPool spec) {
    return plan(spec.x());
  }

  static Plan plan(MaxPoolGradient spec) {
    return plan(spec.dx());
  }

  private static Plan plan(View x) {
    return Tasks.plan(16 + 9 * x.rank());
  }

  static List<Step> steps(MaxPool spec, Target target) {
    if (spec.values().shape().elements() == 0) {
      return List.of();
    }
    Writer writer =
        new Writer(
            "max_pool",
            spec.windows(),
            List.of(spec.x(), spec.values(), spec.indices()),
            0,
            target);
    return List.of(writer.forward());
  }

  static List<Step> steps(MaxPoolGradient spec, Target target) {
    if (spec.dx().shape().elements() == 0) {
      return List.of();
    }
    Writer writer =
        new Writer(
            "max_pool_gradient",
            spec.windows(),
            List.of(spec.dy(), spec.indices(), spec.dx()),
            2,
            target);
    return List.of(writer.backward());
  }

  /**
   * In the source, axis i has {@code in<i>} inputs, {@code out<i>} windows, of geometry {@code
   * size<i>}, {@code stride<i>}, {@code pad<i>}, {@code dilation<i>}; view v has the steps {@code
   * t<v>_<i>} and begins a plane at {@code p<v>}.
   */
  private static final class Writer {
    private final List<View> views;
    private final Target target;
    private final int axes;
    private final int x;
    private final DType type;
    private final boolean tiles;
    private final boolean lanes;
    private final KernelCode code;
    private final long planes;

    /**
     * @param x which of the views is pooled; the others hold an element for each window
     */
    Writer(String name, List<Window> windows, List<View> views, int x, Target target) {
      this.views = views;
      this.target = target;
      this.axes = windows.size();
      this.x = x;
      View pooled = views.get(x);
      this.type = pooled.dtype();
      this.planes = pooled.size(0) * pooled.size(1);
      int last = pooled.rank() - 1;
      boolean runs =
          !target.gpu()
              && type == DType.F32
              && views.stream().allMatch(view -> view.size(last) == 1 || view.stride(last) == 1);
      this.tiles = runs && windows.equals(PoolTiles.WINDOWS);
      this.lanes = runs && axes > 0 && windows.getLast().stride() <= 2;
      this.code = new KernelCode(tiles ? name + "_tiles" : name);
      for (int view = 0; view < views.size(); view++) {
        code.operand(view, views.get(view).dtype());
      }
      code.fixed("channels", pooled.size(1));
      for (int view = 0; view < views.size(); view++) {
        code.fixed("n" + view, views.get(view).stride(0));
        code.fixed("c" + view, views.get(view).stride(1));
      }
      View windowed = views.get(1);
      for (int axis = 0; axis < axes; axis++) {
        Window window = windows.get(axis);
        code.fixed("in" + axis, pooled.size(2 + axis));
        code.fixed("out" + axis, windowed.size(2 + axis));
        for (int view = 0; view < views.size(); view++) {
          code.fixed("t" + view + "_" + axis, views.get(view).stride(2 + axis));
        }
        if (!tiles) {
          code.fixed("size" + axis, window.size()).fixed("stride" + axis, window.stride());
          code.fixed("pad" + axis, window.padLow()).fixed("dilation" + axis, window.dilation());
        }
      }
    }

    Step forward() {
      if (tiles) {
        return tiles(PoolTiles.FORWARD, PoolTiles.FORWARD_ROW, "");
      }
      WorkSize size = begin("out", planes(1));
      if (lanes) {
        // Several windows at once where none of them begins or ends in the padding.
        String last = "" + (axes - 1);
        code.add(forEach("out", "y", axes - 1));
        code.add(
            """
                for (long yN = 0; yN < outN;) {
                  const long low = yN * strideN - padN;
                  const long high = low + (sizeN - 1) * dilationN + 8 * strideN;
                  if (yN + 8 <= outN && low >= 0 && high <= inN) {
            """
                .replace("N", last));
        code.add(body(8)).add("    y%1$s += 8;\n    } else {\n".formatted(last));
        code.add(body(1)).add("    y%s++;\n    }\n    }\n".formatted(last));
        code.add("    " + "}".repeat(axes - 1) + "\n  }\n");
      } else {
        code.add(forEach("out", "y", axes)).add(body(1)).add(close());
      }
      return new Step(code, size);
    }

    /** Writes the maximum of a window, or of neighbours along the last axis. */
    private String body(int count) {
      String value = CTypes.value(type.valueType(), 1) + (count == 1 ? "" : count);
      String position = "int" + (count == 1 ? "" : count);
      StringBuilder body = new StringBuilder();
      body.append(
          "    %s best = -INFINITY;\n    %s index = 0;\n    int tap = 0;\n"
              .formatted(value, position));
      StringBuilder inside = new StringBuilder();
      StringBuilder at = new StringBuilder("p0");
      for (int axis = 0; axis < axes; axis++) {
        body.append("    for (long k%1$d = 0; k%1$d < size%1$d; k%1$d++) {\n".formatted(axis));
        body.append(
            "    const long x%1$d = y%1$d * stride%1$d - pad%1$d + k%1$d * dilation%1$d;\n"
                .formatted(axis));
        if (count == 1 || axis < axes - 1) {
          inside.append(" && x%1$d >= 0 && x%1$d < in%1$d".formatted(axis));
        }
        at.append(" + x%1$d * t0_%1$d".formatted(axis));
      }
      String load =
          count == 1
              ? CTypes.load(type, 1, "b0", at.toString())
              : "stride%d == 1 ? vload8(0, b0 + %2$s) : vload16(0, b0 + %2$s).even"
                  .formatted(axes - 1, at);
      body.append(
          """
              if (true%s) {
                const %s value = %s;
                const %s take = (value > best) || ((value != value) && (best == best));
                best = %s;
                index = %s;
              }
              tap++;
          """
              .formatted(
                  inside,
                  value,
                  load,
                  position,
                  choose(count, "best", "value"),
                  choose(count, "index", count == 1 ? "tap" : "(int8)(tap)")));
      body.append("    ").append("}".repeat(axes)).append('\n');
      body.append("    " + store(count, type, 1, "best") + "\n");
      body.append("    " + store(count, DType.I32, 2, "index") + "\n");
      return body.toString();
    }

    private static String choose(int count, String no, String yes) {
      return count == 1
          ? "take ? %s : %s".formatted(yes, no)
          : "select(%s, %s, take)".formatted(no, yes);
    }

    private String store(int count, DType dtype, int view, String value) {
      return count == 1
          ? CTypes.store(dtype, 1, "b" + view, place(view, "y"), value)
          : "vstore8(%s, 0, b%d + %s);".formatted(value, view, place(view, "y"));
    }

    Step backward() {
      if (tiles) {
        return tiles(PoolTiles.BACKWARD, PoolTiles.BACKWARD_ROW, PoolTiles.BACKWARD_REST);
      }
      boolean exact = type == DType.F32 || type == DType.F64;
      WorkSize size = begin("in", planes(2));
      if (!target.gpu() && exact) {
        code.add(forEach("in", "x", axes));
        code.add("    b2[%s] = 0;\n".formatted(place(2, "x")))
            .add("    " + "}".repeat(axes) + "\n");
        code.add(forEach("out", "y", axes));
        code.add(spread());
      } else {
        code.add(forEach("in", "x", axes));
        code.add(collect());
      }
      code.add(close());
      return new Step(code, size);
    }

    /** Adds the gradient of a window to the element that was its maximum. */
    private String spread() {
      StringBuilder body = new StringBuilder("    uint tap = b1[%s];\n".formatted(place(1, "y")));
      StringBuilder inside = new StringBuilder();
      for (int axis = axes - 1; axis >= 0; axis--) {
        body.append("    const long k%1$d = tap %% (uint)size%1$d;\n".formatted(axis));
        body.append("    tap /= (uint)size%1$d;\n".formatted(axis));
        body.append(
            "    const long x%1$d = y%1$d * stride%1$d - pad%1$d + k%1$d * dilation%1$d;\n"
                .formatted(axis));
        inside.append(" && x%1$d >= 0 && x%1$d < in%1$d".formatted(axis));
      }
      body.append(
          "    if (true%s) b2[%s] += b0[%s];\n".formatted(inside, place(2, "x"), place(0, "y")));
      return body.toString();
    }

    /** Sums the gradients of those windows whose maximum an element was, in the same order. */
    private String collect() {
      String value = CTypes.value(type.valueType(), 1);
      StringBuilder body = new StringBuilder("    %s sum = 0;\n".formatted(value));
      StringBuilder tap = new StringBuilder("0");
      for (int axis = 0; axis < axes; axis++) {
        // From the last window that begins at or before x, back to the first that reaches x.
        body.append(
            """
                const long far%1$d = x%1$d + pad%1$d - (size%1$d - 1) * dilation%1$d;
                const long low%1$d = far%1$d <= 0 ? 0 : (far%1$d + stride%1$d - 1) / stride%1$d;
                const long high%1$d = min((x%1$d + pad%1$d) / stride%1$d, out%1$d - 1);
            """
                .formatted(axis));
      }
      for (int axis = 0; axis < axes; axis++) {
        body.append(
            """
                for (long y%1$d = low%1$d; y%1$d <= high%1$d; y%1$d++) {
                const long reach%1$d = x%1$d + pad%1$d - y%1$d * stride%1$d;
                const long k%1$d = reach%1$d / dilation%1$d;
                if (k%1$d * dilation%1$d != reach%1$d) continue;
            """
                .formatted(axis));
        tap.insert(0, "(").append(") * size%1$d + k%1$d".formatted(axis));
      }
      body.append(
          "    if (b1[%s] == %s) sum += %s;\n"
              .formatted(place(1, "y"), tap, CTypes.load(type, 1, "b0", place(0, "y"))));
      body.append("    ").append("}".repeat(axes)).append('\n');
      body.append("    ").append(CTypes.store(type, 1, "b2", place(2, "x"), "sum")).append('\n');
      return body.toString();
    }

    private String place(int view, String position) {
      StringBuilder place = new StringBuilder("p" + view);
      for (int axis = 0; axis < axes; axis++) {
        place.append(" + %1$s%2$d * t%3$d_%2$d".formatted(position, axis, view));
      }
      return place.toString();
    }

    private long planes(int view) {
      return views.get(view).shape().elements() / planes;
    }

    /** Opens a block for each element of {@code sizes} on a GPU, or for each plane. */
    private WorkSize begin(String sizes, long perPlane) {
      WorkSize size =
          Tasks.open(
              code,
              target,
              target.gpu() ? planes * perPlane : planes,
              Tasks.CHEAP_ELEMENTS / Math.max(1, views.get(x).shape().elements() / planes));
      code.add("    long rest = task;\n");
      for (int axis = axes - 1; target.gpu() && axis >= 0; axis--) {
        String position = sizes.equals("out") ? "y" : "x";
        code.add(
            "    const long %1$s%2$d = rest %% %3$s%2$d; rest /= %3$s%2$d;\n"
                .formatted(position, axis, sizes));
      }
      code.add("    const long c = rest % channels;\n    const long n = rest / channels;\n");
      for (int view = 0; view < views.size(); view++) {
        code.add("    const long p%1$d = o%1$d + n * n%1$d + c * c%1$d;\n".formatted(view));
      }
      return size;
    }

    /** Opens loops over the first {@code count} axes, which a GPU does not need. */
    private String forEach(String sizes, String position, int count) {
      StringBuilder loops = new StringBuilder("    ");
      for (int axis = 0; !target.gpu() && axis < count; axis++) {
        loops.append(
            "for (long %1$s%2$d = 0; %1$s%2$d < %3$s%2$d; %1$s%2$d++) {"
                .formatted(position, axis, sizes));
      }
      return loops.append('\n').toString();
    }

    private String close() {
      return "    " + "}".repeat(target.gpu() ? 0 : axes) + "\n  }\n";
    }

    /**
     * Computes rows of windows, several at once; where these do not divide the row, the last ones
     * are computed twice.
     */
    private Step tiles(String tile, String row, String rest) {
      for (int lanes : new int[] {4, 8}) {
        code.functions().append(tile.replace("LANES", "" + lanes).replace("PAIRS", "" + 2 * lanes));
      }
      WorkSize size = begin("out", 0);
      code.add("    for (long y = 0; y < out0; y++) {\n").add(row);
      code.add("    }\n").add(rest).add("  }\n");
      return new Step(code, size);
    }
  }
}
