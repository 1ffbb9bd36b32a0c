package dev.fathom.backend.java.sequence;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.spi.View;

/** The extents of a launch, and how they are cut. */
final class AttentionSizes {
  final int batch;
  final int heads;
  final int keyHeads;
  final int group;
  final int length;
  final int count;
  final int size;
  final int valueSize;

  /** Rows and columns of the tile kernel. */
  final int rows;

  final int columns;

  /** Keys whose scores are in scratch at once, a multiple of {@link #rows}. */
  final int block;

  private final Arithmetic arithmetic;

  AttentionSizes(Arithmetic arithmetic, View queries, View keys, View values) {
    this.arithmetic = arithmetic;
    batch = (int) queries.size(0);
    heads = (int) queries.size(1);
    keyHeads = (int) keys.size(1);
    group = heads / keyHeads;
    length = (int) queries.size(2);
    count = (int) keys.size(2);
    size = (int) queries.size(3);
    valueSize = (int) values.size(3);
    rows = arithmetic.rows();
    columns = arithmetic.columns();
    block = Math.min(tiles(192), tiles(count));
  }

  /** {@return {@code n} filled up to whole tiles, in rows} */
  int tiles(int n) {
    return Math.ceilDiv(n, rows) * rows;
  }

  /** {@return {@code n}, filled up until tiles beside each other cover it and no more} */
  int wholeTiles(int n) {
    int whole = n;
    while (arithmetic.allComputedRows(whole) != whole) {
      whole += columns;
    }
    return whole;
  }

  /** {@return {@code n} filled up to whole panels, in columns} */
  int panels(int n) {
    return Math.ceilDiv(n, columns) * columns;
  }
}
