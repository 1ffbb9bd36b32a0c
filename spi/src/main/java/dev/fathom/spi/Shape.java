package dev.fathom.spi;

import java.util.Arrays;

/**
 * The sizes of a tensor, outermost axis first. Immutable; rank 0 is a scalar, a size of 0 makes an
 * empty tensor.
 */
public final class Shape {
  /** The shape of a scalar, {@code []}. */
  public static final Shape SCALAR = new Shape(new long[0]);

  private final long[] sizes;

  private Shape(long[] sizes) {
    this.sizes = sizes;
  }

  /**
   * {@return the shape with these sizes}
   *
   * @throws IllegalArgumentException if a size is negative or the element count passes 2^63
   */
  public static Shape of(long... sizes) {
    long elements = 1;
    for (long size : sizes) {
      if (size < 0) {
        throw new IllegalArgumentException(
            "[shape] sizes must not be negative but got " + Arrays.toString(sizes));
      }
      elements = Math.multiplyExact(elements, size);
    }
    return new Shape(sizes.clone());
  }

  /** {@return the number of axes} */
  public int rank() {
    return sizes.length;
  }

  /** {@return the size of {@code axis}; a negative axis counts from the end} */
  public long size(int axis) {
    return sizes[axis < 0 ? axis + sizes.length : axis];
  }

  /** {@return the number of elements; 1 for a scalar} */
  public long elements() {
    long elements = 1;
    for (long size : sizes) {
      elements *= size;
    }
    return elements;
  }

  /** {@return the sizes in a fresh array} */
  public long[] toArray() {
    return sizes.clone();
  }

  /** {@return the strides, in elements, of the row-major order} */
  public long[] rowMajorStrides() {
    long[] strides = new long[sizes.length];
    long step = 1;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      strides[axis] = step;
      step *= Math.max(1, sizes[axis]);
    }
    return strides;
  }

  /** {@return the axes from {@code from} (inclusive) to {@code to} (exclusive)} */
  public Shape slice(int from, int to) {
    return new Shape(Arrays.copyOfRange(sizes, from, to));
  }

  /** {@return this shape followed by the axes of {@code other}} */
  public Shape concat(Shape other) {
    long[] joined = Arrays.copyOf(sizes, sizes.length + other.sizes.length);
    System.arraycopy(other.sizes, 0, joined, sizes.length, other.sizes.length);
    return of(joined);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  /** {@return the sizes as {@code [2, 3]}} */
  @Override
  public String toString() {
    return Arrays.toString(sizes);
  }
}
