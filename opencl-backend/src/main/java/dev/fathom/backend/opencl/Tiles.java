package dev.fathom.backend.opencl;

import dev.fathom.spi.DType;
import java.util.List;

/**
 * The size of the tiles that a work item of a processor holds in registers.
 *
 * @param rows rows of a tile
 * @param vectors vectors in a row
 * @param vectorBytes size of a vector
 */
record Tiles(int rows, int vectors, int vectorBytes) implements Variant {
  /** For 32 registers of 64 bytes, 16 of 32 and 32 of 16: sums, right operand and a broadcast. */
  static final List<Tiles> CANDIDATES =
      List.of(new Tiles(14, 2, 64), new Tiles(6, 2, 32), new Tiles(4, 3, 32), new Tiles(6, 4, 16));

  @Override
  public String label() {
    return "cpu %dx%dx%d".formatted(rows, vectors, vectorBytes);
  }

  /** {@return elements of a vector} */
  int lanes(DType type) {
    return vectorBytes / type.bytes();
  }

  /** {@return vectors that hold sums} */
  int registers() {
    return rows * vectors;
  }

  /** {@return the size of even parts of {@code size} that are at most {@code limit}} */
  static int part(long size, int limit) {
    if (size == 0) {
      return 1;
    }
    long parts = Math.ceilDiv(size, Math.max(1, limit));
    return (int) Math.ceilDiv(size, parts);
  }

  /** {@return the greatest divisor of {@code size} that is at most {@code limit}} */
  static int divisor(int size, int limit) {
    int divisor = Math.max(1, Math.min(size, limit));
    while (size % divisor != 0) {
      divisor--;
    }
    return divisor;
  }
}
