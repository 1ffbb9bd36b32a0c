package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.code.KernelCode;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How sizes and strides get into a kernel. In the source they make fast loops; as arguments, specs
 * of one structure share a program, which is worth more where there is little to compute.
 */
@FunctionalInterface
interface Numbers {
  /** Most arguments that are spent on numbers; a kernel has room for about 120. */
  int MOST = 72;

  /** {@return a C expression of type long} */
  String of(long value);

  /** Below so much work, elements or products, kernels are shared. */
  long SHARED = 1 << 16;

  /** {@return numbers in the source where there is much to do, else arguments} */
  static Numbers of(KernelCode code, long work) {
    return work < SHARED ? asArguments(code) : IN_SOURCE;
  }

  /** Numbers stand in the source. */
  Numbers IN_SOURCE = value -> value + "L";

  /** {@return numbers that become arguments} */
  static Numbers asArguments(KernelCode code) {
    AtomicInteger count = new AtomicInteger();
    return value -> {
      int index = count.getAndIncrement();
      if (index >= MOST) {
        return IN_SOURCE.of(value);
      }
      code.fixed("n" + index, value);
      return "n" + index;
    };
  }
}
