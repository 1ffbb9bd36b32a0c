package dev.fathom.graph;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;

/**
 * The element type and shape of a value, which are known before it is computed.
 *
 * @param dtype element type
 * @param shape static sizes
 */
public record Type(DType dtype, Shape shape) {
  /** {@return the type with these sizes} */
  public static Type of(DType dtype, long... sizes) {
    return new Type(dtype, Shape.of(sizes));
  }

  /** {@return this type with another shape} */
  public Type withShape(Shape other) {
    return new Type(dtype, other);
  }

  /** {@return the size in bytes} */
  public long bytes() {
    return Math.multiplyExact(shape.elements(), dtype.bytes());
  }

  /** {@return for example {@code f32[2, 3]}} */
  @Override
  public String toString() {
    return dtype.label() + shape;
  }
}
