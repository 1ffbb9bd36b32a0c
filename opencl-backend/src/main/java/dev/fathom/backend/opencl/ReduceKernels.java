package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.OpenClKernel.Step;
import dev.fathom.backend.opencl.code.CTypes;
import dev.fathom.backend.opencl.code.ExpressionCode;
import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.backend.opencl.driver.WorkSize;
import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Reductions. The reduced elements are cut into segments, and few results with many elements each
 * into parts, which a second step combines. Both cuts depend on the shape alone, so that a sum has
 * the same bits on any number of processors. Segment sums of floats are added with compensation
 * (Neumaier, 1974), which keeps long sums as exact as pairwise summation.
 */
final class ReduceKernels {
  /** The fewest elements for which a part of its own pays. */
  private static final long PART_ELEMENTS = 32768;

  private static final long CPU_TASKS = 16;
  private static final long GPU_ITEMS = 1 << 15;
  private static final long GPU_GROUPS = 256;

  /** Elements that are added without compensation, in one chain and in 64. */
  private static final long CHAIN = 128;

  private static final long LONG_CHAIN = 4096;

  /** The number of loops of a walk without lanes. */
  private static final int PLAIN_LOOPS = 3;

  /** The fewest elements for which a work item of a processor pays. */
  private static final long ITEM_ELEMENTS = 8192;

  private ReduceKernels() {}

  static Plan plan(Reduce spec, Target target) {
    int views = spec.inputs().size() + 1;
    int rank = spec.input().shape().rank();
    if (24 + spec.scalarCount() + views * (2 + Math.max(2 * PLAIN_LOOPS, 1 + rank))
        > FusedKernels.MAX_ARGUMENTS) {
      return new Plan.Declined("more operands than a kernel has arguments");
    }
    Writer writer = new Writer(spec, target, range(views));
    return writer.parts == 1
        ? Plan.Accepted.PLAIN
        : new Plan.Accepted(spec.input().type(), writer.parts * writer.results, List.of());
  }

  static List<Step> steps(Reduce spec, Target target) {
    if (spec.output().shape().elements() == 0) {
      return List.of();
    }
    int output = spec.inputs().size();
    Writer writer = new Writer(spec, target, range(output + 1));
    return writer.parts == 1
        ? List.of(writer.step(spec.output()))
        : List.of(
            writer.step(writer.partial()),
            new Writer(writer.combining(), target, new int[] {output + 1, output})
                .step(spec.output()));
  }

  private static int[] range(int count) {
    int[] range = new int[count];
    Arrays.setAll(range, i -> i);
    return range;
  }

  /** The elements that a work item computes side by side. */
  private enum Along {
    /** Neighbours that are reduced: lanes, or the items of a group. */
    REDUCED,
    /** Neighbouring results: lanes of a work item. */
    KEPT,
    /** One element at a time. */
    NONE
  }

  private static final class Writer {
    private final Reduce spec;
    private final Target target;
    private final int[] bindings;
    private final Source source;
    private final DType type;
    private final Nest kept;
    private final Nest reduced;
    private final Along along;
    final long results;
    private final long segments;
    private final long segmentSize;
    private final long segmentsPerRow;
    final long parts;
    private final KernelCode code = new KernelCode("reduction");
    private LoopCode keptLoops;
    private LoopCode reducedLoops;

    /**
     * Plans a reduction.
     *
     * @param bindings of the inputs and of the output
     */
    Writer(Reduce spec, Target target, int[] bindings) {
      this.spec = spec;
      this.target = target;
      this.bindings = bindings;
      source = spec.input();
      type = source.type();
      int rank = source.shape().rank();
      int split = rank - spec.reducedAxes();
      boolean[] named = Nest.named(source.map(), rank);
      List<View> keptViews =
          new ArrayList<>(source.views().stream().map(v -> axes(v, 0, split)).toList());
      keptViews.add(spec.output());
      List<View> reducedViews = source.views().stream().map(v -> axes(v, split, rank)).toList();
      kept =
          Nest.of(
              spec.output().shape(), keptViews, spec.output(), Arrays.copyOfRange(named, 0, split));
      reduced =
          Nest.of(
              source.shape().slice(split, rank),
              reducedViews,
              spec.op().isPosition() ? null : reducedViews.getFirst(),
              Arrays.copyOfRange(named, split, rank));
      results = spec.output().shape().elements();
      along = along();
      long n = reduced.innerSize();
      boolean lanes = along == Along.REDUCED;
      segmentSize = Math.clamp(n, 1, lanes ? LONG_CHAIN * (target.gpu() ? 4 : 1) : CHAIN);
      segmentsPerRow = Math.ceilDiv(n, segmentSize);
      segments = reduced.rows() * segmentsPerRow;
      parts = parts();
    }

