package dev.fathom.backend.java.arithmetic;

import dev.fathom.spi.DType;

/**
 * The inner kernels that read one operand as it is stored, in fewer bits than f32, and multiply and
 * add in f32, with vectors or without. The product of a matrix and a vector is bound by memory, and
 * bf16 halves what is read, i8 quarters it. Arguments are not checked.
 */
public interface Narrow {
  /** {@return whether there are kernels for a type} */
  static boolean reads(DType stored) {
    return stored == DType.BF16 || stored == DType.I8;
  }

  /**
   * {@return the inner kernels}
   *
   * @param stored a type that is {@linkplain #reads read}
   * @param vector whether those of the Vector API, which must be there then
   */
  static Narrow of(DType stored, boolean vector) {
    return switch (stored) {
      case BF16 -> vector ? new Bf16Vectors() : new Bf16Scalars();
      case I8 -> vector && Int8Vectors.FIT ? new Int8Vectors() : new Int8Scalars();
      default -> throw new IllegalArgumentException("no narrow kernels for " + stored);
    };
  }

  /**
   * {@link Arithmetic#dots} over narrow rows.
   *
   * @param rows short[] of bf16 or byte[] of i8
   */
  void dots(
      int count,
      int depth,
      Object rows,
      int rowsAt,
      int stride,
      float[] x,
      int xAt,
      float[] y,
      int yAt);

  /** {@return whether {@link #dots} reads one row after the other, however many it is given} */
  default boolean inTurn() {
    return false;
  }

  /** {@link Arithmetic#combine} of narrow rows. */
  void combine(
      int count,
      int depth,
      Object rows,
      int rowsAt,
      int stride,
      float[] x,
      int xAt,
      float[] y,
      int yAt);

  /** {@code to[toAt + i] = from[fromAt + i]}. */
  void widen(Object from, int fromAt, int count, float[] to, int toAt);
}
