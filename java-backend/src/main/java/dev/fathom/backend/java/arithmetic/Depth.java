package dev.fathom.backend.java.arithmetic;

/** How the depth of a contraction, the number of products in a sum, is cut. */
public final class Depth {
  private Depth() {}

  /** {@return the size of even slices of {@code depth} that are at most {@code limit}} */
  public static int slice(long depth, int limit) {
    return (int) Math.ceilDiv(depth, Math.max(1, Math.ceilDiv(depth, limit)));
  }

  /**
   * {@return the size of the first part of {@code depth}, cut into parts of about {@code limit}}
   * All other parts have an even size, so that the single product of an odd depth is added first,
   * as without parts.
   */
  public static int firstPart(int depth, int limit) {
    int part = Math.ceilDiv(depth, Math.max(1, Math.ceilDiv(depth, limit)));
    return part + (depth - part) % 2;
  }
}
