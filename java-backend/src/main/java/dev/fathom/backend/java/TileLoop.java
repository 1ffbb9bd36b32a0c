package dev.fathom.backend.java;

/**
 * A whole expression as one loop that keeps everything in registers; takes the place of a {@link
 * TileProgram}'s instructions, with the same order of operations and the same bits.
 */
@FunctionalInterface
interface TileLoop {
  /**
   * Runs over a tile.
   *
   * @param state the arrays and offsets of the slots
   * @param slots the slots of the leaves, then of the results, in the order of the {@link LoopKey}
   * @param n a multiple of the vector length
   */
  void run(TileState state, int[] slots, int n);
}
