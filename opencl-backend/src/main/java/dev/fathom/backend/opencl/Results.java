package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.code.CTypes;
import dev.fathom.backend.opencl.code.ExpressionCode;
import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.spi.DType;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Expression.Node;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the epilogue and the stores of each result of a product. A result is named by one index
 * for each group of its axes, for example batch, row, column.
 */
final class Results {
  /** The binding of the first extra operand, behind the two that are multiplied. */
  private static final int FIRST_EXTRA = 2;

  private final Epilogue epilogue;

  /** For each group, its axes from outer to inner, merged where all views allow it. */
  private final List<List<Axis>> groups = new ArrayList<>();

  /**
   * Axes of the result that are counted as one.
   *
   * @param number the innermost of them
   * @param size elements along all of them
   */
  private record Axis(int number, long size) {}

  /**
   * Groups the axes.
   *
   * @param groups axes of the result, each in one group
   */
  Results(Epilogue epilogue, int[]... groups) {
    this.epilogue = epilogue;
    boolean positions = epilogue.map().nodes().stream().anyMatch(Node.Index.class::isInstance);
    for (int[] axes : groups) {
      List<Axis> merged = new ArrayList<>();
      for (int axis : axes) {
        long size = epilogue.shape().size(axis);
        if (size == 1) {
          continue;
        }
        if (!positions && !merged.isEmpty() && merges(merged.getLast().number(), axis, size)) {
          merged.set(merged.size() - 1, new Axis(axis, merged.getLast().size() * size));
        } else {
          merged.add(new Axis(axis, size));
        }
      }
      this.groups.add(merged);
    }
  }

  private boolean merges(int outer, int inner, long size) {
    return views().stream().allMatch(view -> view.stride(outer) == view.stride(inner) * size);
  }

  private List<View> views() {
    List<View> views = new ArrayList<>(epilogue.extras());
    views.addAll(epilogue.outputs());
    return views;
  }

  /** Adds the operands that {@link #element} names, and the run-time scalars. */
  void operands(KernelCode code) {
    int binding = FIRST_EXTRA;
    for (View view : views()) {
      code.operand(binding++, view.dtype());
    }
    code.scalars(epilogue.map().scalarCount());
  }

  /** {@return the binding of the workspace, behind all operands} */
  int workspace() {
    return FIRST_EXTRA + views().size();
  }

  /** {@return whether results are stored as they are, and those of the last group side by side} */
  boolean isDirect(DType accumulator) {
    return epilogue.isPlain()
        && epilogue.outputs().getFirst().dtype() == accumulator
        && runs(groups.size() - 1);
  }

  /** {@return whether the first output's elements of a group lie side by side} */
  boolean runs(int group) {
    List<Axis> axes = groups.get(group);
    return axes.isEmpty()
        || axes.size() == 1 && epilogue.outputs().getFirst().stride(axes.getFirst().number()) == 1;
  }

  /** {@return a pointer to a result of a {@linkplain #isDirect direct} epilogue} */
  String pointer(String... indices) {
    View view = epilogue.outputs().getFirst();
    return "(b" + FIRST_EXTRA + at(FIRST_EXTRA, view, Numbers.IN_SOURCE, indices) + ")";
  }

  /**
   * Writes the epilogue of one result.
   *
   * @param value the sum, of the accumulator's type
   * @param indices one for each group
   */
  void element(StringBuilder out, String indent, Numbers numbers, String value, String... indices) {
    List<String> results =
        ExpressionCode.write(
            out,
            indent,
            "e",
            epilogue.map(),
            1,
            input -> input == 0 ? value : load(input - 1, numbers, indices),
            axis -> position(axis, numbers, indices));
    int binding = FIRST_EXTRA + epilogue.extras().size();
    for (int i = 0; i < results.size(); i++, binding++) {
      View view = epilogue.outputs().get(i);
      String at = "0" + at(binding, view, numbers, indices);
      out.append(indent)
          .append(CTypes.store(view.dtype(), 1, "b" + binding, at, results.get(i)))
          .append('\n');
    }
  }

  private String load(int extra, Numbers numbers, String... indices) {
    View view = epilogue.extras().get(extra);
    int binding = FIRST_EXTRA + extra;
    return CTypes.load(view.dtype(), 1, "b" + binding, "0" + at(binding, view, numbers, indices));
  }

  private String at(int binding, View view, Numbers numbers, String... indices) {
    StringBuilder text = new StringBuilder(" + o" + binding);
    for (int group = 0; group < indices.length; group++) {
      List<Axis> axes = groups.get(group);
      long inner = 1;
      for (int i = axes.size() - 1; i >= 0; i--) {
        Axis axis = axes.get(i);
        long stride = view.stride(axis.number());
        if (stride != 0 && axis.size() != 0) {
          text.append(" + (long)(")
              .append(Axes.part(indices[group], inner, i == 0 ? 0 : axis.size(), numbers))
              .append(") * ")
              .append(numbers.of(stride));
        }
        inner *= axis.size();
      }
    }
    return text.toString();
  }

  private String position(int number, Numbers numbers, String... indices) {
    for (int group = 0; group < indices.length; group++) {
      List<Axis> axes = groups.get(group);
      long inner = 1;
      for (int i = axes.size() - 1; i >= 0; i--) {
        Axis axis = axes.get(i);
        if (axis.number() == number && axis.size() != 0) {
          return Axes.part(indices[group], inner, i == 0 ? 0 : axis.size(), numbers);
        }
        inner *= axis.size();
      }
    }
    return "0";
  }
}
