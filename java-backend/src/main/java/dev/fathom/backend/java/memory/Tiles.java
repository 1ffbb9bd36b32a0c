package dev.fathom.backend.java.memory;

import dev.fathom.spi.DType;

/**
 * Moves elements between buffers and tiles of their value type: strided, and converted where a type
 * is for storage only. A tile of bool is an {@code int[]} of 0 and 1.
 */
public final class Tiles {
  private Tiles() {}

  /** {@code tile[at + k] = array[offset + k * stride]}. */
  public static void load(
      DType dtype, Object array, int offset, int stride, Object tile, int at, int n) {
    switch (dtype) {
      case F32 -> {
        float[] a = (float[]) array;
        float[] t = (float[]) tile;
        if (stride == 1) {
          FloatRows.copy(a, offset, t, at, n);
        } else if (stride == 0) {
          FloatRows.fill(t, at, at + n, a[offset]);
        } else {
          for (int k = 0; k < n; k++) {
            t[at + k] = a[offset + k * stride];
          }
        }
      }
      case F64 -> {
        double[] a = (double[]) array;
        double[] t = (double[]) tile;
        for (int k = 0; k < n; k++) {
          t[at + k] = a[offset + k * stride];
        }
      }
      case I32 -> {
        int[] a = (int[]) array;
        int[] t = (int[]) tile;
        for (int k = 0; k < n; k++) {
          t[at + k] = a[offset + k * stride];
        }
      }
      case I64 -> {
        long[] a = (long[]) array;
        long[] t = (long[]) tile;
        for (int k = 0; k < n; k++) {
          t[at + k] = a[offset + k * stride];
        }
      }
      case I8, BOOL -> {
        byte[] a = (byte[]) array;
        int[] t = (int[]) tile;
        if (stride == 1) {
          ByteRows.widen(a, offset, t, at, n);
        } else {
          for (int k = 0; k < n; k++) {
            t[at + k] = a[offset + k * stride];
          }
        }
      }
      case U8 -> {
        byte[] a = (byte[]) array;
        int[] t = (int[]) tile;
        for (int k = 0; k < n; k++) {
          t[at + k] = a[offset + k * stride] & 0xff;
        }
      }
      case BF16 -> {
        short[] a = (short[]) array;
        float[] t = (float[]) tile;
        for (int k = 0; k < n; k++) {
          t[at + k] = Float.intBitsToFloat(a[offset + k * stride] << 16);
        }
      }
      case F16 -> {
        short[] a = (short[]) array;
        float[] t = (float[]) tile;
        for (int k = 0; k < n; k++) {
          t[at + k] = Float.float16ToFloat(a[offset + k * stride]);
        }
      }
    }
  }

  /** {@code array[offset + k * stride] = tile[at + k]}. */
  public static void store(
      DType dtype, Object array, int offset, int stride, Object tile, int at, int n) {
    switch (dtype) {
      case F32 -> {
        float[] a = (float[]) array;
        float[] t = (float[]) tile;
        if (stride == 1) {
          FloatRows.copy(t, at, a, offset, n);
        } else {
          for (int k = 0; k < n; k++) {
            a[offset + k * stride] = t[at + k];
          }
        }
      }
      case F64 -> {
        double[] a = (double[]) array;
        double[] t = (double[]) tile;
        for (int k = 0; k < n; k++) {
          a[offset + k * stride] = t[at + k];
        }
      }
      case I32 -> {
        int[] a = (int[]) array;
        int[] t = (int[]) tile;
        for (int k = 0; k < n; k++) {
          a[offset + k * stride] = t[at + k];
        }
      }
      case I64 -> {
        long[] a = (long[]) array;
        long[] t = (long[]) tile;
        for (int k = 0; k < n; k++) {
          a[offset + k * stride] = t[at + k];
        }
      }
      case I8, U8, BOOL -> {
        byte[] a = (byte[]) array;
        int[] t = (int[]) tile;
        if (stride == 1) {
          ByteRows.narrow(t, at, a, offset, n);
        } else {
          for (int k = 0; k < n; k++) {
            a[offset + k * stride] = (byte) t[at + k];
          }
        }
      }
      case BF16 -> {
        short[] a = (short[]) array;
        float[] t = (float[]) tile;
        for (int k = 0; k < n; k++) {
          a[offset + k * stride] = Elements.toBf16(t[at + k]);
        }
      }
      case F16 -> {
        short[] a = (short[]) array;
        float[] t = (float[]) tile;
        for (int k = 0; k < n; k++) {
          a[offset + k * stride] = Float.floatToFloat16(t[at + k]);
        }
      }
    }
  }

  /** {@return one element as the raw bits of its value type} */
  public static long bits(DType dtype, Object array, int offset) {
    return switch (dtype) {
      case F32 -> Float.floatToRawIntBits(((float[]) array)[offset]);
      case F64 -> Double.doubleToRawLongBits(((double[]) array)[offset]);
      case I32 -> ((int[]) array)[offset];
      case I64 -> ((long[]) array)[offset];
      case I8, BOOL -> ((byte[]) array)[offset];
      case U8 -> ((byte[]) array)[offset] & 0xff;
      case BF16 -> ((short[]) array)[offset] << 16;
      case F16 -> Float.floatToRawIntBits(Float.float16ToFloat(((short[]) array)[offset]));
    };
  }
}
