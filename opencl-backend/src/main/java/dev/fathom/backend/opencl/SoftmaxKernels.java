package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.OpenClKernel.Step;
import dev.fathom.backend.opencl.code.CTypes;
import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.backend.opencl.driver.WorkSize;
import dev.fathom.spi.CrossEntropy;
import dev.fathom.spi.CrossEntropyGradient;
import dev.fathom.spi.DType;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Softmax;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;

/**
 * Softmax, cross-entropy and its gradient. On a GPU a group of work items shares a row; on a
 * processor a work item does whole rows, several elements side by side.
 */
final class SoftmaxKernels {
  private SoftmaxKernels() {}

  static Plan plan(KernelSpec spec) {
    int views = spec.inputs().size() + spec.outputs().size();
    return Tasks.plan(8 + views * (3 + spec.outputs().getFirst().rank()));
  }

  static List<Step> steps(Softmax spec, Target target) {
    Writer writer = new Writer("softmax", spec, target);
    return writer.isEmpty() ? List.of() : List.of(writer.softmax(spec.log()));
  }

  static List<Step> steps(CrossEntropy spec, Target target) {
    Writer writer = new Writer("cross_entropy", spec, target);
    return writer.isEmpty() ? List.of() : List.of(writer.crossEntropy());
  }

  static List<Step> steps(CrossEntropyGradient spec, Target target) {
    Writer writer = new Writer("cross_entropy_gradient", spec, target);
    return writer.isEmpty() ? List.of() : List.of(writer.gradient());
  }

  private static final class Writer {
    private final Target target;
    private final DType type;
    private final String real;
    private final KernelCode code;
    private final Lines lines;
    private final boolean empty;

    Writer(String name, KernelSpec spec, Target target) {
      this.target = target;
      this.type = spec.outputs().getFirst().dtype();
      this.real = CTypes.value(type.valueType(), 1);
      this.code = new KernelCode(name);
      List<View> views = new ArrayList<>(spec.inputs());
      views.addAll(spec.outputs());
      this.lines = new Lines(code, views);
      this.empty = spec.outputs().getFirst().shape().elements() == 0;
    }

    boolean isEmpty() {
      return empty;
    }

    Step softmax(boolean log) {
      WorkSize size = begin();
      String result = log ? "%s - most - log(total)" : "exp(%s - most) / total";
      if (target.gpu()) {
        code.add("    for (long i = id; i < n; i += size) {\n      ");
        code.add(store(1, "q1 + i * e1", result.formatted(load("i"))));
        code.add("\n    }\n");
      } else {
        code.add(
            "    for (long i = 0; i < n; i += LANES) {\n      put(b1 + q1 + i * e1, e1, n - i, ");
        code.add(result.formatted("part(b0 + q0 + i * e0, e0, n - i)")).add(");\n    }\n");
      }
      code.add("  }\n");
      return new Step(code, size);
    }

    Step crossEntropy() {
      WorkSize size = begin();
      code.add(target.gpu() ? "    if (id == 0) {\n" : "    {\n");
      code.add("      const int label = b1[q1];\n");
      code.add("      const %s sum = most + log(total);\n".formatted(real));
      String loss = "label >= 0 && label < n ? sum - " + load("label") + " : sum";
      code.add("      " + store(2, "q2", "(" + loss + ")") + "\n");
      code.add("      " + store(3, "q3", "sum") + "\n    }\n  }\n");
      return new Step(code, size);
    }

    Step gradient() {
      String values =
          """
              const int label = b1[q1];
              const %1$s sum = %2$s;
              const %1$s scale = %3$s;
          """
              .formatted(real, CTypes.load(type, 1, "b2", "q2"), CTypes.load(type, 1, "b3", "q3"));
      if (target.gpu()) {
        WorkSize size = Tasks.open(code, target, lines.count * lines.length, 1);
        code.add("    const long line = task / n;\n    const long i = task - line * n;\n");
        code.add(lines.begin("    ", "line")).add(values);
        String result = "scale * (exp(" + load("i") + " - sum) - (label == i ? 1 : 0))";
        code.add("    " + store(4, "q4 + i * e4", result) + "\n  }\n");
        return new Step(code, size);
      }
      vectors();
      WorkSize size = Tasks.open(code, target, lines.count, lines.perItem(Tasks.DEAR_ELEMENTS));
      code.add(lines.begin("    ", "task")).add(values);
      code.add(
          """
              for (long i = 0; i < n; i += LANES) {
                put(b4 + q4 + i * e4, e4, n - i,
                    scale * exp(part(b0 + q0 + i * e0, e0, n - i) - sum));
              }
              if (label >= 0 && label < n) {
          """);
      String result = "scale * (exp(" + load("label") + " - sum) - 1)";
      code.add("      " + store(4, "q4 + label * e4", result) + "\n    }\n  }\n");
      return new Step(code, size);
    }