    private static View axes(View view, int from, int to) {
      return View.of(
          view.dtype(), view.shape().slice(from, to), Arrays.copyOfRange(view.strides(), from, to));
    }

    private Along along() {
      if (target.gpu()) {
        boolean isLong = reduced.rows() * reduced.innerSize() >= Target.GROUP;
        boolean near = isSideBySide(reduced, source.views().size());
        return isLong && near && reduced.innerSize() >= 64 && !spec.op().isPosition()
            ? Along.REDUCED
            : Along.NONE;
      }
      if (spec.op().isPosition() || !ExpressionCode.hasLanes(source.map())) {
        return Along.NONE;
      }
      int views = source.views().size();
      if (reduced.innerSize() >= Target.LANES && isSideBySide(reduced, views)) {
        return Along.REDUCED;
      }
      return kept.innerSize() >= Target.LANES
              && kept.innerStride(views) == 1
              && isSideBySide(kept, views)
          ? Along.KEPT
          : Along.NONE;
    }

    /** Whether every view's neighbours in the innermost loop are the same or side by side. */
    private static boolean isSideBySide(Nest nest, int views) {
      for (int view = 0; view < views; view++) {
        if (nest.innerStride(view) != 0 && nest.innerStride(view) != 1) {
          return false;
        }
      }
      return true;
    }

    /** The number of parts into which the elements of each result are cut. */
    private long parts() {
      if (spec.op().isPosition() || results == 0 || segments < 2) {
        return 1;
      }
      long elements = reduced.rows() * reduced.innerSize();
      long wanted;
      long least;
      if (target.gpu()) {
        boolean groups = along == Along.REDUCED;
        wanted = Math.ceilDiv(groups ? GPU_GROUPS : GPU_ITEMS, results);
        least = groups ? LONG_CHAIN * 4 : 4 * CHAIN;
      } else {
        wanted = Math.ceilDiv(CPU_TASKS, tasks());
        least = Math.ceilDiv(PART_ELEMENTS, along == Along.KEPT ? kept.innerSize() : 1);
      }
      long most = Math.min(elements / Math.max(1, least), segments);
      return Math.max(1, Math.min(wanted, most));
    }

    /** The number of pieces of results that are computed one by one. */
    private long tasks() {
      return along == Along.KEPT
          ? kept.rows() * Math.ceilDiv(kept.innerSize(), columns())
          : results;
    }

    /** Neighbouring results of a task. */
    private long columns() {
      return along == Along.KEPT ? Target.LANES : 1;
    }

    /** {@return the view of the parts' results: without gaps, in the order of the output} */
    View partial() {
      View output = spec.output();
      Integer[] axes = new Integer[output.rank()];
      Arrays.setAll(axes, axis -> axis);
      Arrays.sort(axes, Comparator.comparingLong(axis -> Math.abs(output.stride(axis))));
      long[] strides = new long[axes.length];
      long step = 1;
      for (int axis : axes) {
        strides[axis] = step;
        step *= output.size(axis);
      }
      return View.of(type, output.shape(), strides);
    }

    /** {@return the reduction of the parts' results} */
    Reduce combining() {
      View partial = partial();
      long[] strides = Arrays.copyOf(partial.strides(), partial.rank() + 1);
      strides[partial.rank()] = results;
      View all = View.of(type, partial.shape().concat(Shape.of(parts)), strides);
      return new Reduce(spec.op(), Source.of(all), 1, spec.output());
    }

    /** {@return the step that writes to {@code out}, the spec's output or the parts' results} */
    Step step(View out) {
      int inputs = source.views().size();
      List<DType> types = new ArrayList<>();
      for (int view = 0; view < inputs; view++) {
        types.add(source.views().get(view).dtype());
        code.operand(bindings[view], types.get(view));
      }
      int output = parts > 1 ? bindings[inputs] + 1 : bindings[inputs];
      code.operand(output, out.dtype());
      code.scalars(spec.scalarCount());
      reducedLoops = walk("r", reduced, List.copyOf(types));
      types.add(out.dtype());
      keptLoops = walk("k", keptWith(out), types);
      long segmentsPerPart = Math.ceilDiv(segments, parts);
      code.fixed("segmentsPerPart", segmentsPerPart).fixed("segments", segments);
      code.fixed("segmentsPerRow", segmentsPerRow).fixed("segmentSize", segmentSize);
      code.fixed("results", results);
      return new Step(code, target.gpu() ? gpuBody(output) : cpuBody(output));
    }

