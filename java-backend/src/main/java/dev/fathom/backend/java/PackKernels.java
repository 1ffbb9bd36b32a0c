package dev.fathom.backend.java;

import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;

/** {@link Pack} into the layouts that contract and convolve ask for. */
final class PackKernels {
  private PackKernels() {}

  static Plan plan(Pack spec) {
    return Panels.understands(spec.target()) || Filters.understands(spec.target())
        ? Plan.Accepted.PLAIN
        : new Plan.Declined("the java backend never asked for layout " + spec.target().id());
  }

  static JavaKernel compile(Pack spec, Plan.Accepted plan, Engine engine) {
    return Panels.understands(spec.target())
        ? new PanelPackKernel(
            spec, plan, engine.workers(), engine.arithmetic(spec.target().dtype()))
        : new FilterPackKernel(spec, plan, engine);
  }
}
