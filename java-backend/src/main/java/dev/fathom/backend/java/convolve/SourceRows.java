package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.spi.DType;

/** Copies rows of a convolution's source into a zero-padded plane. */
record SourceRows(DType dtype, Arithmetic arithmetic) {

  /**
   * Copies rows of {@code width} elements, with zeros behind each up to the pitch. May write junk
   * into {@code columns()} elements behind the last.
   */
  void copy(
      Object from,
      int fromAt,
      int rowStep,
      int step,
      int rows,
      int width,
      Object to,
      int toAt,
      int pitch) {
    if (step == 1 && from.getClass() == to.getClass()) {
      arithmetic.spreadRows(from, fromAt, rowStep, rows, width, to, toAt, pitch);
      return;
    }
    for (int row = 0; row < rows; row++) {
      int at = toAt + row * pitch;
      Elements.load(from, dtype, fromAt + row * rowStep, step, width, to, at);
      Elements.zero(to, at + width, 1, pitch - width);
    }
  }
}