    /**
     * Where no elements are side by side all specs share one form of loops, so that fewer programs
     * are compiled.
     */
    private LoopCode walk(String prefix, Nest nest, List<DType> types) {
      return along == Along.NONE
          ? LoopCode.free(code, prefix, nest.atLeast(PLAIN_LOOPS), types)
          : new LoopCode(code, prefix, nest, types);
    }

    /** The kept loops, whose last view is {@code out}, which has the spec's output's shape. */
    private Nest keptWith(View out) {
      List<View> views = new ArrayList<>();
      int split = source.shape().rank() - spec.reducedAxes();
      source.views().forEach(view -> views.add(axes(view, 0, split)));
      views.add(out);
      boolean[] named =
          Arrays.copyOfRange(Nest.named(source.map(), source.shape().rank()), 0, split);
      // The order of the loops is that of the spec's output, which decided what lies side by side.
      views.add(spec.output());
      Nest all = Nest.of(out.shape(), views, spec.output(), named);
      return new Nest(
          all.sizes(), Arrays.copyOf(all.strides(), all.strides().length - 1), all.axes());
    }

    private WorkSize cpuBody(int output) {
      long tasks = tasks();
      long elements = Math.ceilDiv(segments, parts) * segmentSize * columns();
      long perItem = Math.max(1, ITEM_ELEMENTS / Math.max(1, elements));
      perItem = Math.max(perItem, Math.ceilDiv(tasks, target.items()));
      long items = Math.ceilDiv(tasks, perItem);
      code.fixed("tasks", tasks).fixed("perItem", perItem).fixed("items", items);
      part("get_global_id(0) / items");
      code.add(
          """
            const long first = (get_global_id(0) - part * items) * perItem;
            const long last = min(first + perItem, tasks);
            for (long task = first; task < last; task++) {
          """);
      if (along == Along.KEPT) {
        code.add(
            """
                const long columns = (%1$s + 15) / 16;
                const long keptRow = task / columns;
                long k = (task - keptRow * columns) * 16;
                const long end = min(k + 16, %1$s);
            """
                .formatted(keptLoops.innerSize()));
        keptLoops.row("    ", "keptRow", view -> start(view, output));
        code.add("    if (k + 16 <= end) {\n");
        result("      ", Target.LANES);
        code.add("    } else for (; k < end; k++) {\n");
        result("      ", 1);
        code.add("    }\n");
      } else {
        keptElement("    ", output);
        result("    ", 1);
      }
      code.add("  }\n");
      return WorkSize.single(items * parts);
    }

    private WorkSize gpuBody(int output) {
      if (along == Along.REDUCED) {
        part("get_group_id(0) / results");
        code.add("  const long task = get_group_id(0) - part * results;\n");
        keptElement("  ", output);
        groupResult();
        return WorkSize.groups(results * parts, Target.GROUP);
      }
      code.fixed("items", results * parts);
      code.add("  if (get_global_id(0) >= items) return;\n");
      part("get_global_id(0) / results");
      code.add("  const long task = get_global_id(0) - part * results;\n");
      keptElement("  ", output);
      result("  ", 1);
      return WorkSize.groups(Math.ceilDiv(results * parts, Target.GROUP), Target.GROUP);
    }

    private void part(String number) {
      code.add(
          """
            const long part = %s;
            const long firstSegment = part * segmentsPerPart;
            const long lastSegment = min(firstSegment + segmentsPerPart, segments);
          """
              .formatted(number));
    }

    private String start(int view, int output) {
      int inputs = source.views().size();
      return view < inputs
          ? FusedKernels.start(bindings[view])
          : FusedKernels.start(output) + (parts > 1 ? " + part * results" : "");
    }

    private void keptElement(String indent, int output) {
      code.add(
          """
          %1$sconst long keptRow = task / %2$s;
          %1$sconst long k = task - keptRow * %2$s;
          """
              .formatted(indent, keptLoops.innerSize()));
      keptLoops.row(indent, "keptRow", view -> start(view, output));
    }

