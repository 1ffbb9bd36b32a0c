package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.OpenClKernel.Step;
import dev.fathom.backend.opencl.code.CTypes;
import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.backend.opencl.driver.WorkSize;
import dev.fathom.spi.DType;
import dev.fathom.spi.DynamicSlice;
import dev.fathom.spi.DynamicSliceUpdate;
import dev.fathom.spi.Gather;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Scatter;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.Arrays;
import java.util.List;

/**
 * Gather, scatter, and blocks whose place is known at run time. Elements that are only moved are
 * moved as integers of their width, so that types share programs.
 */
final class IndexKernels {
  /** The number of work items that keeps a GPU busy. */
  private static final long GPU_ITEMS = 65_536;

  private IndexKernels() {}

  static Plan plan(KernelSpec spec) {
    int rank = spec.outputs().getFirst().rank();
    return Tasks.plan(16 + 5 * rank);
  }

  /** {@return a type of the same width that C can assign} */
  private static DType bits(DType type) {
    return switch (type.bytes()) {
      case 1 -> DType.U8;
      case 2 -> DType.BF16;
      case 4 -> DType.I32;
      default -> DType.I64;
    };
  }

  /** {@return the loops over one row of {@code first}, which {@code second} has too} */
  private static Nest rows(View first, View second) {
    Shape inner = first.shape().slice(1, first.rank());
    View lead = row(second, inner);
    return Nest.of(inner, List.of(row(first, inner), lead), lead, new boolean[inner.rank()]);
  }

  private static View row(View view, Shape inner) {
    return View.of(view.dtype(), inner, Arrays.copyOfRange(view.strides(), 1, view.rank()));
  }

  /** Writes {@code at}, which reads an index of either width. */
  private static void index(KernelCode code, View indices) {
    code.fixed("indexStep", indices.stride(0)).fixed("wide", indices.dtype() == DType.I64 ? 1 : 0);
    code.functions()
        .append(
            """
            static inline long at(__global const int* indices, const long i, const long wide) {
              return wide ? ((__global const long*)indices)[i] : indices[i];
            }
            """);
  }

  static List<Step> steps(Gather spec, Target target) {
    View out = spec.out();
    if (out.shape().elements() == 0) {
      return List.of();
    }
    DType type = bits(out.dtype());
    KernelCode code = new KernelCode("gather");
    code.operand(0, type).operand(1, DType.I32).operand(2, type);
    index(code, spec.indices());
    code.fixed("rows", spec.table().size(0)).fixed("tableStep", spec.table().stride(0));
    code.fixed("outStep", out.stride(0));
    long inner = out.shape().elements() / out.size(0);
    Positions at = new Positions(code, "q", rows(spec.table(), out), 0, 2);
    long tasks = target.gpu() ? out.shape().elements() : out.size(0);
    if (target.gpu()) {
      code.fixed("inner", inner);
    } else {
      code.fixed("innerRows", rows(spec.table(), out).rows());
      copy(code, type);
    }
    WorkSize size = Tasks.open(code, target, tasks, Tasks.CHEAP_ELEMENTS / Math.max(16, inner));
    code.add(target.gpu() ? "    const long i = task / inner;\n" : "    const long i = task;\n");
    code.add(
        """
            const long index = at(b1, o1 + i * indexStep, wide);
            const bool known = index >= 0 && index < rows;
        """);
    if (target.gpu()) {
      code.add(at.ofElement("    ", "task - i * inner"));
      code.add("    b2[q2 + i * outStep] = known ? b0[q0 + index * tableStep] : 0;\n");
    } else {
      code.add("    for (long row = 0; row < innerRows; row++) {\n");
      code.add(at.ofRow("      ", "row"));
      code.add(
          """
                __global %4$s* to = b2 + q2 + i * outStep;
                if (known) {
                  move(to, %1$s, b0 + q0 + index * tableStep, %2$s, %3$s);
                } else {
                  for (long x = 0; x < %3$s; x++) to[x * %1$s] = 0;
                }
              }
          """
              .formatted(at.innerStep(2), at.innerStep(0), at.innerSize(), CTypes.stored(type)));
    }
    code.add("  }\n");
    return List.of(new Step(code, size));
  }

  /** A work item owns rows of the target, on a GPU one element of each, and walks all indices. */
  static List<Step> steps(Scatter spec, Target target) {
    View updates = spec.updates();
    long rows = spec.target().size(0);
    if (updates.shape().elements() == 0 || rows == 0) {
      return List.of();
    }
    boolean adds = spec.mode() == Scatter.Mode.ADD;
    DType type = adds ? addend(updates.dtype()) : bits(updates.dtype());
    KernelCode code = new KernelCode("scatter");
    code.operand(0, DType.I32).operand(1, type).operand(2, type);
    index(code, spec.indices());
    code.fixed("rows", rows).fixed("count", updates.size(0));
    code.fixed("updateStep", updates.stride(0)).fixed("targetStep", spec.target().stride(0));
    Nest nest = rows(updates, spec.target());
    Positions at = new Positions(code, "q", nest, 1, 2);
    long inner = updates.shape().elements() / updates.size(0);
    long owners =
        target.gpu()
            ? Math.clamp(GPU_ITEMS / inner, 1, rows)
            : Math.clamp(updates.shape().elements() / Tasks.CHEAP_ELEMENTS, 1, target.items());
    long owned = Math.ceilDiv(rows, owners);
    owners = Math.ceilDiv(rows, owned);
    code.fixed("owned", owned).fixed("inner", target.gpu() ? inner : nest.rows());
    if (adds) {
      add(code, type);
    } else {
      copy(code, type);
    }
    WorkSize size = Tasks.open(code, target, target.gpu() ? owners * inner : owners, 1);
    code.add(
        """
            const long low = %s * owned;
            const long high = min(low + owned, rows);
            for (long i = 0; i < count; i++) {
              const long index = at(b0, o0 + i * indexStep, wide);
              if (index >= low && index < high) {
        """
            .formatted(target.gpu() ? "(task / inner)" : "task"));
    String move =
        "move(b2 + q2 + index * targetStep, %s, b1 + q1 + i * updateStep, %s, %s);\n"
            .formatted(
                target.gpu() ? "1" : at.innerStep(2),
                target.gpu() ? "1" : at.innerStep(1),
                target.gpu() ? "1" : at.innerSize());
    if (target.gpu()) {
      code.add(at.ofElement("        ", "task % inner")).add("        " + move);
    } else {
      code.add("        for (long row = 0; row < inner; row++) {\n");
      code.add(at.ofRow("          ", "row")).add("          " + move + "        }\n");
    }
    code.add("      }\n    }\n  }\n");
    return List.of(new Step(code, size));
  }

