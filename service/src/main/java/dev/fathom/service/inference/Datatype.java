package dev.fathom.service.inference;

import dev.fathom.service.Refusal;
import dev.fathom.spi.DType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** The protocol's types of values: which numbers each takes, and how it lies in binary tensors. */
enum Datatype {
  BOOL(1, 0, 1),
  UINT8(1, 0, 0xff),
  UINT16(2, 0, 0xffff),
  UINT32(4, 0, 0xffffffffL),
  UINT64(8, 0, -1), // Without a sign: all bits are set.
  INT8(1, Byte.MIN_VALUE, Byte.MAX_VALUE),
  INT16(2, Short.MIN_VALUE, Short.MAX_VALUE),
  INT32(4, Integer.MIN_VALUE, Integer.MAX_VALUE),
  INT64(8, Long.MIN_VALUE, Long.MAX_VALUE),
  FP16(2),
  BF16(2),
  FP32(4),
  FP64(8),
  /** Texts. */
  BYTES(0);

  private static final double TWO_TO_64 = 0x1p64;

  private final int bytes;
  private final boolean whole;
  private final long least;
  private final long most;

  Datatype(int bytes) {
    this(bytes, false, 0, 0);
  }

  Datatype(int bytes, long least, long most) {
    this(bytes, true, least, most);
  }

  Datatype(int bytes, boolean whole, long least, long most) {
    this.bytes = bytes;
    this.whole = whole;
    this.least = least;
    this.most = most;
  }

  /**
   * {@return the type of that name}
   *
   * @param what the tensor, for the message
   * @throws Refusal 400 if there is none
   */
  static Datatype named(String name, String what) {
    return Arrays.stream(values())
        .filter(type -> type.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new Refusal(
                    400,
                    "%s: expected a datatype of %s but got '%s'"
                        .formatted(what, Arrays.toString(values()), name)));
  }

  /** {@return whether the numbers are whole} */
  boolean isWhole() {
    return whole;
  }

  /** {@return the types of numbers} */
  static List<Datatype> numbers() {
    return Arrays.stream(values()).filter(type -> type != BYTES).toList();
  }

  static Datatype of(DType dtype) {
    return switch (dtype) {
      case F32 -> FP32;
      case F64 -> FP64;
      case F16 -> FP16;
      case BF16 -> BF16;
      case I64 -> INT64;
      case I32 -> INT32;
      case I8 -> INT8;
      case U8 -> UINT8;
      case BOOL -> BOOL;
    };
  }

  /** {@return the bytes of a number in a binary tensor; 0 if they differ from value to value} */
  int bytes() {
    return bytes;
  }

  /** {@return whether this type takes a number; none takes one that a float cannot hold} */
  boolean holds(double number) {
    return whole
        ? number == Math.rint(number)
            && number >= least
            && number <= (least < 0 ? most : unsigned(most))
        : Float.isFinite((float) number);
  }

  /** {@return the numbers that {@link #holds} takes, in words for error messages} */
  String range() {
    var end = least < 0 ? Long.toString(most) : Long.toUnsignedString(most);
    return whole ? "a whole number from " + least + " to " + end : "a number";
  }

  /**
   * {@return a number of a binary tensor}
   *
   * @param little of little-endian order
   * @param at position of its first byte
   */
  double get(ByteBuffer little, int at) {
    return switch (this) {
      case BOOL, UINT8 -> little.get(at) & 0xff;
      case INT8 -> little.get(at);
      case UINT16 -> little.getShort(at) & 0xffff;
      case INT16 -> little.getShort(at);
      case UINT32 -> little.getInt(at) & 0xffffffffL;
      case INT32 -> little.getInt(at);
      case UINT64 -> unsigned(little.getLong(at));
      case INT64 -> little.getLong(at);
      case FP16 -> Float.float16ToFloat(little.getShort(at));
      case BF16 -> Float.intBitsToFloat(little.getShort(at) << 16);
      case FP32 -> little.getFloat(at);
      case FP64 -> little.getDouble(at);
      case BYTES -> throw new IllegalStateException("a text is no number");
    };
  }

  /** {@return the number that 64 bits without a sign are} */
  static double unsigned(long bits) {
    return bits < 0 ? bits + TWO_TO_64 : bits;
  }

  /** Appends a number to a binary tensor of little-endian order. */
  void put(ByteBuffer little, double number) {
    switch (this) {
      case BOOL, UINT8, INT8 -> little.put((byte) number);
      case UINT16, INT16 -> little.putShort((short) number);
      case UINT32, INT32 -> little.putInt((int) (long) number);
      case UINT64, INT64 -> little.putLong((long) number);
      case FP16 -> little.putShort(Float.floatToFloat16((float) number));
      case BF16 -> little.putShort((short) (Float.floatToRawIntBits((float) number) >>> 16));
      case FP32 -> little.putFloat((float) number);
      case FP64 -> little.putDouble(number);
      case BYTES -> throw new IllegalStateException("a text is no number");
    }
  }
}
