package dev.fathom.backend.java.contract;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.arithmetic.Depth;
import dev.fathom.backend.java.memory.Steps;
import dev.fathom.spi.Contract;
import dev.fathom.spi.View;

/**
 * How the result of a tiled contraction is cut, by shape alone, in the scheme of Van Zee and van de
 * Geijn, "BLIS: a framework for rapidly instantiating BLAS functionality" (2015).
 *
 * @param rows rows of a block, a multiple of a tile's
 * @param columns columns of a block, a multiple of a tile's
 * @param depth greatest depth of a slice of the sums
 * @param group columns of the right panels that a tile's rows meet before the next rows do, a
 *     multiple of a tile's
 * @param direct whether tiles go straight to the output
 * @param blocksPerTask small blocks are done several at once
 * @param slot elements of scratch memory that a worker needs: a left block, a slice of a right
 *     panel where that is narrow, results
 * @param narrow whether right panels are bf16 or i8, of which a slice at a time is widened
 */
record Tiling(
    int rows,
    int columns,
    int depth,
    int group,
    boolean direct,
    int blocksPerTask,
    int slot,
    boolean narrow) {
  /**
   * Greatest depth of a slice. Passing over the results again costs more than panels that leave the
   * first-level cache: 1024 x 1024 x 1024 ran at 170 GFLOP/s in slices of 256, at 215 in one.
   */
  private static final int DEPTH = 2048;

  /**
   * Greatest depth of a slice where a narrow panel is widened first: 512 x 32 floats are still in a
   * second-level cache when they are used.
   */
  private static final int NARROW_DEPTH = 512;

  /** A left block of 96 x 2048 floats stays in a second-level cache of 1 MB. */
  private static final int ROWS = 96;

  private static final int LEFT = ROWS * DEPTH;

  private static final int COLUMNS = 512;

  /** Elements of a slice of right panels that are used together. */
  private static final int GROUP = 98304;

  /** Multiplications that are worth waking a worker. */
  private static final long TASK_WORK = 1 << 20;

  static Tiling of(Contract spec, Contraction contraction, Arithmetic arithmetic) {
    long rowCount = contraction.left().rowCount();
    long columnCount = contraction.right().rowCount();
    long depth = contraction.left().depthCount();
    View out = spec.epilogue().outputs().getFirst();
    boolean narrow = contraction.panelType(spec.accumulator()) != spec.accumulator();
    int together = arithmetic.tilesAtOnce() * arithmetic.columns();
    int deepest = narrow ? NARROW_DEPTH : DEPTH;
    boolean direct =
        spec.epilogue().isPlain()
            && out.dtype() == spec.accumulator()
            && Steps.isRegular(out, contraction.result().rows())
            && Steps.isContiguous(out, contraction.result().columns())
            && !(depth > deepest && meets(Steps.of(out, contraction.result().rows()).stride));
    int slice = Depth.slice(depth, deepest);
    int rows = part(rowCount, most(slice, arithmetic), arithmetic.rows());
    int columns = part(columnCount, COLUMNS, together);
    // At least eight blocks where they are worth it, so that threads finish together.
    while (Math.ceilDiv(rowCount, rows) * Math.ceilDiv(columnCount, columns) < 8
        && (long) rows * columns * depth > 2 * TASK_WORK
        && (rows > 4 * arithmetic.rows() || columns > 2 * arithmetic.columns())) {
      if (rows > 4 * arithmetic.rows()) {
        rows = part(rowCount, rows / 2, arithmetic.rows());
      } else {
        columns = part(columnCount, columns / 2, arithmetic.columns());
      }
    }
    long work = Math.max(1, (long) rows * columns * depth);
    int tile = arithmetic.rows() * arithmetic.columns();
    return new Tiling(
        rows,
        columns,
        slice,
        narrow ? arithmetic.columns() : group(slice, arithmetic),
        direct,
        (int) Math.max(1, TASK_WORK / work),
        rows * slice
            + (narrow ? slice * arithmetic.columns() : 0)
            + (direct ? tile : rows * pitch(columns)),
        narrow);
  }

  /**
   * {@return the greatest number of rows of a block} Where a part of the right panels stays in a
   * first-level cache, more rows use it again: 192 rows of 1024 products ran at 131 GFLOP/s rather
   * than 126.
   */
  private static int most(int slice, Arithmetic arithmetic) {
    return arithmetic.tilesAtOnce() == 1
        ? ROWS
        : Math.clamp(LEFT / Math.max(1, slice), ROWS, 2 * ROWS);
  }

  /**
   * {@return columns of a group of right panels} A group has as many panels as fit into a
   * second-level cache beside the other operands; where several panels are computed at once, it has
   * those. Without groups, the tiles of a panel write cache lines that lie a whole row of the
   * result apart, and wait for memory: 2048 x 384 x 1536 ran at 175 GFLOP/s that way, at 190 in
   * groups.
   */
  private static int group(int slice, Arithmetic arithmetic) {
    int panels = arithmetic.tilesAtOnce();
    return arithmetic.columns()
        * (panels > 1 ? panels : Math.max(1, GROUP / Math.max(1, slice) / arithmetic.columns()));
  }

  /** Whether rows that far apart fall into the same few sets of the caches. */
  private static boolean meets(int stride) {
    return stride % 512 == 0;
  }

  private static int pitch(int columns) {
    return columns + 16;
  }

  /** {@return the distance of rows in a block of results} */
  int pitch() {
    return pitch(columns);
  }

  /** Cuts {@code size} into even parts of at most {@code limit}, in multiples of {@code unit}. */
  private static int part(long size, int limit, int unit) {
    long parts = Math.max(1, Math.ceilDiv(size, limit));
    return (int) Math.max(1, Math.ceilDiv(Math.ceilDiv(size, parts), unit)) * unit;
  }
}
