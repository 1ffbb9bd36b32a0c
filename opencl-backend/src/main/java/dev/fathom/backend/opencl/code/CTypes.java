package dev.fathom.backend.opencl.code;

import dev.fathom.spi.DType;

/**
 * The C types of elements, and the code that loads, stores and converts them. {@code lanes} is 1 or
 * 16.
 */
public final class CTypes {
  private CTypes() {}

  /** {@return the C type of a stored element} */
  public static String stored(DType type) {
    return switch (type) {
      case F32 -> "float";
      case F64 -> "double";
      case I32 -> "int";
      case I64 -> "long";
      case I8 -> "char";
      case U8, BOOL -> "uchar";
      case BF16 -> "ushort";
      case F16 -> "half";
    };
  }

  /** {@return the C type of a value of a value type} */
  public static String value(DType type, int lanes) {
    String one = type == DType.BOOL ? "int" : stored(type);
    return lanes == 1 ? one : one + lanes;
  }

  /**
   * {@return whether several values of this type can be computed at once} That needs lanes as wide
   * as those of a comparison's result.
   */
  public static boolean hasLanes(DType type) {
    return switch (type.valueType()) {
      case F32, I32, BOOL -> true;
      default -> false;
    };
  }

  /** {@return an expression that loads from {@code pointer + at}, elements side by side} */
  public static String load(DType type, int lanes, String pointer, String at) {
    if (lanes == 1) {
      String element = pointer + "[" + at + "]";
      return switch (type) {
        case F32, F64, I32, I64 -> element;
        case I8, U8 -> "(int)" + element;
        case BOOL -> "(int)(" + element + " != 0)";
        case BF16 -> "as_float((uint)" + element + " << 16)";
        case F16 -> "vload_half(" + at + ", " + pointer + ")";
      };
    }
    String vector = "vload" + lanes + "(0, " + pointer + " + (" + at + "))";
    return switch (type) {
      case F32, F64, I32, I64 -> vector;
      case I8, U8 -> "convert_int" + lanes + "(" + vector + ")";
      case BOOL -> "(convert_int" + lanes + "(" + vector + ") != 0)";
      case BF16 -> "as_float" + lanes + "(convert_uint" + lanes + "(" + vector + ") << 16)";
      case F16 -> "vload_half" + lanes + "(0, " + pointer + " + (" + at + "))";
    };
  }

  /** {@return a statement that stores a value to {@code pointer + at}, elements side by side} */
  public static String store(DType type, int lanes, String pointer, String at, String value) {
    if (lanes == 1) {
      String element = pointer + "[" + at + "] = ";
      return switch (type) {
        case F32, F64, I32, I64 -> element + value + ";";
        case I8 -> element + "(char)" + value + ";";
        case U8 -> element + "(uchar)" + value + ";";
        case BOOL -> element + "(uchar)(" + value + " != 0);";
        case BF16 -> element + "bf16(" + value + ");";
        case F16 -> "vstore_half_rte(" + value + ", " + at + ", " + pointer + ");";
      };
    }
    String stored =
        switch (type) {
          case F32, F64, I32, I64, F16 -> value;
          case I8 -> "convert_char" + lanes + "(" + value + ")";
          case U8 -> "convert_uchar" + lanes + "(" + value + ")";
          case BOOL -> "convert_uchar" + lanes + "(" + value + " & 1)";
          case BF16 -> "bf16x" + lanes + "(" + value + ")";
        };
    String function = type == DType.F16 ? "vstore_half" + lanes + "_rte" : "vstore" + lanes;
    return function + "(" + stored + ", 0, " + pointer + " + (" + at + "));";
  }

  /** {@return a C expression of a number known at compile time} */
  public static String constant(long bits, DType type, int lanes) {
    String one =
        switch (type) {
          case F32 -> "as_float(0x%08xu)".formatted((int) bits);
          case F64 -> "as_double(0x%016xul)".formatted(bits);
          case I32 -> "(int)0x%08xu".formatted((int) bits);
          case I64 -> "(long)0x%016xul".formatted(bits);
          default -> bits == 0 ? "0" : "1";
        };
    return lanes == 1 ? one : spread(one, type, lanes);
  }

  /** {@return a run-time scalar from its raw bits} */
  static String scalar(String bits, DType type, int lanes) {
    String one =
        switch (type) {
          case F32 -> "as_float((int)" + bits + ")";
          case F64 -> "as_double(" + bits + ")";
          case I32 -> "(int)" + bits;
          case I64 -> bits;
          default -> "(int)(" + bits + " != 0)";
        };
    return lanes == 1 ? one : spread(one, type, lanes);
  }

  /** {@return the value of one element in every lane} */
  public static String spread(String one, DType type, int lanes) {
    return "(" + value(type, lanes) + ")(" + (type == DType.BOOL ? "-" : "") + one + ")";
  }
}
