package dev.fathom.backend.opencl.driver;

import java.util.Arrays;

/**
 * The number of work items of a launch, in 1 to 3 dimensions.
 *
 * @param global work items, a multiple of the group's
 * @param local work items of a group
 */
public record WorkSize(long[] global, long[] local) {
  public WorkSize {
    boolean fits = global.length == local.length && global.length >= 1 && global.length <= 3;
    for (int i = 0; fits && i < global.length; i++) {
      fits = local[i] >= 1 && global[i] >= 1 && global[i] % local[i] == 0;
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "[opencl] expected a work size of whole groups but got "
              + Arrays.toString(global)
              + " in groups of "
              + Arrays.toString(local));
    }
  }

  /** {@return that many work items in groups of one} */
  public static WorkSize single(long items) {
    return groups(items, 1);
  }

  /** {@return that many groups of that many work items} */
  public static WorkSize groups(long groups, int items) {
    return new WorkSize(new long[] {groups * items}, new long[] {items});
  }

  /** {@return the work items of a group} */
  public long groupItems() {
    long items = 1;
    for (long size : local) {
      items *= size;
    }
    return items;
  }
}
