package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.OpenClKernel.Step;
import dev.fathom.backend.opencl.code.CTypes;
import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.backend.opencl.driver.WorkSize;
import dev.fathom.spi.Cumulate;
import dev.fathom.spi.DType;
import dev.fathom.spi.Plan;
import dev.fathom.spi.ReduceOp;
import java.util.List;

/** Running reductions: along a line on a processor; by doubling, a group to a line, on a GPU. */
final class CumulateKernels {
  private CumulateKernels() {}

  static Plan plan(Cumulate spec) {
    return Tasks.plan(16 + 3 * spec.x().rank());
  }

  static List<Step> steps(Cumulate spec, Target target) {
    if (spec.x().shape().elements() == 0) {
      return List.of();
    }
    DType type = spec.x().dtype();
    KernelCode code = new KernelCode("cumulate");
    Lines lines = new Lines(code, List.of(spec.x(), spec.out()));
    // A long sum in one direction loses digits in f32; every processor computes in f64.
    boolean wide = !target.gpu() && type.valueType() == DType.F32;
    String value = CTypes.value(wide ? DType.F64 : type.valueType(), 1);
    combine(code, value, type.valueType());
    code.fixed("op", spec.op().ordinal());
    String load = CTypes.load(type, 1, "b0", "q0 + i * e0");
    WorkSize size;
    if (target.gpu()) {
      size = WorkSize.groups(lines.count, lines.group());
      code.add("  __local %s shared[%d];\n".formatted(value, Target.GROUP));
      code.add(lines.begin("  ", "get_group_id(0)"));
      code.add(
          """
            const int id = get_local_id(0);
            const int size = get_local_size(0);
            %1$s before = 0;
            for (long begin = 0; begin < n; begin += size) {
              const long i = begin + id;
              %1$s sum = i < n ? %2$s : 0;
              shared[id] = sum;
              barrier(CLK_LOCAL_MEM_FENCE);
              for (int reach = 1; reach < size; reach *= 2) {
                if (id >= reach) sum = combine(op, shared[id - reach], sum);
                barrier(CLK_LOCAL_MEM_FENCE);
                shared[id] = sum;
                barrier(CLK_LOCAL_MEM_FENCE);
              }
              if (begin > 0) sum = combine(op, before, sum);
              if (i < n) %3$s
              before = begin > 0 ? combine(op, before, shared[size - 1]) : shared[size - 1];
              barrier(CLK_LOCAL_MEM_FENCE);
            }
          """
              .formatted(value, load, CTypes.store(type, 1, "b1", "q1 + i * e1", "sum")));
    } else {
      size = Tasks.open(code, target, lines.count, lines.perItem(Tasks.CHEAP_ELEMENTS));
      code.add(lines.begin("    ", "task"));
      String sum = wide ? "(float)sum" : "sum";
      code.add(
          """
              %1$s sum = 0;
              for (long i = 0; i < n; i++) {
                sum = i > 0 ? combine(op, sum, %2$s) : %2$s;
                %3$s
              }
            }
          """
              .formatted(value, load, CTypes.store(type, 1, "b1", "q1 + i * e1", sum)));
    }
    return List.of(new Step(code, size));
  }

  /** Writes {@code combine}, of the elements before, and one more. A NaN stays. */
  private static void combine(KernelCode code, String value, DType type) {
    // Signed overflow is undefined in C.
    String unsigned = type.isFloating() ? "" : "(u" + value + ")";
    code.functions()
        .append(
            """
            static inline %1$s combine(const long op, const %1$s a, const %1$s b) {
              if (op == %3$d) return %2$sa + %2$sb;
              if (op == %4$d) return %2$sa * %2$sb;
              return (%6$s(op == %5$d ? a > b : a < b)) ? a : b;
            }
            """
                .formatted(
                    value,
                    unsigned,
                    ReduceOp.SUM.ordinal(),
                    ReduceOp.PRODUCT.ordinal(),
                    ReduceOp.MAX.ordinal(),
                    type.isFloating() ? "a != a || " : ""));
  }
}
