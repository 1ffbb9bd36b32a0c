package dev.fathom.compile;

import dev.fathom.spi.Fused;
import dev.fathom.spi.KernelSpec;
import java.util.List;

/**
 * One kernel launch of a program.
 *
 * @param spec of the kernel
 * @param operands inputs, outputs, and the workspace if there is one
 * @param scalars the sources of the launch's scalars
 */
record Launch(KernelSpec spec, List<Slot> operands, List<ScalarSource> scalars) {
  Launch {
    operands = List.copyOf(operands);
    scalars = List.copyOf(scalars);
  }

  List<Slot> reads() {
    return operands.subList(0, spec.inputs().size());
  }

  List<Slot> writes() {
    return operands.subList(spec.inputs().size(), operands.size());
  }

  /** {@return whether nothing changes, now that every storage has its place} */
  boolean copiesOntoItself() {
    return spec instanceof Fused fused
        && fused.map().isIdentity()
        && fused.inputs().equals(fused.outputs())
        && operands.get(0).storage().root() == operands.get(1).storage().root()
        && operands.get(0).place() == operands.get(1).place();
  }
}
