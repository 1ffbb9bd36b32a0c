package dev.fathom.service.inference;

import dev.fathom.spi.DType;
import java.util.Arrays;
import java.util.Optional;

/** The protocol's types of numbers, with the JSON numbers that each takes. */
enum Datatype {
  BOOL(0, 1),
  UINT8(0, 0xff),
  UINT16(0, 0xffff),
  UINT32(0, 0xffffffffL),
  UINT64(0, Long.MAX_VALUE),
  INT8(Byte.MIN_VALUE, Byte.MAX_VALUE),
  INT16(Short.MIN_VALUE, Short.MAX_VALUE),
  INT32(Integer.MIN_VALUE, Integer.MAX_VALUE),
  INT64(Long.MIN_VALUE, Long.MAX_VALUE),
  FP16,
  BF16,
  FP32,
  FP64;

  private final boolean floating;
  private final long least;
  private final long most;

  Datatype() {
    this(true, 0, 0);
  }

  Datatype(long least, long most) {
    this(false, least, most);
  }

  Datatype(boolean floating, long least, long most) {
    this.floating = floating;
    this.least = least;
    this.most = most;
  }

  static Optional<Datatype> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
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

  /** {@return whether this type takes a number; none takes one that a float cannot hold} */
  boolean holds(double number) {
    return floating
        ? Float.isFinite((float) number)
        : number == Math.rint(number) && number >= least && number <= most;
  }

  /** {@return the numbers that {@link #holds} takes, in words for error messages} */
  String range() {
    return floating ? "a number" : "a whole number from " + least + " to " + most;
  }
}
