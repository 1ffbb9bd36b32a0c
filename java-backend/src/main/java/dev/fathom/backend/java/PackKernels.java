package dev.fathom.backend.java;

import dev.fathom.backend.java.contract.PanelPackKernel;
import dev.fathom.backend.java.contract.Panels;
import dev.fathom.backend.java.convolve.FilterPackKernel;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;

/** {@link Pack} into the layouts that contract and convolve ask for. */
final class PackKernels {
  private PackKernels() {}

  static Plan plan(Pack spec) {
    return Panels.understands(spec.target()) || FilterPackKernel.understands(spec.target())
        ? Plan.Accepted.PLAIN
        : new Plan.Declined("the java backend never asked for layout " + spec.target().id());
  }

  static JavaKernel compile(Pack spec, Plan.Accepted plan, Engine engine) {
    return Panels.understands(spec.target())
        ? new PanelPackKernel(spec, plan, engine)
        : new FilterPackKernel(spec, plan, engine);
  }
}