    private String load(String i) {
      return CTypes.load(type, 1, "b0", "q0 + " + i + " * e0");
    }

    private String store(int binding, String at, String value) {
      return CTypes.store(type, 1, "b" + binding, at, value);
    }

    /** Opens a block for each row, with its largest element and the sum of all exponentials. */
    private WorkSize begin() {
      return target.gpu() ? groups() : runs();
    }

    private WorkSize groups() {
      code.add("  __local %s shared[%d];\n".formatted(real, Target.GROUP));
      code.add(
          """
            const int id = get_local_id(0);
            const int size = get_local_size(0);
            {
          """);
      code.add(lines.begin("    ", "get_group_id(0)"));
      code.add("    %s most = -INFINITY;\n".formatted(real));
      code.add("    for (long i = id; i < n; i += size) {\n");
      code.add("      const %s x = %s;\n".formatted(real, load("i")));
      code.add("      most = x > most ? x : most;\n    }\n");
      fold("most", "fmax(shared[id], shared[id + middle])");
      code.add("    %s total = 0;\n".formatted(real));
      code.add(
          "    for (long i = id; i < n; i += size) total += exp(%s - most);\n"
              .formatted(load("i")));
      fold("total", "shared[id] + shared[id + middle]");
      return WorkSize.groups(lines.count, lines.group());
    }

    /** Combines a value of every work item of the group, always in the same order. */
    private void fold(String value, String pair) {
      code.add(
          """
              shared[id] = %1$s;
              barrier(CLK_LOCAL_MEM_FENCE);
              for (int middle = size / 2; middle > 0; middle /= 2) {
                if (id < middle) shared[id] = %2$s;
                barrier(CLK_LOCAL_MEM_FENCE);
              }
              %1$s = shared[0];
              barrier(CLK_LOCAL_MEM_FENCE);
          """
              .formatted(value, pair));
    }

    private WorkSize runs() {
      vectors();
      WorkSize size = Tasks.open(code, target, lines.count, lines.perItem(Tasks.DEAR_ELEMENTS));
      code.add(lines.begin("    ", "task"));
      code.add(
          """
              reals mosts = (reals)(-INFINITY);
              for (long i = 0; i < n; i += LANES) {
                const reals x = part(b0 + q0 + i * e0, e0, n - i);
                mosts = x > mosts ? x : mosts;
              }
              const real most = highest(mosts);
              reals totals = (reals)(0);
              for (long i = 0; i < n; i += LANES) {
                totals += exp(part(b0 + q0 + i * e0, e0, n - i) - most);
              }
              const real total = sum(totals);
          """);
      return size;
    }

    /**
     * Writes functions for parts of a row, which are padded with values that change neither maximum
     * nor sum.
     */
    private void vectors() {
      int lanes = type == DType.F64 ? 8 : 16;
      code.functions()
          .append(
              """
              #define LANES %1$d
              typedef %2$s real;
              typedef %2$s%1$d reals;
              static inline reals part(__global const %3$s* from, const long step, const long rest) {
                if (step == 1 && rest >= LANES) return %4$s;
                real part[LANES];
                for (int i = 0; i < LANES; i++) part[i] = i < rest ? %5$s : -INFINITY;
                return vload%1$d(0, part);
              }
              static inline void put(__global %3$s* to, const long step, const long rest, const reals x) {
                if (step == 1 && rest >= LANES) {
                  %6$s
                  return;
                }
                real part[LANES];
                vstore%1$d(x, 0, part);
                for (int i = 0; i < LANES && i < rest; i++) %7$s
              }
              """
                  .formatted(
                      lanes,
                      real,
                      CTypes.stored(type),
                      CTypes.load(type, lanes, "from", "0"),
                      CTypes.load(type, 1, "from", "i * step"),
                      CTypes.store(type, lanes, "to", "0", "x"),
                      CTypes.store(type, 1, "to", "i * step", "part[i]")));
      tree("highest", lanes, "fmax(%s.lo, %s.hi)");
      tree("sum", lanes, "%s.lo + %s.hi");
    }

    private void tree(String function, int lanes, String pair) {
      StringBuilder out = code.functions();
      out.append("static inline real %s(const reals x%d) {\n".formatted(function, lanes));
      for (int width = lanes; width > 1; width /= 2) {
        String from = "x" + width;
        String half = real + (width == 2 ? "" : width / 2);
        out.append("  const %s x%d = %s;\n".formatted(half, width / 2, pair.formatted(from, from)));
      }
      out.append("  return x1;\n}\n");
    }
  }
}
