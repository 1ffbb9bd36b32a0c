package dev.fathom.backend.java;

import dev.fathom.spi.Contract;
import dev.fathom.spi.View;

/**
 * How the result of a tiled contraction is cut, by shape alone, in the scheme of Van Zee and van de
 * Geijn, "BLIS: a framework for rapidly instantiating BLAS functionality" (2015).
 *
 * @param rows rows of a block, a multiple of a tile's
 * @param columns columns of a block, a multiple of a tile's
 * @param depth greatest depth of a slice of the sums
 * @param direct whether tiles go straight to the output
 * @param blocksPerTask small blocks are done several at once
 * @param slot elements of scratch memory that a worker needs
 */
record Tiling(int rows, int columns, int depth, boolean direct, int blocksPerTask, int slot) {
  /** Greatest depth of a slice: a right panel of it stays in the first-level cache. */
  private static final int DEPTH = 320;

  /** A left block of 96 x 320 floats is an eighth of the second-level cache. */
  private static final int ROWS = 96;

  private static final int COLUMNS = 512;

  /** Multiplications that are worth waking a worker. */
  private static final long TASK_WORK = 1 << 20;

  static Tiling of(Contract spec, Contraction contraction, Arithmetic arithmetic) {
    long rowCount = contraction.left().rowCount();
    long columnCount = contraction.right().rowCount();
    long depth = contraction.left().depthCount();
    View out = spec.epilogue().outputs().getFirst();
    boolean direct =
        spec.epilogue().isPlain()
            && out.dtype() == spec.accumulator()
            && Steps.isRegular(out, contraction.result().rows())
            && Steps.isContiguous(out, contraction.result().columns());
    int rows = part(rowCount, ROWS, arithmetic.rows());
    int columns = part(columnCount, COLUMNS, arithmetic.columns());
    // At least eight blocks where they are worth it, so that threads finish together.
    while (Math.ceilDiv(rowCount, rows) * Math.ceilDiv(columnCount, columns) < 8
        && (long) rows * columns * depth > 2 * TASK_WORK
        && columns > 2 * arithmetic.columns()) {
      columns = part(columnCount, columns / 2, arithmetic.columns());
    }
    long work = Math.max(1, (long) rows * columns * depth);
    int slice = slice(depth, DEPTH);
    int tile = arithmetic.rows() * arithmetic.columns();
    return new Tiling(
        rows,
        columns,
        slice,
        direct,
        (int) Math.max(1, TASK_WORK / work),
        rows * slice + (direct ? tile : rows * columns));
  }

  /** {@return the size of even slices of {@code depth} that are at most {@code limit}} */
  static int slice(long depth, int limit) {
    return (int) Math.ceilDiv(depth, Math.max(1, Math.ceilDiv(depth, limit)));
  }

  /** Cuts {@code size} into even parts of at most {@code limit}, in multiples of {@code unit}. */
  private static int part(long size, int limit, int unit) {
    long parts = Math.max(1, Math.ceilDiv(size, limit));
    return (int) Math.max(1, Math.ceilDiv(Math.ceilDiv(size, parts), unit)) * unit;
  }
}
