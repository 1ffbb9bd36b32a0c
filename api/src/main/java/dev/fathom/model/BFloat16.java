package dev.fathom.model;

/** The upper half of an f32: its range with 8 bits of precision. */
final class BFloat16 {
  private BFloat16() {}

  /** {@return the bits of the nearest bf16, ties to even; NaN stays NaN} */
  static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }

  /** {@return the value of these bits, exactly} */
  static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
