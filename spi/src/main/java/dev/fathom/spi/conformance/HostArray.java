package dev.fathom.spi.conformance;

import dev.fathom.spi.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Elements of one type in host memory, in native byte order and at any alignment: what {@link
 * dev.fathom.spi.Queue#write} and {@link dev.fathom.spi.Queue#read} exchange.
 *
 * <p>An element travels as a <em>word</em>, which loses nothing: the {@linkplain
 * Double#doubleToRawLongBits bits of its f64 value} for a floating type, the value itself for an
 * integer, 0 or 1 for {@code bool}. Not thread-safe.
 */
public final class HostArray {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private final DType dtype;
  private final MemorySegment memory;
  private final long elements;

  /** Makes an array of zeros. */
  public HostArray(DType dtype, long elements) {
    this.dtype = dtype;
    this.elements = elements;
    this.memory =
        MemorySegment.ofArray(
            new byte[Math.toIntExact(Math.multiplyExact(elements, dtype.bytes()))]);
  }

  /** {@return the element type} */
  public DType dtype() {
    return dtype;
  }

  /** {@return the number of elements} */
  public long elements() {
    return elements;
  }

  /** {@return the memory itself, not a copy} */
  public MemorySegment memory() {
    return memory;
  }

  /** {@return an equal array with its own memory} */
  public HostArray copy() {
    HostArray copy = new HostArray(dtype, elements);
    copy.memory.copyFrom(memory);
    return copy;
  }

  /** {@return the element at {@code index} as a word} */
  public long word(long index) {
    long at = index * dtype.bytes();
    return switch (dtype) {
      case F32 -> real(Float.intBitsToFloat(memory.get(INT, at)));
      case F64, I64 -> memory.get(LONG, at);
      case I32 -> memory.get(INT, at);
      case I8, BOOL -> memory.get(BYTE, at);
      case U8 -> memory.get(BYTE, at) & 0xff;
      case BF16 -> real(Float.intBitsToFloat(memory.get(SHORT, at) << 16));
      case F16 -> real(Float.float16ToFloat(memory.get(SHORT, at)));
    };
  }

  /** Stores a word, rounded to nearest even or wrapped around as {@link DType} says. */
  public void setWord(long index, long word) {
    long at = index * dtype.bytes();
    switch (dtype) {
      case F32 -> memory.set(INT, at, Float.floatToRawIntBits((float) real(word)));
      case F64, I64 -> memory.set(LONG, at, word);
      case I32 -> memory.set(INT, at, (int) word);
      case I8, U8 -> memory.set(BYTE, at, (byte) word);
      case BOOL -> memory.set(BYTE, at, (byte) (word == 0 ? 0 : 1));
      case BF16 -> memory.set(SHORT, at, bfloat16((float) real(word)));
      case F16 -> memory.set(SHORT, at, Float.floatToFloat16((float) real(word)));
    }
  }

  /** {@return the element at {@code index} as a number} */
  public double number(long index) {
    return dtype.isFloating() ? real(word(index)) : word(index);
  }

  /** Stores a number, converted as {@link dev.fathom.spi.ScalarOp#CAST} converts it. */
  public void setNumber(long index, double number) {
    setWord(index, dtype.isFloating() ? real(number) : (long) number);
  }

  static double real(long word) {
    return Double.longBitsToDouble(word);
  }

  static long real(double value) {
    return Double.doubleToRawLongBits(value);
  }

  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }
}
