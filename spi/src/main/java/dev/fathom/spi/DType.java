package dev.fathom.spi;

/**
 * Element types. Arithmetic is done in the {@link #valueType() value type}: the narrow types are
 * storage only.
 */
public enum DType {
  /** IEEE 754 binary32. */
  F32(4),
  /** IEEE 754 binary64. */
  F64(8),
  /** Two's complement, wraps around. */
  I32(4),
  /** Two's complement, wraps around. */
  I64(8),
  /** Stored in a byte, computed as {@link #I32}; a store keeps the low 8 bits. */
  I8(1),
  /** Stored in an unsigned byte, computed as {@link #I32}; a store keeps the low 8 bits. */
  U8(1),
  /** Stored in a byte as 0 or 1. */
  BOOL(1),
  /** The upper half of a binary32, computed as {@link #F32}; a store rounds to nearest even. */
  BF16(2),
  /** IEEE 754 binary16, computed as {@link #F32}; a store rounds to nearest even. */
  F16(2);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** {@return the SPI version that brought it; a backend is offered none that it cannot know} */
  public int since() {
    return 1;
  }

  /** {@return the size of one stored element in bytes} */
  public int bytes() {
    return bytes;
  }

  /** {@return the type in which stored elements of this type are computed} */
  public DType valueType() {
    return switch (this) {
      case BF16, F16 -> F32;
      case I8, U8 -> I32;
      default -> this;
    };
  }

  /** {@return whether values are floating-point numbers} */
  public boolean isFloating() {
    return switch (this) {
      case F32, F64, BF16, F16 -> true;
      default -> false;
    };
  }

  /** {@return whether values are integers; {@link #BOOL} is not} */
  public boolean isInteger() {
    return !isFloating() && this != BOOL;
  }

  /** {@return the lower-case name that messages and files use, {@code f32} for example} */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
