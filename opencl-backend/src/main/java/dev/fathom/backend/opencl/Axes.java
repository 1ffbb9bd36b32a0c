package dev.fathom.backend.opencl;

import dev.fathom.spi.View;
import java.util.Arrays;

/**
 * A group of axes of a view that one index counts, in row-major order. Neighbouring axes are merged
 * where one stride leads through both. An empty group has one element.
 */
record Axes(long[] sizes, long[] strides) {

  static Axes of(View view, int... axes) {
    long[] sizes = new long[axes.length];
    long[] strides = new long[axes.length];
    int count = 0;
    for (int axis : axes) {
      long size = view.size(axis);
      long stride = view.stride(axis);
      if (size == 1) {
        continue;
      }
      if (count > 0 && strides[count - 1] == size * stride) {
        sizes[count - 1] *= size;
        strides[count - 1] = stride;
      } else {
        sizes[count] = size;
        strides[count++] = stride;
      }
    }
    return new Axes(Arrays.copyOf(sizes, count), Arrays.copyOf(strides, count));
  }

  /** {@return the number of elements} */
  long size() {
    long size = 1;
    for (long axis : sizes) {
      size *= axis;
    }
    return size;
  }

  /** {@return whether one stride leads through all elements} */
  boolean isRegular() {
    return sizes.length <= 1;
  }

  /** {@return that stride, 0 for a single element} */
  long stride() {
    return sizes.length == 0 ? 0 : strides[0];
  }

  /** {@return whether elements lie side by side} */
  boolean isContiguous() {
    return sizes.length == 0 || sizes.length == 1 && strides[0] == 1;
  }

  /** {@return a C expression of type long: how far element {@code index} is from the first} */
  String at(String index, Numbers numbers) {
    if (size() == 0) {
      return "0L";
    }
    StringBuilder text = new StringBuilder("0L");
    long inner = 1;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      text.append(" + ").append(part(index, inner, axis == 0 ? 0 : sizes[axis], numbers));
      text.append(" * ").append(numbers.of(strides[axis]));
      inner *= sizes[axis];
    }
    return "(" + text + ")";
  }

  /** {@return the index along an axis; {@code size} 0 for the outermost one} */
  static String part(String index, long inner, long size, Numbers numbers) {
    String whole = inner == 1 ? "(" + index + ")" : "(" + index + ") / " + numbers.of(inner);
    return size == 0 ? whole : "(" + whole + ") % " + numbers.of(size);
  }
}
