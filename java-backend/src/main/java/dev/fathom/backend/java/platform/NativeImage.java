package dev.fathom.backend.java.platform;

/** Tells a native image from a JVM. Initialised at build time, so that kernels see a constant. */
public final class NativeImage {
  public static final boolean RUNNING =
      System.getProperty("org.graalvm.nativeimage.imagecode") != null;

  /**
   * Greatest index that vectors of an image are read at, as a mask. Its compiler computes an int
   * sum that may overflow, and extends it, before each load; a long one that is known to fit into
   * an int becomes a part of the load's address.
   */
  public static final long INDEX = (1L << 30) - 1;

  private NativeImage() {}

  /**
   * {@return the end of a loop in strides of up to 64, a multiple of 16 elements of an array: the
   * same number, but known to be so small that the loop comes to it} In a loop that might step over
   * the greatest int, an image polls for safepoints at each turn.
   */
  public static int end(int n) {
    return Math.min(n, Integer.MAX_VALUE - 63);
  }
}
