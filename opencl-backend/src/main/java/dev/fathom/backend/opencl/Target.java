package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.driver.ClContext;

/**
 * The device that kernels are written for.
 *
 * @param context the open device
 * @param variant kind of kernels, and the sizes of their tiles
 */
record Target(ClContext context, Variant variant) {
  /** The number of elements that a work item of a processor computes side by side. */
  static final int LANES = 16;

  /** The number of work items of a group on a GPU. */
  static final int GROUP = 256;

  /**
   * The number of work items for each processor; with so many, all finish at about the same time.
   */
  private static final int ITEMS_PER_UNIT = 8;

  /**
   * {@return whether kernels are those for GPUs, where a work item does little and many run at
   * once}
   */
  boolean gpu() {
    return variant instanceof Blocks;
  }

  /** {@return the most work items into which work of a processor is cut} */
  long items() {
    return (long) context.device().computeUnits() * ITEMS_PER_UNIT;
  }
}
