package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.OpenClKernel.Step;
import dev.fathom.backend.opencl.code.CTypes;
import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.backend.opencl.driver.WorkSize;
import dev.fathom.spi.DType;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Sort;
import java.util.List;

/**
 * A stable sort of lines. On a processor a merge sort of positions, whose second half is workspace.
 * On a GPU every element counts those before it: that is quadratic, but no work item waits for
 * another.
 */
final class SortKernels {
  private SortKernels() {}

  static Plan plan(Sort spec, Target target) {
    Plan plan = Tasks.plan(16 + 4 * spec.x().rank());
    long elements = spec.x().shape().elements();
    return plan == Plan.Accepted.PLAIN && !target.gpu() && elements > 0
        ? new Plan.Accepted(DType.I32, elements, List.of())
        : plan;
  }

  static List<Step> steps(Sort spec, Target target) {
    if (spec.x().shape().elements() == 0) {
      return List.of();
    }
    DType type = spec.x().dtype();
    KernelCode code = new KernelCode("sort");
    Lines lines = new Lines(code, List.of(spec.x(), spec.values(), spec.indices()));
    code.fixed("descending", spec.descending() ? 1 : 0);
    before(code, type.valueType());
    WorkSize size =
        target.gpu() ? count(code, lines, type, target) : merge(code, lines, type, target);
    return List.of(new Step(code, size));
  }

  /** Writes {@code before}: whether a comes before b wherever they stood. NaN is last. */
  private static void before(KernelCode code, DType type) {
    code.functions()
        .append(
            """
            static inline bool before(const long descending, const %1$s a, const %1$s b) {
              return (descending ? a > b : a < b)%2$s;
            }
            """
                .formatted(
                    CTypes.value(type, 1), type.isFloating() ? " || (a == a && b != b)" : ""));
  }

  private static WorkSize count(KernelCode code, Lines lines, DType type, Target target) {
    WorkSize size = Tasks.open(code, target, lines.count * lines.length, 1);
    code.add("    const long line = task / n;\n    const long i = task - line * n;\n");
    code.add(lines.begin("    ", "line"));
    String value = CTypes.value(type.valueType(), 1);
    code.add(
        """
            const %1$s x = %2$s;
            long place = 0;
            for (long j = 0; j < i; j++) place += !before(descending, x, %3$s);
            for (long j = i + 1; j < n; j++) place += before(descending, %3$s, x);
            %4$s
            b2[q2 + place * e2] = i;
          }
        """
            .formatted(
                value,
                CTypes.load(type, 1, "b0", "q0 + i * e0"),
                CTypes.load(type, 1, "b0", "q0 + j * e0"),
                CTypes.store(type, 1, "b1", "q1 + place * e1", "x")));
    return size;
  }

  private static WorkSize merge(KernelCode code, Lines lines, DType type, Target target) {
    code.operand(3, DType.I32);
    WorkSize size = Tasks.open(code, target, lines.count, lines.perItem(Tasks.DEAR_ELEMENTS));
    code.add(lines.begin("    ", "task"));
    code.add(
        """
            __global int* from = b2 + q2;
            long fromStep = e2;
            __global int* to = b3 + o3 + task * n;
            long toStep = 1;
            for (long i = 0; i < n; i++) from[i * fromStep] = i;
            for (long run = 1; run < n; run *= 2) {
              for (long low = 0; low < n; low += 2 * run) {
                const long middle = min(n, low + run);
                const long high = min(n, low + 2 * run);
                long a = low;
                long b = middle;
                for (long i = low; i < high; i++) {
                  bool first = a < middle;
                  if (first && b < high) {
                    const long j = from[a * fromStep];
                    const long k = from[b * fromStep];
                    first = !before(descending, %1$s, %2$s);
                  }
                  to[i * toStep] = from[(first ? a++ : b++) * fromStep];
                }
              }
              __global int* const other = from;
              from = to;
              to = other;
              const long otherStep = fromStep;
              fromStep = toStep;
              toStep = otherStep;
            }
            for (long i = 0; i < n; i++) {
              const long j = from[i * fromStep];
              b2[q2 + i * e2] = j;
              %3$s
            }
          }
        """
            .formatted(
                CTypes.load(type, 1, "b0", "q0 + k * e0"),
                CTypes.load(type, 1, "b0", "q0 + j * e0"),
                CTypes.store(
                    type, 1, "b1", "q1 + i * e1", CTypes.load(type, 1, "b0", "q0 + j * e0"))));
    return size;
  }
}