    /**
     * Writes the code that computes and stores one result, or {@code lanes} that are side by side.
     */
    private void result(String indent, int lanes) {
      accumulator(indent, lanes);
      beginSegments(indent, lanes);
      String inner = indent + "  ";
      if (spec.op().isPosition()) {
        position(inner);
      } else if (along == Along.REDUCED) {
        chains(inner);
      } else {
        code.add(inner + "for (long x = begin; x < end; x++) {\n");
        add(inner + "  ", "sum", "x", lanes, false);
        code.add(inner + "}\n");
      }
      endSegments(indent, lanes);
      store(indent, lanes, spec.op().isPosition() ? "(int)at" : "total");
    }

    /** Writes the code by which a group of work items computes one result together. */
    private void groupResult() {
      String t = CTypes.value(type, 1);
      code.add("  const int item = get_local_id(0);\n");
      code.add("  __local %s shared[%d];%n".formatted(t, Target.GROUP));
      accumulator("  ", 1);
      beginSegments("  ", 1);
      code.add("    for (long x = begin + item; x < end; x += %d) {%n".formatted(Target.GROUP));
      add("      ", "sum", "x", 1, true);
      code.add("    }\n");
      endSegments("  ", 1);
      code.add(
          """
            shared[item] = total;
            for (int step = %d; step > 0; step /= 2) {
              barrier(CLK_LOCAL_MEM_FENCE);
              if (item < step) shared[item] = %s;
            }
            if (item != 0) return;
          """
              .formatted(Target.GROUP / 2, combined("shared[item]", "shared[item + step]", 1)));
      store("  ", 1, "shared[0]");
    }

    private void store(String indent, int lanes, String value) {
      code.add(indent + keptLoops.store(source.views().size(), "k", lanes, value) + "\n");
    }

    private void accumulator(String indent, int lanes) {
      String t = CTypes.value(type, lanes);
      code.add("%s%s total = %s;%n".formatted(indent, t, identity(lanes)));
      if (spec.op().isPosition()) {
        code.add("%1$slong at = 0;%n%1$sint found = 0;%n".formatted(indent));
      } else if (isCompensated()) {
        code.add("%s%s lost = 0;%n".formatted(indent, t));
      }
    }

    private boolean isCompensated() {
      return spec.op() == ReduceOp.SUM && type.isFloating();
    }

    /** Begins the loop over segments: bounds, and a pointer for each view. */
    private void beginSegments(String indent, int lanes) {
      code.add(
          """
          %1$sfor (long segment = firstSegment; segment < lastSegment; segment++) {
          %1$s  const long row = segment / segmentsPerRow;
          %1$s  const long begin = (segment - row * segmentsPerRow) * segmentSize;
          %1$s  const long end = min(begin + segmentSize, %2$s);
          """
              .formatted(indent, reducedLoops.innerSize()));
      reducedLoops.row(
          indent + "  ", "row", view -> keptLoops.pointer(view) + " + " + keptLoops.at(view, "k"));
      if (!spec.op().isPosition()) {
        String t = CTypes.value(type, lanes);
        code.add("%s  %s sum = %s;%n".formatted(indent, t, identity(lanes)));
      }
    }

    private void endSegments(String indent, int lanes) {
      String t = CTypes.value(type, lanes);
      if (isCompensated()) {
        code.add(
            """
            %1$s  const %2$s next = total + sum;
            %1$s  const %2$s added = next - total;
            %1$s  lost += (total - (next - added)) + (sum - added);
            %1$s  total = next;
            %1$s}
            %1$stotal = %3$s;
            """
                .formatted(
                    indent,
                    t,
                    lanes == 1
                        ? "isfinite(total) ? total + lost : total"
                        : "select(total, total + lost, isfinite(total))"));
      } else if (spec.op().isPosition()) {
        code.add(indent + "}\n");
      } else {
        code.add("%1$s  total = %2$s;%n%1$s}%n".formatted(indent, combined("total", "sum", lanes)));
      }
    }

    /** Adds element {@code x}, or the lanes from it on, to {@code sum}. */
    private void add(String indent, String sum, String x, int lanes, boolean alongReduced) {
      String value = element(indent, x, lanes, alongReduced);
      code.add("%s%s = %s;%n".formatted(indent, sum, combined(sum, value, lanes)));
    }

