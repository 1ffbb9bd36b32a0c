package dev.fathom.backend.java.memory;

import dev.fathom.spi.DType;

/** Reads and writes stored elements of any type, one at a time or a few. */
public final class Elements {
  private Elements() {}

  /** {@return the element as a double; exact but for the largest i64} */
  public static double floating(Object array, DType dtype, int at) {
    return switch (dtype) {
      case F32 -> ((float[]) array)[at];
      case F64 -> ((double[]) array)[at];
      case BF16 -> fromBf16(((short[]) array)[at]);
      case F16 -> Float.float16ToFloat(((short[]) array)[at]);
      default -> integer(array, dtype, at);
    };
  }

  /** {@return the integer element} */
  public static long integer(Object array, DType dtype, int at) {
    return switch (dtype) {
      case I32 -> ((int[]) array)[at];
      case I64 -> ((long[]) array)[at];
      case I8, BOOL -> ((byte[]) array)[at];
      case U8 -> ((byte[]) array)[at] & 0xff;
      default -> throw new IllegalArgumentException("not an integer type: " + dtype);
    };
  }

  /** Stores an integer; narrow types keep the low bits. */
  public static void storeInteger(Object array, DType dtype, int at, long value) {
    switch (dtype) {
      case I32 -> ((int[]) array)[at] = (int) value;
      case I64 -> ((long[]) array)[at] = value;
      case I8, U8 -> ((byte[]) array)[at] = (byte) value;
      default -> throw new IllegalArgumentException("not an integer type: " + dtype);
    }
  }

  /**
   * Stores {@code count} elements of a float[] or double[], {@code stride} apart, rounded to {@code
   * dtype}.
   */
  public static void store(
      Object from, int fromAt, int count, Object to, DType dtype, int toAt, int stride) {
    if (from instanceof float[] floats) {
      switch (dtype) {
        case F32 -> {
          float[] out = (float[]) to;
          if (stride == 1) {
            FloatRows.copy(floats, fromAt, out, toAt, count);
          } else {
            for (int i = 0; i < count; i++) {
              out[toAt + i * stride] = floats[fromAt + i];
            }
          }
        }
        case F64 -> {
          double[] out = (double[]) to;
          for (int i = 0; i < count; i++) {
            out[toAt + i * stride] = floats[fromAt + i];
          }
        }
        case BF16 -> {
          short[] out = (short[]) to;
          for (int i = 0; i < count; i++) {
            out[toAt + i * stride] = toBf16(floats[fromAt + i]);
          }
        }
        case F16 -> {
          short[] out = (short[]) to;
          for (int i = 0; i < count; i++) {
            out[toAt + i * stride] = Float.floatToFloat16(floats[fromAt + i]);
          }
        }
        default -> throw new IllegalArgumentException("not a floating type: " + dtype);
      }
    } else {
      double[] doubles = (double[]) from;
      switch (dtype) {
        case F64 -> {
          double[] out = (double[]) to;
          for (int i = 0; i < count; i++) {
            out[toAt + i * stride] = doubles[fromAt + i];
          }
        }
        case F32 -> {
          float[] out = (float[]) to;
          for (int i = 0; i < count; i++) {
            out[toAt + i * stride] = (float) doubles[fromAt + i];
          }
        }
        default -> throw new IllegalArgumentException("no f64 to " + dtype.label());
      }
    }
  }

  /**
   * Reads elements as float[] or double[]: {@code to[toAt + i * toStride] = from[fromAt +
   * steps(first + i)]}.
   */
  public static void load(
      Object from,
      DType dtype,
      int fromAt,
      Steps steps,
      int first,
      int count,
      Object to,
      int toAt,
      int toStride) {
    if (to instanceof float[] out) {
      switch (dtype) {
        case F32 -> {
          float[] in = (float[]) from;
          for (int i = 0; i < count; i++) {
            out[toAt + i * toStride] = in[fromAt + steps.at(first + i)];
          }
        }
        case F64 -> {
          double[] in = (double[]) from;
          for (int i = 0; i < count; i++) {
            out[toAt + i * toStride] = (float) in[fromAt + steps.at(first + i)];
          }
        }
        case BF16 -> {
          short[] in = (short[]) from;
          for (int i = 0; i < count; i++) {
            out[toAt + i * toStride] = fromBf16(in[fromAt + steps.at(first + i)]);
          }
        }
        case F16 -> {
          short[] in = (short[]) from;
          for (int i = 0; i < count; i++) {
            out[toAt + i * toStride] = Float.float16ToFloat(in[fromAt + steps.at(first + i)]);
          }
        }
        case I8 -> {
          byte[] in = (byte[]) from;
          for (int i = 0; i < count; i++) {
            out[toAt + i * toStride] = in[fromAt + steps.at(first + i)];
          }
        }
        default -> throw new IllegalArgumentException("not a floating type: " + dtype);
      }
    } else {
      double[] out = (double[]) to;
      for (int i = 0; i < count; i++) {
        out[toAt + i * toStride] = floating(from, dtype, fromAt + steps.at(first + i));
      }
    }
  }

