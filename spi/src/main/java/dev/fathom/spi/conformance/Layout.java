package dev.fathom.spi.conformance;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

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

  /** {@return axes in any order, with gaps, flipped, and, unless it is written, broadcast} */
  static View any(SplittableRandom random, boolean written, DType dtype, Shape shape) {
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      axes.add(random.nextInt(axis + 1), axis);
    }
    long[] strides = new long[shape.rank()];
    long step = random.nextInt(5) == 0 ? 2 : 1;
    for (int axis : axes) {
      int kind = random.nextInt(8);
      boolean broadcast = kind == 0 && !written;
      strides[axis] = broadcast ? 0 : kind == 1 ? -step : step;
      step *= broadcast ? 1 : shape.size(axis) + (kind == 2 ? 1 : 0);
    }
    return View.of(dtype, shape, strides);
  }

  /** {@return a shape of {@code rank} axes, most of them small} */
  static Shape anyShape(SplittableRandom random, int rank) {
    long[] sizes = new long[rank];
    Arrays.setAll(sizes, _ -> random.nextInt(6) == 0 ? 17 : random.nextInt(1, 6));
    return Shape.of(sizes);
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
