package dev.fathom.spi.conformance;

import dev.fathom.spi.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Elements of one type in host memory, in native byte order and at any alignment, as {@link
 * dev.fathom.spi.Queue#write} and {@link dev.fathom.spi.Queue#read} exchange them.
 *
 * <p>An element is read and written as a <em>word</em>, which loses nothing: the {@linkplain
 * Double#doubleToRawLongBits bits of its f64 value} for a floating type, the value itself for an
 * integer, 0 or 1 for {@code bool}. Not thread-safe.
 */
public final class HostArray {
  // Views of a byte array: through a segment an element costs a native image a hundred times more.
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);
  private static final VarHandle SHORT = view(short[].class);

  private final DType dtype;
  private final byte[] bytes;
  private final long elements;

  private static VarHandle view(Class<?> elements) {
    return MethodHandles.byteArrayViewVarHandle(elements, ByteOrder.nativeOrder());
  }

  /** Makes an array of zeros. */
  public HostArray(DType dtype, long elements) {
    this.dtype = dtype;
    this.elements = elements;
    this.bytes = new byte[Math.toIntExact(Math.multiplyExact(elements, dtype.bytes()))];
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
    return MemorySegment.ofArray(bytes);
  }

  /** {@return an equal array with its own memory} */
  public HostArray copy() {
    HostArray copy = new HostArray(dtype, elements);
    System.arraycopy(bytes, 0, copy.bytes, 0, bytes.length);
    return copy;
  }

  /** {@return whether both, of one type, have the same bits at these places} */
  boolean hasSameBits(long index, HostArray other, long otherIndex) {
    int from = at(index);
    int otherFrom = other.at(otherIndex);
    int size = dtype.bytes();
    return Arrays.equals(bytes, from, from + size, other.bytes, otherFrom, otherFrom + size);
  }

  private int at(long index) {
    return Math.toIntExact(index * dtype.bytes());
  }

  /** {@return the element at {@code index} as a word} */
  public long word(long index) {
    int at = at(index);
    return switch (dtype) {
      case F32 -> real(Float.intBitsToFloat((int) INT.get(bytes, at)));
      case F64, I64 -> (long) LONG.get(bytes, at);
      case I32 -> (int) INT.get(bytes, at);
      case I8, BOOL -> bytes[at];
      case U8 -> bytes[at] & 0xff;
      case BF16 -> real(Float.intBitsToFloat((short) SHORT.get(bytes, at) << 16));
      case F16 -> real(Float.float16ToFloat((short) SHORT.get(bytes, at)));
    };
  }

  /** Stores a word, rounded to nearest even or wrapped around as {@link DType} says. */
  public void setWord(long index, long word) {
    int at = at(index);
    switch (dtype) {
      case F32 -> INT.set(bytes, at, Float.floatToRawIntBits((float) real(word)));
      case F64, I64 -> LONG.set(bytes, at, word);
      case I32 -> INT.set(bytes, at, (int) word);
      case I8, U8 -> bytes[at] = (byte) word;
      case BOOL -> bytes[at] = (byte) (word == 0 ? 0 : 1);
      case BF16 -> SHORT.set(bytes, at, bfloat16((float) real(word)));
      case F16 -> SHORT.set(bytes, at, Float.floatToFloat16((float) real(word)));
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
