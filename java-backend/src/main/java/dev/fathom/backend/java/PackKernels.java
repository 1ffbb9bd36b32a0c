package dev.fathom.backend.java;

import dev.fathom.backend.java.contract.PanelPackKernel;
import dev.fathom.backend.java.contract.Panels;
import dev.fathom.backend.java.convolve.FilterPackKernel;
import dev.fathom.backend.java.convolve.WinogradPackKernel;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;

/** {@link Pack} into the layouts that contract and convolve ask for. */
final class PackKernels {
  private PackKernels() {}

  static Plan plan(Pack spec) {
    OperandLayout target = spec.target();
    return Panels.understands(target)
            || FilterPackKernel.understands(target)
            || WinogradPackKernel.understands(target)
        ? Plan.Accepted.PLAIN
        : new Plan.Declined("the java backend never asked for layout " + target.id());
  }

  static JavaKernel compile(Pack spec, Plan.Accepted plan, Engine engine) {
    if (Panels.understands(spec.target())) {
      return new PanelPackKernel(spec, plan, engine);
    }
    return WinogradPackKernel.understands(spec.target())
        ? new WinogradPackKernel(spec, plan, engine)
        : new FilterPackKernel(spec, plan, engine);
  }
}
