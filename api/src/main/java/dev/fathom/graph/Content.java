package dev.fathom.graph;

import dev.fathom.spi.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;

/**
 * Numbers that the host has: the elements of a tensor, row-major. Immutable and thread-safe. Two
 * are equal if their types and all their bits are: a NaN equals itself, and 0 is not -0.
 */
public final class Content {
  private final Type type;
  private final MemorySegment elements;
  private int hash;

  private Content(Type type, MemorySegment elements) {
    this.type = type;
    this.elements = elements.asReadOnly();
  }

  /**
   * Copies {@code elements}.
   *
   * @param elements all of {@code type}, row-major, native byte order
   * @throws IllegalArgumentException if they are not as many bytes as the type has
   */
  public static Content copyOf(Type type, MemorySegment elements) {
    if (elements.byteSize() != type.bytes()) {
      throw new IllegalArgumentException(
          "[content] expected "
              + type.bytes()
              + " bytes for "
              + type
              + " but got "
              + elements.byteSize());
    }
    MemorySegment copy = allocate(type);
    // Byte by byte, since a source may begin anywhere.
    MemorySegment.copy(
        elements, ValueLayout.JAVA_BYTE, 0, copy, ValueLayout.JAVA_BYTE, 0, elements.byteSize());
    return new Content(type, copy);
  }

  /** {@return a heap array of zeros with room for {@code type}} */
  public static MemorySegment allocate(Type type) {
    int elements = Math.toIntExact(type.shape().elements());
    return switch (type.dtype()) {
      case F32 -> MemorySegment.ofArray(new float[elements]);
      case F64 -> MemorySegment.ofArray(new double[elements]);
      case I32 -> MemorySegment.ofArray(new int[elements]);
      case I64 -> MemorySegment.ofArray(new long[elements]);
      case BF16, F16 -> MemorySegment.ofArray(new short[elements]);
      case I8, U8, BOOL -> MemorySegment.ofArray(new byte[elements]);
    };
  }

  /** {@return element type and shape} */
  public Type type() {
    return type;
  }

  /** {@return the elements, read-only, row-major, in native byte order} */
  public MemorySegment elements() {
    return elements;
  }

  /**
   * {@return the bits, as in {@code spi.Expression.Node.Constant}, of the one number that all
   * elements are, or that an only element is} Empty for narrow storage types, which no constant
   * has; 0 where there is no element.
   */
  public OptionalLong uniformBits() {
    DType dtype = type.dtype();
    if (dtype != dtype.valueType()) {
      return OptionalLong.empty();
    }
    if (elements.byteSize() == 0) {
      return OptionalLong.of(0);
    }
    long rest = elements.byteSize() - dtype.bytes();
    // Each element equals the one behind it.
    if (elements.asSlice(0, rest).mismatch(elements.asSlice(dtype.bytes())) >= 0) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        switch (dtype) {
          case F32 -> Integer.toUnsignedLong(elements.get(ValueLayout.JAVA_INT, 0));
          case I32 -> elements.get(ValueLayout.JAVA_INT, 0);
          case F64, I64 -> elements.get(ValueLayout.JAVA_LONG, 0);
          default -> elements.get(ValueLayout.JAVA_BYTE, 0);
        });
  }

  @Override
  public boolean equals(Object other) {
    return other == this
        || other instanceof Content content
            && content.type.equals(type)
            && content.hashCode() == hashCode()
            && content.elements.mismatch(elements) < 0;
  }

  @Override
  public int hashCode() {
    int known = hash;
    if (known == 0) {
      known = type.hashCode();
      long words = elements.byteSize() / Long.BYTES;
      for (long i = 0; i < words; i++) {
        known =
            31 * known
                + Long.hashCode(elements.get(ValueLayout.JAVA_LONG_UNALIGNED, i * Long.BYTES));
      }
      for (long at = words * Long.BYTES; at < elements.byteSize(); at++) {
        known = 31 * known + elements.get(ValueLayout.JAVA_BYTE, at);
      }
      // Several threads may compute it; they store the same value.
      hash = known;
    }
    return known;
  }

  /** {@return the type; the elements may be many} */
  @Override
  public String toString() {
    return type.toString();
  }
}
