package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.backend.opencl.code.KernelCode.Argument;
import dev.fathom.backend.opencl.driver.ClContext;
import dev.fathom.backend.opencl.driver.ClKernel;
import dev.fathom.backend.opencl.driver.ClQueue;
import dev.fathom.backend.opencl.driver.WorkSize;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A compiled spec: kernels of the device that are enqueued one behind the other. */
final class OpenClKernel implements Kernel {
  private static final int MEMORY = 0;
  private static final int OFFSET = 1;
  private static final int SCALAR = 2;
  private static final int FIXED = 3;

  private final KernelSpec spec;
  private final List<Operand> operands;
  private final Stage[] stages;

  /**
   * A kernel before it is compiled.
   *
   * @param code its source and arguments
   * @param size its work items
   */
  record Step(KernelCode code, WorkSize size) {}

  /**
   * The demands on a binding.
   *
   * @param low the lowest element that the view reaches, counted from its index 0
   * @param high the highest; below {@code low} if the view is empty
   */
  private record Operand(DType dtype, long low, long high) {
    static Operand of(View view) {
      if (view.shape().elements() == 0) {
        return new Operand(view.dtype(), 0, -1);
      }
      long low = 0;
      long high = 0;
      for (int axis = 0; axis < view.rank(); axis++) {
        long reach = view.stride(axis) * (view.size(axis) - 1);
        low += Math.min(0, reach);
        high += Math.max(0, reach);
      }
      return new Operand(view.dtype(), low, high);
    }
  }

  private record Stage(ClKernel kernel, ClKernel.Arguments arguments) {}

  OpenClKernel(KernelSpec spec, Plan.Accepted plan, ClContext context, List<Step> steps) {
    this.spec = spec;
    this.operands = operands(spec, plan);
    this.stages =
        steps.stream()
            .map(
                step ->
                    new Stage(
                        context.kernel(
                            step.code().source(),
                            step.code().name(),
                            step.code().arguments().size(),
                            step.size()),
                        arguments(step.code().arguments())))
            .toArray(Stage[]::new);
  }

  private static List<Operand> operands(KernelSpec spec, Plan.Accepted plan) {
    List<Operand> operands = new ArrayList<>();
    List<View> inputs = spec.inputs();
    for (int i = 0; i < inputs.size(); i++) {
      Optional<OperandLayout> layout = plan.layout(i);
      operands.add(
          layout.isPresent()
              ? new Operand(layout.get().dtype(), 0, layout.get().elements() - 1)
              : Operand.of(inputs.get(i)));
    }
    spec.outputs().forEach(view -> operands.add(Operand.of(view)));
    if (plan.workspaceElements() > 0) {
      operands.add(new Operand(plan.workspaceType(), 0, plan.workspaceElements() - 1));
    }
    return operands;
  }

  private static ClKernel.Arguments arguments(List<Argument> arguments) {
    int[] kinds = new int[arguments.size()];
    long[] values = new long[kinds.length];
    for (int i = 0; i < kinds.length; i++) {
      switch (arguments.get(i)) {
        case Argument.Memory(int binding) -> {
          kinds[i] = MEMORY;
          values[i] = binding;
        }
        case Argument.Offset(int binding) -> {
          kinds[i] = OFFSET;
          values[i] = binding;
        }
        case Argument.Scalar(int index) -> {
          kinds[i] = SCALAR;
          values[i] = index;
        }
        case Argument.Fixed(long value) -> {
          kinds[i] = FIXED;
          values[i] = value;
        }
      }
    }
    return (target, bindings, scalars) -> {
      for (int i = 0; i < kinds.length; i++) {
        int at = (int) values[i];
        target[i] =
            switch (kinds[i]) {
              case MEMORY -> ((OpenClBuffer) bindings[at].buffer()).memory().handle();
              case OFFSET -> bindings[at].offset();
              case SCALAR -> scalars[at];
              default -> values[i];
            };
      }
    };
  }

  /** Checks the bindings and enqueues the work. */
  void launch(ClQueue queue, Binding[] bindings, long[] scalars) {
    check(bindings, scalars);
    for (Stage stage : stages) {
      stage.kernel.enqueue(queue, stage.arguments, bindings, scalars);
    }
  }

  @Override
  public KernelSpec spec() {
    return spec;
  }

  /** Refuses a view that leaves its buffer: on a processor it would crash the process. */
  private void check(Binding[] bindings, long[] scalars) {
    if (bindings.length != operands.size()) {
      throw refused("bindings", operands.size(), bindings.length);
    }
    for (int i = 0; i < bindings.length; i++) {
      Operand operand = operands.get(i);
      if (!(bindings[i].buffer() instanceof OpenClBuffer buffer)) {
        throw refused("binding " + i, "a buffer of the opencl backend", bindings[i].buffer());
      }
      if (buffer.dtype() != operand.dtype) {
        throw refused("binding " + i, operand.dtype.label(), buffer);
      }
      long offset = bindings[i].offset();
      if (operand.low <= operand.high
          && (offset < -operand.low || offset > buffer.elements() - 1 - operand.high)) {
        throw refused("binding " + i, "an offset that keeps the view inside " + buffer, offset);
      }
    }
    if (scalars.length < spec.scalarCount()) {
      throw refused("scalars", spec.scalarCount() + " or more", scalars.length);
    }
  }

  private IllegalArgumentException refused(String what, Object expected, Object actual) {
    return new IllegalArgumentException(
        "[" + spec.name() + "] " + what + ": expected " + expected + " but got " + actual);
  }

  @Override
  public String toString() {
    return spec.toString();
  }
}
