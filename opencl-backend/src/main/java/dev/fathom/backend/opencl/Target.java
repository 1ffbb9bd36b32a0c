package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.driver.ClContext;

/**
 * What kernels are written for.
 *
 * @param context the open device
 * @param variant which kernels, and the sizes of their tiles
 */
record Target(ClContext context, Variant variant) {
  /** Elements that a work item of a processor computes side by side. */
  static final int LANES = 16;

  /** Work items of a group on a GPU. */
  static final int GROUP = 256;

  /** Work items that let every processor finish at about the same time. */
  private static final int ITEMS_PER_UNIT = 8;

  /** {@return whether one work item does little, and many run at once; else one does much} */
  boolean gpu() {
    return variant instanceof Blocks;
  }

  /** {@return into how many work items to cut work of a processor, at most} */
  long items() {
    return (long) context.device().computeUnits() * ITEMS_PER_UNIT;
  }
}
