package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.code.KernelCode;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Decides how a kernel gets its sizes and strides. Numbers in the source make fast loops; numbers
 * that are arguments let specs of one structure share a program, which matters more where there is
 * little to compute.
 */
@FunctionalInterface
interface Numbers {
  /** The most arguments that numbers may take; a kernel has room for about 120. */
  int MOST = 72;

  /** {@return a C expression of type long} */
  String of(long value);

  /** With less work than this, in elements or products, kernels are shared. */
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
