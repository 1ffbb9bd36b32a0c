package dev.fathom.backend.java.arithmetic;

/**
 * The inner kernels that read one operand as bf16 and multiply and add in f32, with vectors or
 * without. The product of a matrix and a vector is bound by memory, and bf16 halves what is read.
 * Arguments are not checked.
 */
public interface Bf16 {
  /**
   * {@return the inner kernels}
   *
   * @param vector whether those of the Vector API, which must be there then
   */
  static Bf16 of(boolean vector) {
    return vector ? new Bf16Vectors() : new Bf16Scalars();
  }

  /** {@link Arithmetic#dots} over rows of bf16. */
  void dots(
      int count,
      int depth,
      short[] rows,
      int rowsAt,
      int stride,
      float[] x,
      int xAt,
      float[] y,
      int yAt);

  /** {@link Arithmetic#combine} of rows of bf16. */
  void combine(
      int count,
      int depth,
      short[] rows,
      int rowsAt,
      int stride,
      float[] x,
      int xAt,
      float[] y,
      int yAt);

  /** {@code to[toAt + i] = from[fromAt + i]}. */
  void widen(short[] from, int fromAt, int count, float[] to, int toAt);
}