  static List<Step> steps(DynamicSlice spec, Target target) {
    return slice(spec.x(), 0, spec.out(), 1, target);
  }

  static List<Step> steps(DynamicSliceUpdate spec, Target target) {
    return slice(spec.target(), 1, spec.update(), 0, target);
  }

  /** Copies a block to or from the whole: binding 1 is the target. */
  private static List<Step> slice(View whole, int w, View block, int b, Target target) {
    Shape shape = block.shape();
    if (shape.elements() == 0) {
      return List.of();
    }
    DType type = bits(block.dtype());
    KernelCode code = new KernelCode("slice");
    code.operand(0, type).operand(1, type).scalars(block.rank());
    StringBuilder start = new StringBuilder("  const long start = 0");
    for (int axis = 0; axis < block.rank(); axis++) {
      code.fixed("most" + axis, whole.size(axis) - block.size(axis));
      code.fixed("step" + axis, whole.stride(axis));
      start.append(" + clamp(s%1$d, 0L, most%1$d) * step%1$d".formatted(axis));
    }
    code.add(start.append(";\n").toString());
    View lead = b == 1 ? block : whole;
    Nest nest = Nest.of(shape, List.of(whole, block), lead, new boolean[shape.rank()]);
    Positions at = new Positions(code, "q", nest, w, b);
    String offset = w == 0 ? "b0 + q0 + start" : "b0 + q0";
    String to = w == 1 ? "b1 + q1 + start" : "b1 + q1";
    WorkSize size;
    copy(code, type);
    if (target.gpu()) {
      size = Tasks.open(code, target, shape.elements(), 1);
      code.add(at.ofElement("    ", "task"));
      code.add("    move(%s, 1, %s, 1, 1);\n".formatted(to, offset));
    } else {
      long chunk = Math.min(nest.innerSize(), Tasks.CHEAP_ELEMENTS);
      long chunks = Math.ceilDiv(nest.innerSize(), chunk);
      code.fixed("chunk", chunk).fixed("chunks", chunks);
      size = Tasks.open(code, target, nest.rows() * chunks, Tasks.CHEAP_ELEMENTS / chunk);
      code.add("    const long row = task / chunks;\n");
      code.add("    const long x = (task - row * chunks) * chunk;\n");
      code.add(at.ofRow("    ", "row"));
      code.add(
          "    move(%1$s + x * %2$s, %2$s, %3$s + x * %4$s, %4$s, min(chunk, %5$s - x));\n"
              .formatted(to, at.innerStep(1), offset, at.innerStep(0), at.innerSize()));
    }
    code.add("  }\n");
    return List.of(new Step(code, size));
  }

  /** Writes {@code move}, which overwrites a run of elements. */
  private static void copy(KernelCode code, DType type) {
    move(code, type, "vload16(0, from + i)", "from[i * fromStep]");
  }

  /** {@return the type in which elements are added: integers of a width are alike} */
  private static DType addend(DType type) {
    return type.isFloating() ? type : bits(type);
  }

  /** Writes {@code move}, which adds to a run of elements. */
  private static void add(KernelCode code, DType type) {
    if (type.valueType() != type && type.isFloating()) {
      String sum =
          CTypes.load(type, 1, "to", "i * toStep")
              + " + "
              + CTypes.load(type, 1, "from", "i * fromStep");
      code.functions()
          .append(
              """
              static inline void move(__global %1$s* to, const long toStep,
                  __global const %1$s* from, const long fromStep, const long count) {
                for (long i = 0; i < count; i++) %2$s
              }
              """
                  .formatted(CTypes.stored(type), CTypes.store(type, 1, "to", "i * toStep", sum)));
      return;
    }
    String c = CTypes.stored(type);
    boolean signed = type == DType.I32 || type == DType.I64;
    // Signed overflow is undefined in C.
    String many = signed ? "as_" + c + "16(as_u" + c + "16(%s) + as_u" + c + "16(%s))" : "%s + %s";
    String one = signed ? "(" + c + ")((u" + c + ")%s + (u" + c + ")%s)" : "%s + %s";
    move(
        code,
        type,
        many.formatted("vload16(0, to + i)", "vload16(0, from + i)"),
        one.formatted("to[i * toStep]", "from[i * fromStep]"));
  }

  private static void move(KernelCode code, DType type, String many, String one) {
    code.functions()
        .append(
            """
            static inline void move(__global %1$s* to, const long toStep,
                __global const %1$s* from, const long fromStep, const long count) {
              long i = 0;
              if (toStep == 1 && fromStep == 1) {
                for (; i + 16 <= count; i += 16) vstore16(%2$s, 0, to + i);
              }
              for (; i < count; i++) to[i * toStep] = %3$s;
            }
            """
                .formatted(CTypes.stored(type), many, one));
  }
}
