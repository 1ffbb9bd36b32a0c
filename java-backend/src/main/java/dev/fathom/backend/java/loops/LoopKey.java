package dev.fathom.backend.java.loops;

/**
 * The name of a loop, and where its values lie. Equal expressions have equal names, however they
 * are spelled; neither shapes nor the values of constants are part of it. For {@code relu(x +
 * bias)}, with a bias that is one value a row, it is {@code xu|add 0 1;relu 2|3}: the kinds of the
 * leaves (x an array, m an array of bool, u one f32 value, b one bool), the operations on earlier
 * numbers, and the results.
 *
 * @param text the name
 * @param slots the slots of the leaves in the order of their numbers, then those of the results
 */
public record LoopKey(String text, int[] slots) {
  /** {@return whether a leaf is an array; a loop over single numbers alone has one turn} */
  public boolean hasArrays() {
    String kinds = text.substring(0, text.indexOf('|'));
    return kinds.indexOf('x') >= 0 || kinds.indexOf('m') >= 0;
  }
}
