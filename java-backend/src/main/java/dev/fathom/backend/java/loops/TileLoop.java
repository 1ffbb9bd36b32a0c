package dev.fathom.backend.java.loops;

/**
 * A whole expression as one loop that keeps everything in registers; takes the place of a tile
 * program's instructions, with the same order of operations and the same bits.
 */
@FunctionalInterface
public interface TileLoop {
  /**
   * Runs over a tile.
   *
   * @param floats the array of each slot that holds f32
   * @param ints the array of each slot that holds bool, as 0 or 1
   * @param at where the tile begins in the array of each slot
   * @param slots the slots of the leaves, then of the results, in the order of the {@link LoopKey}
   * @param n a multiple of the vector length
   */
  void run(float[][] floats, int[][] ints, int[] at, int[] slots, int n);
}
