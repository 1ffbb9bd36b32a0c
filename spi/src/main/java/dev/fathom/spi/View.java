package dev.fathom.spi;

import java.util.Arrays;

/**
 * How an operand lies in its buffer: element {@code (i0, i1, ...)} is at {@code offset + i0 *
 * stride(0) + i1 * stride(1) + ...}, where the offset comes from the {@link Binding}. Strides count
 * elements and may be 0 (broadcast), negative (flipped) or smaller than the extent below them
 * (overlapping windows). Immutable.
 */
public final class View {
  private final DType dtype;
  private final Shape shape;
  private final long[] strides;

  private View(DType dtype, Shape shape, long[] strides) {
    this.dtype = dtype;
    this.shape = shape;
    this.strides = strides;
  }

  /**
   * {@return a view with explicit strides} The stride of an axis of size 1 has no meaning and is
   * stored as 0, so that views that reach the same elements are equal.
   *
   * @throws IllegalArgumentException if there is not one stride an axis
   */
  public static View of(DType dtype, Shape shape, long... strides) {
    if (strides.length != shape.rank()) {
      throw new IllegalArgumentException(
          "[view] expected "
              + shape.rank()
              + " strides for shape "
              + shape
              + " but got "
              + Arrays.toString(strides));
    }
    long[] canonical = strides.clone();
    for (int axis = 0; axis < canonical.length; axis++) {
      if (shape.size(axis) == 1) {
        canonical[axis] = 0;
      }
    }
    return new View(dtype, shape, canonical);
  }

  /** {@return the row-major view of {@code shape}} */
  public static View contiguous(DType dtype, Shape shape) {
    return of(dtype, shape, shape.rowMajorStrides());
  }

  /** {@return the type of a stored element} */
  public DType dtype() {
    return dtype;
  }

  /** {@return the sizes} */
  public Shape shape() {
    return shape;
  }

  /** {@return the number of axes} */
  public int rank() {
    return strides.length;
  }

  /** {@return the size of {@code axis}} */
  public long size(int axis) {
    return shape.size(axis);
  }

  /** {@return the stride of {@code axis} in elements; 0 where the size is 1} */
  public long stride(int axis) {
    return strides[axis];
  }

  /** {@return the strides in a fresh array} */
  public long[] strides() {
    return strides.clone();
  }

  /** {@return whether elements lie in row-major order without gaps} */
  public boolean isContiguous() {
    return shape.elements() == 0 || equals(contiguous(dtype, shape));
  }

  /**
   * {@return whether two different indices can reach the same element} Answers true where strides
   * interleave, even if no element is reached twice.
   */
  public boolean overlaps() {
    Integer[] axes = new Integer[rank()];
    Arrays.setAll(axes, axis -> axis);
    Arrays.sort(axes, (a, b) -> Long.compare(Math.abs(strides[a]), Math.abs(strides[b])));
    long extent = 1;
    for (int axis : axes) {
      if (size(axis) > 1) {
        if (Math.abs(strides[axis]) < extent) {
          return true;
        }
        extent += Math.abs(strides[axis]) * (size(axis) - 1);
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof View view
        && dtype == view.dtype
        && shape.equals(view.shape)
        && Arrays.equals(strides, view.strides);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * dtype.hashCode() + shape.hashCode()) + Arrays.hashCode(strides);
  }

  /** {@return for example {@code f32[2, 3]}, with the strides where not contiguous} */
  @Override
  public String toString() {
    return dtype.label() + shape + (isContiguous() ? "" : " strides " + Arrays.toString(strides));
  }
}
