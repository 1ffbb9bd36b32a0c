package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.OpenClKernel.Step;
import dev.fathom.backend.opencl.code.ExpressionCode;
import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.backend.opencl.driver.WorkSize;
import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Fused;
import dev.fathom.spi.Plan;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;

/** Elementwise kernels: all operations of an element in registers. */
final class FusedKernels {
  /** OpenCL promises room for 128 arguments of 8 bytes. */
  static final int MAX_ARGUMENTS = 120;

  /** The fewest elements for which a work item of a processor pays. */
  private static final int CHEAP_ELEMENTS = 8192;

  private static final int DEAR_ELEMENTS = 1024;

  private FusedKernels() {}

  static Plan plan(Fused spec) {
    int arguments = 16 + spec.scalarCount();
    int views = spec.inputs().size() + spec.outputs().size();
    return arguments + views * (2 + spec.shape().rank()) > MAX_ARGUMENTS
        ? new Plan.Declined("more operands than a kernel has arguments")
        : Plan.Accepted.PLAIN;
  }

  static List<Step> steps(Fused spec, Target target) {
    if (spec.shape().elements() == 0) {
      return List.of();
    }
    return List.of(new Writer(spec, target.gpu()).step(target));
  }

  /** {@return whether an operation takes many instructions} */
  static boolean isDear(Expression map) {
    return map.nodes().stream()
        .anyMatch(
            node ->
                node instanceof Expression.Node.Apply apply
                    && switch (apply.op()) {
                      case EXP, LOG, SIN, COS, TANH, SIGMOID, ERF, POWER, REMAINDER -> true;
                      default -> apply.type() == DType.F64 && apply.op() == ScalarOp.DIVIDE;
                    });
  }

  private static final class Writer {
    private final Fused spec;
    private final boolean gpu;
    private final List<View> views;
    private final Nest nest;
    private final KernelCode code = new KernelCode("fused");
    private final LoopCode loops;

    Writer(Fused spec, boolean gpu) {
      this.spec = spec;
      this.gpu = gpu;
      this.views = new ArrayList<>(spec.inputs());
      views.addAll(spec.outputs());
      boolean[] named = Nest.named(spec.map(), spec.shape().rank());
      this.nest = Nest.of(spec.shape(), views, spec.outputs().getFirst(), named);
      for (int view = 0; view < views.size(); view++) {
        code.operand(view, views.get(view).dtype());
      }
      code.scalars(spec.scalarCount());
      this.loops = new LoopCode(code, "", nest, views.stream().map(View::dtype).toList());
    }

    Step step(Target target) {
      return new Step(code, gpu ? gpuBody() : cpuBody(target));
    }

    private WorkSize gpuBody() {
      long elements = nest.rows() * nest.innerSize();
      code.fixed("elements", elements);
      code.add(
          """
            const long element = get_global_id(0);
            if (element >= elements) return;
            const long row = element / %1$s;
            const long x = element - row * %1$s;
          """
              .formatted(loops.innerSize()));
      loops.row("  ", "row", FusedKernels::start);
      body("  ", 1);
      return WorkSize.groups(Math.ceilDiv(elements, Target.GROUP), Target.GROUP);
    }

    private WorkSize cpuBody(Target target) {
      long n = nest.innerSize();
      long rows = nest.rows();
      long least = isDear(spec.map()) ? DEAR_ELEMENTS : CHEAP_ELEMENTS;
      long perItem = Math.max(least, Math.ceilDiv(rows * n, target.items()));
      long chunk = Math.min(perItem, n);
      chunk = Math.ceilDiv(chunk, Target.LANES) * Target.LANES;
      long chunks = Math.ceilDiv(n, chunk);
      long tasks = rows * chunks;
      long tasksPerItem = Math.max(1, perItem / Math.min(chunk, n));
      code.fixed("chunks", chunks).fixed("chunk", chunk);
      code.fixed("tasks", tasks).fixed("perItem", tasksPerItem);
      code.add(
          """
            const long first = get_global_id(0) * perItem;
            const long last = min(first + perItem, tasks);
            for (long task = first; task < last; task++) {
              const long row = task / chunks;
              const long begin = (task - row * chunks) * chunk;
              const long end = min(begin + chunk, %s);
          """
              .formatted(loops.innerSize()));
      loops.row("    ", "row", FusedKernels::start);
      code.add("    long x = begin;\n");
      if (hasLanes()) {
        code.add("    for (; x + 16 <= end; x += 16) {\n");
        body("      ", Target.LANES);
        code.add("    }\n");
      }
      code.add("    for (; x < end; x++) {\n");
      body("      ", 1);
      code.add("    }\n  }\n");
      return WorkSize.single(Math.ceilDiv(tasks, tasksPerItem));
    }

    private boolean hasLanes() {
      boolean sideBySide = ExpressionCode.hasLanes(spec.map()) && !loops.isFree();
      for (int output = spec.inputs().size(); output < views.size(); output++) {
        sideBySide &= nest.innerStride(output) == 1;
      }
      return sideBySide;
    }

    private void body(String indent, int lanes) {
      List<String> results =
          ExpressionCode.write(
              code.body(),
              indent,
              lanes == 1 ? "v" : "w",
              spec.map(),
              lanes,
              input -> loops.load(input, "x", lanes, true),
              axis -> loops.position(axis, "x", lanes, true));
      for (int i = 0; i < results.size(); i++) {
        int view = spec.inputs().size() + i;
        code.add(indent + loops.store(view, "x", lanes, results.get(i)) + "\n");
      }
    }
  }

  /** {@return a C expression: the place of a binding's index 0} */
  static String start(int binding) {
    return "b" + binding + " + o" + binding;
  }
}
