package dev.fathom.backend.java.runtime;

import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;

/**
 * A kernel of this backend. It keeps no state of a launch, so that several threads may run it at
 * once, and allocates nothing in {@link #run}.
 */
public abstract class JavaKernel implements Kernel {
  private final KernelSpec spec;
  private final DType[] types;
  private final int scalarCount;

  protected JavaKernel(KernelSpec spec, Plan.Accepted plan) {
    this.spec = spec;
    this.scalarCount = spec.scalarCount();
    List<DType> expected = new ArrayList<>();
    List<View> inputs = spec.inputs();
    for (int i = 0; i < inputs.size(); i++) {
      DType stored = inputs.get(i).dtype();
      expected.add(plan.layout(i).map(layout -> layout.dtype()).orElse(stored));
    }
    spec.outputs().forEach(view -> expected.add(view.dtype()));
    if (plan.workspaceElements() > 0) {
      expected.add(plan.workspaceType());
    }
    this.types = expected.toArray(DType[]::new);
  }

  /** Does the work and returns when it is done; the arguments have been {@link #check checked}. */
  protected abstract void run(Binding[] bindings, long[] scalars);

  @Override
  public final KernelSpec spec() {
    return spec;
  }

  /** Throws IllegalArgumentException unless the bindings fit the spec. */
  final void check(Binding[] bindings, long[] scalars) {
    if (bindings.length != types.length) {
      throw refused("bindings", types.length, bindings.length);
    }
    for (int i = 0; i < types.length; i++) {
      if (!(bindings[i].buffer() instanceof JavaBuffer buffer)) {
        throw refused("binding " + i, "a buffer of the java backend", bindings[i].buffer());
      }
      if (buffer.dtype() != types[i]) {
        throw refused("binding " + i, types[i].label(), buffer);
      }
      if (bindings[i].offset() < 0 || bindings[i].offset() > buffer.elements()) {
        throw refused("binding " + i, "an offset inside " + buffer, bindings[i].offset());
      }
    }
    if (scalars.length < scalarCount) {
      throw refused("scalars", scalarCount + " or more", scalars.length);
    }
  }

  private IllegalArgumentException refused(String what, Object expected, Object actual) {
    return new IllegalArgumentException(
        "[" + spec.name() + "] " + what + ": expected " + expected + " but got " + actual);
  }

  @Override
  public final String toString() {
    return spec.toString();
  }
}
