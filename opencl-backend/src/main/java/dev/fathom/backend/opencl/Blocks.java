package dev.fathom.backend.opencl;

import java.util.List;

/**
 * Tile sizes of a matrix product on a GPU: a group of {@code side x side} work items computes a
 * block of results, {@code each x each} of them in the registers of a work item, from slices of
 * both operands in local memory.
 *
 * @param side work items along each side of a group
 * @param each results of a work item along each side
 * @param slice products that are brought to local memory at once
 */
record Blocks(int side, int each, int slice) implements Variant {
  static final List<Blocks> CANDIDATES =
      List.of(new Blocks(16, 4, 16), new Blocks(16, 8, 8), new Blocks(8, 4, 16));

  @Override
  public String label() {
    return "gpu %dx%dx%d".formatted(side, each, slice);
  }

  /** {@return results along each side of a block} */
  int size() {
    return side * each;
  }
}