    /** Four chains of 16 lanes hide the latency of an addition. */
    private void chains(String indent) {
      String t = CTypes.value(type, Target.LANES);
      String id = identity(Target.LANES);
      code.add("%1$s%2$s c0 = %3$s, c1 = c0, c2 = c0, c3 = c0;%n".formatted(indent, t, id));
      code.add(indent + "long x = begin;\n" + indent + "for (; x + 64 <= end; x += 64) {\n");
      for (int chain = 0; chain < 4; chain++) {
        code.add(indent + "  {\n");
        add(indent + "    ", "c" + chain, "x + " + 16 * chain, Target.LANES, true);
        code.add(indent + "  }\n");
      }
      code.add(indent + "}\n" + indent + "for (; x + 16 <= end; x += 16) {\n");
      add(indent + "  ", "c0", "x", Target.LANES, true);
      code.add(indent + "}\n");
      code.add(
          "%sc0 = %s;%n%sc2 = %s;%n%sc0 = %s;%n"
              .formatted(
                  indent,
                  combined("c0", "c1", 16),
                  indent,
                  combined("c2", "c3", 16),
                  indent,
                  combined("c0", "c2", 16)));
      String last = "c0";
      for (int lanes = 8; lanes >= 1; lanes /= 2) {
        String half = "half" + lanes;
        code.add(
            "%sconst %s %s = %s;%n"
                .formatted(
                    indent,
                    CTypes.value(type, lanes),
                    half,
                    combined(last + ".lo", last + ".hi", lanes)));
        last = half;
      }
      code.add("%ssum = %s;%n".formatted(indent, last));
      code.add(indent + "for (; x < end; x++) {\n");
      add(indent + "  ", "sum", "x", 1, true);
      code.add(indent + "}\n");
    }

    /** NaN counts as largest and as smallest; the first of equals stays. */
    private void position(String indent) {
      code.add(indent + "for (long x = begin; x < end; x++) {\n");
      String value = element(indent + "  ", "x", 1, false);
      String better = value + (spec.op() == ReduceOp.ARG_MAX ? " > " : " < ") + "total";
      String nan =
          type.isFloating() ? " || (" + value + " != " + value + " && total == total)" : "";
      code.add(
          """
          %1$s  if (!found || %2$s%3$s) {
          %1$s    total = %4$s;
          %1$s    at = row * %5$s + x;
          %1$s    found = 1;
          %1$s  }
          %1$s}
          """
              .formatted(indent, better, nan, value, reducedLoops.innerSize()));
    }

    /** {@return the name of element {@code x} of the source, or of the lanes from it on} */
    private String element(String indent, String x, int lanes, boolean alongReduced) {
      int split = source.shape().rank() - spec.reducedAxes();
      return ExpressionCode.write(
              code.body(),
              indent,
              lanes == 1 ? "v" : "w",
              source.map(),
              lanes,
              view -> load(view, x, lanes, alongReduced),
              axis ->
                  axis < split
                      ? keptLoops.position(axis, "k", lanes, !alongReduced)
                      : reducedLoops.position(axis - split, x, lanes, alongReduced))
          .getFirst();
    }

    private String load(int view, String x, int lanes, boolean alongReduced) {
      if (alongReduced || lanes == 1) {
        return reducedLoops.load(view, x, lanes, true);
      }
      DType stored = source.views().get(view).dtype();
      String pointer = reducedLoops.pointer(view);
      String at = reducedLoops.at(view, x);
      return kept.innerStride(view) == 1
          ? CTypes.load(stored, lanes, pointer, at)
          : CTypes.spread(CTypes.load(stored, 1, pointer, at), stored.valueType(), lanes);
    }

    private String combined(String a, String b, int lanes) {
      ScalarOp op =
          switch (spec.op()) {
            case SUM -> ScalarOp.ADD;
            case PRODUCT -> ScalarOp.MULTIPLY;
            case MAX, ARG_MAX -> ScalarOp.MAX;
            case MIN, ARG_MIN -> ScalarOp.MIN;
          };
      return ExpressionCode.apply(op, type, lanes, a, b);
    }

    private String identity(int lanes) {
      double value =
          switch (spec.op()) {
            case SUM -> 0;
            case PRODUCT -> 1;
            case MAX, ARG_MAX -> Double.NEGATIVE_INFINITY;
            case MIN, ARG_MIN -> Double.POSITIVE_INFINITY;
          };
      boolean infinite = Double.isInfinite(value);
      long bits =
          infinite && type == DType.I32
              ? (value < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE)
              : Expression.bits(value, type);
      return CTypes.constant(bits, type, lanes);
    }
  }
}
