package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.code.KernelCode;

/**
 * Writes where the elements of views lie, given the number of an iteration of a {@link Nest}. For
 * the view of binding {@code i} that is the variable {@code <name><i>}, counted in elements from
 * the beginning of its buffer.
 */
final class Positions {
  private final String name;
  private final Nest nest;
  private final int[] bindings;

  /**
   * Declares the geometry as arguments.
   *
   * @param bindings of the nest's views, which are operands of the kernel
   */
  Positions(KernelCode code, String name, Nest nest, int... bindings) {
    this.name = name;
    this.nest = nest;
    this.bindings = bindings;
    for (int loop = 0; loop < nest.loops(); loop++) {
      code.fixed(name + "n" + loop, nest.sizes()[loop]);
      for (int view = 0; view < bindings.length; view++) {
        code.fixed(step(bindings[view], loop), nest.strides()[view][loop]);
      }
    }
  }

  /** {@return statements for iteration {@code number} of all loops} */
  String ofElement(String indent, String number) {
    return write(indent, number, nest.loops());
  }

  /** {@return statements for run {@code number} of the innermost loop} */
  String ofRow(String indent, String number) {
    return write(indent, number, nest.inner());
  }

  /** {@return the length of the innermost loop} */
  String innerSize() {
    return name + "n" + nest.inner();
  }

  /** {@return the step of a binding's view in the innermost loop} */
  String innerStep(int binding) {
    return step(binding, nest.inner());
  }

  private String step(int binding, int loop) {
    return name + "t" + binding + "_" + loop;
  }

  private String write(String indent, String number, int loops) {
    StringBuilder out = new StringBuilder();
    String rest = name + "rest";
    if (loops > 0) {
      out.append(indent).append("long %s = %s;\n".formatted(rest, number));
    }
    for (int loop = loops - 1; loop > 0; loop--) {
      String size = name + "n" + loop;
      out.append(indent)
          .append(
              "const long %1$si%2$d = %3$s %% %4$s; %3$s /= %4$s;\n"
                  .formatted(name, loop, rest, size));
    }
    for (int binding : bindings) {
      out.append(indent).append("const long %1$s%2$d = o%2$d".formatted(name, binding));
      for (int loop = 0; loop < loops; loop++) {
        String at = loop == 0 ? rest : name + "i" + loop;
        out.append(" + ").append(at).append(" * ").append(step(binding, loop));
      }
      out.append(";\n");
    }
    return out.toString();
  }
}
