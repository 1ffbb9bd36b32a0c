package com.example.backend;

import dev.fathom.spi.Kernel;

/** A kernel that can be run. It keeps tables made from its spec, and nothing of a launch. */
interface ExampleKernel extends Kernel {
  /**
   * Runs the kernel.
   *
   * @param operands the spec's inputs, then its outputs
   * @param scalars the launch's run-time numbers, as raw bits
   */
  void run(Operand[] operands, long[] scalars);
}
