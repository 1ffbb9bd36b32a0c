package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.backend.opencl.driver.WorkSize;
import dev.fathom.spi.Plan;

/** Cuts tasks into work items: each does one on a GPU, and a run of them on a processor. */
final class Tasks {
  /** The fewest elements for which a work item of a processor pays. */
  static final long CHEAP_ELEMENTS = 8192;

  /** The same for elements that take many instructions each. */
  static final long DEAR_ELEMENTS = 1024;

  private Tasks() {}

  /** {@return acceptance, unless there are too many axes for a kernel's arguments} */
  static Plan plan(int arguments) {
    return arguments > FusedKernels.MAX_ARGUMENTS
        ? new Plan.Declined("more axes than a kernel has arguments")
        : Plan.Accepted.PLAIN;
  }

  /**
   * Opens a block of statements, two deep, that runs for each {@code long task}; the caller closes
   * it with one brace.
   *
   * @param count of tasks, 1 or more
   * @param least the fewest tasks for which a work item of a processor pays
   * @return the work items to launch
   */
  static WorkSize open(KernelCode code, Target target, long count, long least) {
    code.fixed("tasks", count);
    if (target.gpu()) {
      code.add(
          """
            const long task = get_global_id(0);
            if (task < tasks) {
          """);
      return WorkSize.groups(Math.ceilDiv(count, Target.GROUP), Target.GROUP);
    }
    long perItem = Math.max(Math.max(1, least), Math.ceilDiv(count, target.items()));
    code.fixed("perItem", perItem);
    code.add(
        """
          const long first = get_global_id(0) * perItem;
          const long last = min(first + perItem, tasks);
          for (long task = first; task < last; task++) {
        """);
    return WorkSize.single(Math.ceilDiv(count, perItem));
  }
}