  /** Reads elements {@code step} apart as float[] or double[]. */
  public static void load(
      Object from, DType dtype, int fromAt, int step, int count, Object to, int toAt) {
    if (from instanceof float[] in && to instanceof float[] out) {
      for (int i = 0; i < count; i++) {
        out[toAt + i] = in[fromAt + i * step];
      }
    } else if (to instanceof float[] out) {
      for (int i = 0; i < count; i++) {
        out[toAt + i] = (float) floating(from, dtype, fromAt + i * step);
      }
    } else {
      double[] out = (double[]) to;
      for (int i = 0; i < count; i++) {
        out[toAt + i] = floating(from, dtype, fromAt + i * step);
      }
    }
  }

  /** {@code to[toAt + i * toStride] = from[fromAt + offsets[i]]}, as float[] or double[]. */
  public static void gather(
      Object from, DType dtype, int fromAt, int[] offsets, Object to, int toAt, int toStride) {
    if (from instanceof float[] in && to instanceof float[] out) {
      for (int i = 0; i < offsets.length; i++) {
        out[toAt + i * toStride] = in[fromAt + offsets[i]];
      }
    } else if (to instanceof float[] out) {
      for (int i = 0; i < offsets.length; i++) {
        out[toAt + i * toStride] = (float) floating(from, dtype, fromAt + offsets[i]);
      }
    } else {
      double[] out = (double[]) to;
      for (int i = 0; i < offsets.length; i++) {
        out[toAt + i * toStride] = floating(from, dtype, fromAt + offsets[i]);
      }
    }
  }

  /** {@code to[toAt + i] = from[fromAt + offsets[first + i]]} within float[] or double[]. */
  public static void gather(
      Object from, int fromAt, int[] offsets, int first, int count, Object to, int toAt) {
    if (from instanceof float[] in) {
      float[] out = (float[]) to;
      for (int i = 0; i < count; i++) {
        out[toAt + i] = in[fromAt + offsets[first + i]];
      }
    } else {
      double[] in = (double[]) from;
      double[] out = (double[]) to;
      for (int i = 0; i < count; i++) {
        out[toAt + i] = in[fromAt + offsets[first + i]];
      }
    }
  }

  /** Clears elements of a float[] or double[]. */
  public static void zero(Object array, int at, int stride, int count) {
    if (array instanceof float[] floats && stride == 1) {
      FloatRows.fill(floats, at, at + count, 0);
    } else if (array instanceof float[] floats) {
      for (int i = 0; i < count; i++) {
        floats[at + i * stride] = 0;
      }
    } else {
      double[] doubles = (double[]) array;
      for (int i = 0; i < count; i++) {
        doubles[at + i * stride] = 0;
      }
    }
  }

  /** {@code to[toAt + i * toStep] = from[fromAt + i * fromStep]} within float[] or double[]. */
  public static void spread(
      Object from, int fromAt, int fromStep, int count, Object to, int toAt, int toStep) {
    if (from instanceof float[] in) {
      float[] out = (float[]) to;
      for (int i = 0; i < count; i++) {
        out[toAt + i * toStep] = in[fromAt + i * fromStep];
      }
    } else {
      double[] in = (double[]) from;
      double[] out = (double[]) to;
      for (int i = 0; i < count; i++) {
        out[toAt + i * toStep] = in[fromAt + i * fromStep];
      }
    }
  }

  /**
   * Adds {@code terms} numbers for each of {@code count} elements, in order, and stores the sums
   * rounded to {@code dtype}.
   */
  public static void total(
      Object from,
      int fromAt,
      int fromStep,
      int count,
      int terms,
      int termStep,
      Object to,
      DType dtype,
      int toAt,
      int toStep) {
    if (from instanceof float[] in) {
      for (int i = 0; i < count; i++) {
        float sum = 0;
        for (int term = 0; term < terms; term++) {
          sum += in[fromAt + i * fromStep + term * termStep];
        }
        storeFloat(to, dtype, toAt + i * toStep, sum);
      }
    } else {
      double[] in = (double[]) from;
      for (int i = 0; i < count; i++) {
        double sum = 0;
        for (int term = 0; term < terms; term++) {
          sum += in[fromAt + i * fromStep + term * termStep];
        }
        if (to instanceof double[] out) {
          out[toAt + i * toStep] = sum;
        } else {
          storeFloat(to, dtype, toAt + i * toStep, (float) sum);
        }
      }
    }
  }

  private static void storeFloat(Object to, DType dtype, int at, float value) {
    switch (dtype) {
      case F32 -> ((float[]) to)[at] = value;
      case F64 -> ((double[]) to)[at] = value;
      case BF16 -> ((short[]) to)[at] = toBf16(value);
      case F16 -> ((short[]) to)[at] = Float.floatToFloat16(value);
      default -> throw new IllegalArgumentException("not a floating type: " + dtype);
    }
  }

  public static float fromBf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** {@return the nearest bf16, ties to even; NaN stays NaN} */
  public static short toBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (value != value) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }
}
