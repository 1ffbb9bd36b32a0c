package dev.fathom.backend.java.sequence;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.spi.View;

/**
 * How a recurrent layer is cut, by shape alone, and what the scratch memory of a worker holds: the
 * left operand of the product of a step in panels {@code [tile, depth, Arithmetic.rows()]}, then
 * planes {@code [rows, pitch]} of a number for each row and unit, then smaller ones of a chunk.
 *
 * @param batch number of rows
 * @param units features of a state
 * @param pitch units in a plane, whole columns of tiles
 * @param blockRows rows that a task takes through all steps
 * @param tileRows rows of a tile of the product
 * @param height rows that a tile has room for
 * @param depth products in a sum
 * @param planes how many planes there are
 * @param chunks how many planes of a chunk there are
 */
record RecurrentTiling(
    int batch,
    int units,
    int pitch,
    int blockRows,
    int tileRows,
    int height,
    int depth,
    int planes,
    int chunks) {
  /**
   * Rows of a block. In each step the weights are read once for a block. Half as many rows cost 4
   * %, which is accepted for small batches so that they have more than one block.
   */
  private static final int BLOCK = 32;

  /**
   * Elements of a chunk, so that all values that a step needs of them stay in the first-level
   * cache.
   */
  private static final int CHUNK = 1024;

  static RecurrentTiling of(View states, int depth, int planes, int chunks, Arithmetic arithmetic) {
    int batch = Math.toIntExact(states.size(0));
    int units = Math.toIntExact(states.size(2));
    int pitch = Math.ceilDiv(units, arithmetic.columns()) * arithmetic.columns();
    int most = batch < 2 * BLOCK ? BLOCK / 2 : BLOCK;
    int blockRows = Math.ceilDiv(batch, Math.max(1, Math.ceilDiv(batch, most)));
    int tiles = Math.max(1, Math.ceilDiv(blockRows, arithmetic.rows()));
    int tileRows = Math.ceilDiv(Math.ceilDiv(blockRows, tiles), 4) * 4;
    return new RecurrentTiling(
        batch, units, pitch, blockRows, tileRows, arithmetic.rows(), depth, planes, chunks);
  }

  /** {@return how many tasks there are} */
  int blocks() {
    return blockRows == 0 || units == 0 ? 0 : Math.ceilDiv(batch, blockRows);
  }

  /** {@return tiles of a block} */
  int tiles() {
    return Math.ceilDiv(blockRows, Math.max(1, tileRows));
  }

  /** {@return where the panel of tile {@code index} begins} */
  int panel(int index) {
    return index * depth * height;
  }

  /** {@return where plane {@code index} begins} */
  int plane(int index) {
    return panel(tiles()) + index * planeElements();
  }

  /** Room behind the last tile, since kernels compute and read whole tiles. */
  private int planeElements() {
    return (tiles() * tileRows + height) * pitch;
  }

  int chunkRows() {
    return Math.max(1, CHUNK / Math.max(1, pitch));
  }

  /** {@return where plane {@code index} of a chunk begins} */
  int chunk(int index) {
    return plane(planes) + index * chunkRows() * pitch;
  }

  /** {@return elements of scratch memory that a worker needs} */
  int slot() {
    return chunk(chunks);
  }
}
