package dev.fathom.spi.conformance;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The ways in which an operand may lie in its buffer. */
enum Layout {
  /** Row-major. */
  CONTIGUOUS,
  /** First axis innermost. */
  TRANSPOSED,
  /** Every second element, and more between the rows. */
  GAPPED,
  /** All strides negative. */
  FLIPPED,
  /** Row-major with the first axis repeated; read only. */
  BROADCAST,
  /** Windows that slide by one element; read only. */
  OVERLAPPING;

  /** The layouts an output may have. */
  static final List<Layout> WRITABLE = List.of(CONTIGUOUS, TRANSPOSED, GAPPED, FLIPPED);

  View of(DType dtype, long... sizes) {
    int rank = sizes.length;
    long[] strides = Shape.of(sizes).rowMajorStrides();
    switch (this) {
      case CONTIGUOUS -> {}
      case TRANSPOSED -> {
        long step = 1;
        for (int axis = 0; axis < rank; axis++) {
          strides[axis] = step;
          step *= Math.max(1, sizes[axis]);
        }
      }
      case GAPPED -> {
        long step = 2;
        for (int axis = rank - 1; axis >= 0; axis--) {
          strides[axis] = step;
          step *= sizes[axis] + 1;
        }
      }
      case FLIPPED -> Arrays.setAll(strides, axis -> -strides[axis]);
      case BROADCAST -> {
        if (rank > 0) {
          strides[0] = 0;
        }
      }
      case OVERLAPPING -> Arrays.fill(strides, 1);
    }
    return View.of(dtype, Shape.of(sizes), strides);
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
