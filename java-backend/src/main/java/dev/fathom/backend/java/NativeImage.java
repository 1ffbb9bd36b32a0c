package dev.fathom.backend.java;

/** Tells a native image from a JVM. Initialised at build time, so that kernels see a constant. */
final class NativeImage {
  static final boolean RUNNING = System.getProperty("org.graalvm.nativeimage.imagecode") != null;

  /**
   * Greatest index or count that vectors are read at, as a mask. Where it cannot see that a number
   * is as small, the compiler of images computes an int sum that may overflow, and extends it,
   * before each load; and it polls for safepoints at each turn of a loop in strides, which might
   * never end. A long one that is known to fit into an int becomes a part of the load's address.
   */
  static final long INDEX = (1L << 30) - 1;

  /** The same for the end of a loop in strides. */
  static final int COUNT = (int) INDEX;

  private NativeImage() {}
}
