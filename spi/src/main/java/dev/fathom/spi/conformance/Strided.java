package dev.fathom.spi.conformance;

import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * An operand of the oracle: a view, and where its elements lie.
 *
 * @param view how the operand lies in the array
 * @param array its memory
 * @param offset the element of index 0
 */
record Strided(View view, HostArray array, long offset) {

  long word(long... index) {
    return array.word(address(view, offset, index));
  }

  void setWord(long word, long... index) {
    array.setWord(address(view, offset, index), word);
  }

  double real(long... index) {
    return HostArray.real(word(index));
  }

  void setReal(double value, long... index) {
    setWord(HostArray.real(value), index);
  }

  static long address(View view, long offset, long... index) {
    long address = offset;
    for (int axis = 0; axis < index.length; axis++) {
      address += index[axis] * view.stride(axis);
    }
    return address;
  }

  /** Visits every index in row-major order; the array is reused between visits. */
  static void forEach(Shape shape, Consumer<long[]> visitor) {
    long[] index = new long[shape.rank()];
    for (long left = shape.elements(); left > 0; left--) {
      visitor.accept(index);
      for (int axis = index.length - 1; axis >= 0 && ++index[axis] == shape.size(axis); axis--) {
        index[axis] = 0;
      }
    }
  }

  /** {@return the given indices one behind the other} */
  static long[] join(long[]... parts) {
    int length = 0;
    for (long[] part : parts) {
      length += part.length;
    }
    long[] joined = new long[length];
    int at = 0;
    for (long[] part : parts) {
      System.arraycopy(part, 0, joined, at, part.length);
      at += part.length;
    }
    return joined;
  }

  /** {@return {@code index} with {@code value} appended} */
  static long[] append(long[] index, long value) {
    long[] longer = Arrays.copyOf(index, index.length + 1);
    longer[index.length] = value;
    return longer;
  }
}
