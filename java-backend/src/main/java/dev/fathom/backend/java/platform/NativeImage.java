package dev.fathom.backend.java.platform;

/** Tells a native image from a JVM. Initialised at build time, so that kernels see a constant. */
public final class NativeImage {
  public static final boolean RUNNING =
      System.getProperty("org.graalvm.nativeimage.imagecode") != null;

  /**
   * Greatest index that vectors of an image are read at, as a mask. The compiler of native images
   * computes an int index that may overflow, and extends it, before each load. A long index that is
   * known to fit into an int becomes a part of the load's address.
   */
  public static final long INDEX = (1L << 30) - 1;

  private NativeImage() {}

  /**
   * {@return {@code n}, the end of a loop in strides of up to 64, limited so that the loop's index
   * cannot overflow} {@code n} is a multiple of 16 and the end of an array's elements, so the limit
   * does not change it. Where an index might overflow, a native image polls for safepoints at each
   * turn.
   */
  public static int end(int n) {
    return Math.min(n, Integer.MAX_VALUE - 63);
  }
}
