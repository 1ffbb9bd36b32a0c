package dev.fathom.model;

import dev.fathom.nn.Layout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A matrix in 8 bits a number, with a factor for each row, the output of a dense layer: {@code w[r,
 * c] = factor[r] * q[r, c]}, where the greatest of a row is 127 (absmax quantisation, Dettmers et
 * al., "LLM.int8()", 2022).
 */
final class Int8 {
  private static final int GREATEST = 127;

  private final Layout.Slot slot;
  private final int rows;
  private final int columns;

  /** For a tensor of two axes. */
  Int8(Layout.Slot slot) {
    this.slot = slot;
    rows = Math.toIntExact(slot.shape().size(0));
    columns = Math.toIntExact(slot.shape().size(1));
  }

  /**
   * {@return the f32 factors {@code [rows]} of f32 elements {@code [rows, columns]}}
   *
   * @throws IllegalArgumentException if an element is not finite
   */
  MemorySegment factors(MemorySegment wide) {
    float[] factors = new float[rows];
    for (int row = 0; row < rows; row++) {
      float greatest = 0;
      for (int i = 0; i < columns; i++) {
        float magnitude = Math.abs(get(wide, row, i));
        if (!(magnitude <= Float.MAX_VALUE)) {
          throw new IllegalArgumentException(
              "[weights] expected finite numbers in '%s' but got %s in row %d; int8 has none"
                  .formatted(slot.name(), get(wide, row, i), row));
        }
        greatest = Math.max(greatest, magnitude);
      }
      float factor = greatest / GREATEST;
      // Rounded up, that of the greatest numbers would make them infinite.
      factors[row] = factor * GREATEST > Float.MAX_VALUE ? Math.nextDown(factor) : factor;
    }
    return MemorySegment.ofArray(factors);
  }

  /**
   * {@return the i8 elements {@code [rows, columns]} of f32 ones, each the nearest; ties to even}
   */
  MemorySegment elements(MemorySegment wide, MemorySegment factors) {
    byte[] elements = new byte[Math.multiplyExact(rows, columns)];
    for (int row = 0; row < rows; row++) {
      float factor = factor(factors, row);
      for (int i = 0; i < columns && factor > 0; i++) {
        double nearest = Math.rint(get(wide, row, i) / factor);
        elements[row * columns + i] = (byte) Math.clamp(nearest, -GREATEST, GREATEST);
      }
    }
    return MemorySegment.ofArray(elements);
  }

  /** {@return the f32 elements that i8 ones stand for} */
  MemorySegment widened(MemorySegment elements, MemorySegment factors) {
    float[] wide = new float[Math.multiplyExact(rows, columns)];
    for (int row = 0; row < rows; row++) {
      float factor = factor(factors, row);
      for (int i = 0; i < columns; i++) {
        int at = row * columns + i;
        wide[at] = factor * elements.get(ValueLayout.JAVA_BYTE, at);
      }
    }
    return MemorySegment.ofArray(wide);
  }

  private float get(MemorySegment wide, int row, int column) {
    return wide.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * ((long) row * columns + column));
  }

  private static float factor(MemorySegment factors, int row) {
    return factors.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * row);
  }
}
