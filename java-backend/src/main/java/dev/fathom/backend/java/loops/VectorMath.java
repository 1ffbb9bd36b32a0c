package dev.fathom.backend.java.loops;

import dev.fathom.backend.java.platform.NativeImage;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Elementary functions over float tiles. Errors against the exact value, in units of the last place
 * (ulp) of the result, as {@code VectorMathTest} asserts: exp, log, sin and cos 2, sigmoid, tanh
 * and erf 4. Infinities, NaN and subnormal numbers are right throughout. The polynomials are
 * minimax fits made for this class; the methods are those of W. J. Cody and W. Waite, "Software
 * Manual for the Elementary Functions", 1980.
 */
public final class VectorMath {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int W = F.length();

  /** Adding it rounds to an integer, which then stands in the low bits. */
  private static final float MAGIC = 12582912f;

  private static final int MAGIC_BITS = Float.floatToRawIntBits(MAGIC);

  private static final float LOG2_E = 1.44269504f;
  private static final float LN2_HIGH = 0.693145752f;
  private static final float LN2_LOW = 1.42860677e-06f;
  private static final float TWO_OVER_PI = 0.636619747f;
  private static final float HALF_PI = 1.57079637f;
  private static final float HALF_PI_2 = -4.37113883e-08f;
  private static final float HALF_PI_3 = -1.71512451e-15f;

  /** Up to here the quotient by pi/2 fits the three-part reduction. */
  private static final float LARGEST_ANGLE = 1e5f;

  private VectorMath() {}

  /** 2^n in two factors, so that results near and below the smallest normal number are right. */
  public static void exp(float[] a, int ao, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      x = x.blend(89f, x.compare(VectorOperators.GT, 89f));
      x = x.blend(-104f, x.compare(VectorOperators.LT, -104f));
      FloatVector t = x.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, MAGIC));
      FloatVector k = t.sub(MAGIC);
      FloatVector r = k.fma(FloatVector.broadcast(F, -LN2_HIGH), x);
      r = k.fma(FloatVector.broadcast(F, -LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, 0.00139505998f);
      p = p.fma(r, FloatVector.broadcast(F, 0.00836895406f));
      p = p.fma(r, FloatVector.broadcast(F, 0.041666206f));
      p = p.fma(r, FloatVector.broadcast(F, 0.166665182f));
      p = p.fma(r, FloatVector.broadcast(F, 0.5f));
      p = p.fma(r.mul(r), r).add(1f);
      IntVector e = t.reinterpretAsInts().sub(MAGIC_BITS);
      IntVector half = e.lanewise(VectorOperators.ASHR, 1);
      FloatVector first = half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector second =
          e.sub(half).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      p.mul(first).mul(second).intoArray(d, o + i);
    }
  }

  /** {@code x = 2^k (1 + f)} with {@code 1 + f} in sqrt(1/2) .. sqrt(2). */
  static void log(float[] a, int ao, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      var tiny = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
      FloatVector y = x.blend(x.mul(0x1p23f), tiny);
      FloatVector shift = FloatVector.zero(F).blend(-23f, tiny);
      IntVector t = y.reinterpretAsInts().sub(0x3f3504f3);
      IntVector e = t.lanewise(VectorOperators.ASHR, 23);
      // The exponent is taken by a mask: with a second shift by 23, GraalVM 25's native-image
      // fails.
      FloatVector f = y.reinterpretAsInts().sub(t.and(0xff800000)).reinterpretAsFloats().sub(1f);
      FloatVector k = ((FloatVector) e.convert(VectorOperators.I2F, 0)).add(shift);
      FloatVector p = FloatVector.broadcast(F, 0.0674660131f);
      p = p.fma(f, FloatVector.broadcast(F, -0.116756409f));
      p = p.fma(f, FloatVector.broadcast(F, 0.118881747f));
      p = p.fma(f, FloatVector.broadcast(F, -0.124055915f));
      p = p.fma(f, FloatVector.broadcast(F, 0.142195508f));
      p = p.fma(f, FloatVector.broadcast(F, -0.166679963f));
      p = p.fma(f, FloatVector.broadcast(F, 0.200021192f));
      p = p.fma(f, FloatVector.broadcast(F, -0.250000089f));
      p = p.fma(f, FloatVector.broadcast(F, 0.333333135f));
      FloatVector f2 = f.mul(f);
      FloatVector low = p.mul(f2).mul(f);
      low = k.fma(FloatVector.broadcast(F, LN2_LOW), low);
      low = f2.fma(FloatVector.broadcast(F, -0.5f), low);
      FloatVector r = k.fma(FloatVector.broadcast(F, LN2_HIGH), low.add(f));
      r = r.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f));
      r = r.blend(Float.NaN, x.compare(VectorOperators.LT, 0f));
      r = r.blend(x, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
      x.blend(r, x.compare(VectorOperators.EQ, x)).intoArray(d, o + i);
    }
  }

  static void sin(float[] a, int ao, float[] d, int o, int n, float[] temp) {
    System.arraycopy(a, ao, temp, 0, n);
    angle(temp, d, o, n, 0);
    if (isAnyLarge(temp, n)) {
      for (int i = 0; i < n; i++) {
        if (Math.abs(temp[i]) > LARGEST_ANGLE) {
          d[o + i] = (float) StrictMath.sin(temp[i]);
        }
      }
    }
  }

  static void cos(float[] a, int ao, float[] d, int o, int n, float[] temp) {
    System.arraycopy(a, ao, temp, 0, n);
    angle(temp, d, o, n, 1);
    if (isAnyLarge(temp, n)) {
      for (int i = 0; i < n; i++) {
        if (Math.abs(temp[i]) > LARGEST_ANGLE) {
          d[o + i] = (float) StrictMath.cos(temp[i]);
        }
      }
    }
  }

  private static boolean isAnyLarge(float[] x, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v = FloatVector.fromArray(F, x, i).abs();
      if (v.compare(VectorOperators.GT, LARGEST_ANGLE).anyTrue()) {
        return true;
      }
    }
    return false;
  }

  /** Sine of {@code x + quarter * pi / 2}, for angles that are not too large for it. */
  private static void angle(float[] x, float[] d, int o, int n, int quarter) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v = FloatVector.fromArray(F, x, i);
      FloatVector t = v.fma(FloatVector.broadcast(F, TWO_OVER_PI), FloatVector.broadcast(F, MAGIC));
      FloatVector k = t.sub(MAGIC);
      FloatVector r = k.fma(FloatVector.broadcast(F, -HALF_PI), v);
      r = k.fma(FloatVector.broadcast(F, -HALF_PI_2), r);
      r = k.fma(FloatVector.broadcast(F, -HALF_PI_3), r);
      FloatVector z = r.mul(r);
      FloatVector s = FloatVector.broadcast(F, 2.71823728e-06f);
      s = s.fma(z, FloatVector.broadcast(F, -0.000198393274f));
      s = s.fma(z, FloatVector.broadcast(F, 0.00833332911f));
      s = s.fma(z, FloatVector.broadcast(F, -0.166666672f));
      s = s.mul(z).fma(r, r);
      FloatVector c = FloatVector.broadcast(F, 2.44377279e-05f);
      c = c.fma(z, FloatVector.broadcast(F, -0.00138873619f));
      c = c.fma(z, FloatVector.broadcast(F, 0.0416666456f));
      c = c.fma(z, FloatVector.broadcast(F, -0.5f)).fma(z, FloatVector.broadcast(F, 1f));
      IntVector q = t.reinterpretAsInts().add(quarter);
      IntVector odd = q.and(1);
      IntVector sign = q.and(2).lanewise(VectorOperators.LSHL, 30);
      s.reinterpretAsInts()
          .blend(c.reinterpretAsInts(), odd.compare(VectorOperators.NE, 0))
          .lanewise(VectorOperators.XOR, sign)
          .reinterpretAsFloats()
          .intoArray(d, o + i);
    }
  }

  /** {@code e = exp(-|x|)}: 1 / (1 + e) or e / (1 + e), so that no tail underflows early. */
  static void sigmoid(float[] a, int ao, float[] d, int o, int n, float[] temp) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector.fromArray(F, a, ao + i).abs().neg().intoArray(temp, i);
    }
    exp(temp, 0, temp, 0, n);
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector e = FloatVector.fromArray(F, temp, i);
      FloatVector one = FloatVector.broadcast(F, 1f);
      one.blend(e, x.compare(VectorOperators.LT, 0f)).div(e.add(1f)).intoArray(d, o + i);
    }
  }

  /** A polynomial up to 0.625, {@code 1 - 2 / (exp(2 |x|) + 1)} with the sign of x beyond. */
  static void tanh(float[] a, int ao, float[] d, int o, int n, float[] temp) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector m = FloatVector.fromArray(F, a, ao + i).abs();
      m.add(m).intoArray(temp, i);
    }
    exp(temp, 0, temp, 0, n);
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector e = FloatVector.fromArray(F, temp, i);
      FloatVector one = FloatVector.broadcast(F, 1f);
      FloatVector large = one.sub(FloatVector.broadcast(F, 2f).div(e.add(1f)));
      IntVector sign = x.reinterpretAsInts().and(0x80000000);
      large = large.reinterpretAsInts().or(sign).reinterpretAsFloats();
      FloatVector z = x.mul(x);
      FloatVector p = FloatVector.broadcast(F, -0.00571467821f);
      p = p.fma(z, FloatVector.broadcast(F, 0.0206485651f));
      p = p.fma(z, FloatVector.broadcast(F, -0.0537429117f));
      p = p.fma(z, FloatVector.broadcast(F, 0.133314848f));
      p = p.fma(z, FloatVector.broadcast(F, -0.333332837f));
      p = p.mul(z).fma(x, x);
      p.blend(large, x.abs().compare(VectorOperators.GT, 0.625f)).intoArray(d, o + i);
    }
  }

  /** A polynomial up to 0.9; {@code 1 - exp(-q)} beyond, where q approximates -log(erfc). */
  static void erf(float[] a, int ao, float[] d, int o, int n, float[] temp) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector t = FloatVector.fromArray(F, a, ao + i).abs();
      t = t.blend(4f, t.compare(VectorOperators.GT, 4f));
      FloatVector q = FloatVector.broadcast(F, -2.09095579e-05f);
      q = q.fma(t, FloatVector.broadcast(F, 0.00043230303f));
      q = q.fma(t, FloatVector.broadcast(F, -0.00416052714f));
      q = q.fma(t, FloatVector.broadcast(F, 0.0250914972f));
      q = q.fma(t, FloatVector.broadcast(F, -0.108236618f));
      q = q.fma(t, FloatVector.broadcast(F, -0.633386672f));
      q = q.fma(t, FloatVector.broadcast(F, -1.12949514f));
      q.fma(t, FloatVector.broadcast(F, 0.000170552055f)).intoArray(temp, i);
    }
    exp(temp, 0, temp, 0, n);
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector large = FloatVector.broadcast(F, 1f).sub(FloatVector.fromArray(F, temp, i));
      IntVector sign = x.reinterpretAsInts().and(0x80000000);
      large = large.reinterpretAsInts().or(sign).reinterpretAsFloats();
      FloatVector z = x.mul(x);
      FloatVector p = FloatVector.broadcast(F, -0.0006109284f);
      p = p.fma(z, FloatVector.broadcast(F, 0.00501586311f));
      p = p.fma(z, FloatVector.broadcast(F, -0.0267817285f));
      p = p.fma(z, FloatVector.broadcast(F, 0.112822242f));
      p = p.fma(z, FloatVector.broadcast(F, -0.376125306f));
      p = p.fma(z, FloatVector.broadcast(F, 0.128379151f));
      p = p.fma(x, x);
      p.blend(large, x.abs().compare(VectorOperators.GT, 0.9f)).intoArray(d, o + i);
    }
  }

  /** Box and Muller; the turn is cut into quarters exactly, before it becomes an angle. */
  static void normal(int[] w0, int[] w1, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      IntVector top = IntVector.fromArray(I, w0, i).lanewise(VectorOperators.LSHR, 8).add(1);
      ((FloatVector) top.convert(VectorOperators.I2F, 0)).mul(0x1p-24f).intoArray(d, o + i);
    }
    log(d, o, d, o, n);
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector radius = FloatVector.fromArray(F, d, o + i).mul(-2f).sqrt();
      IntVector top = IntVector.fromArray(I, w1, i).lanewise(VectorOperators.LSHR, 8);
      FloatVector v = ((FloatVector) top.convert(VectorOperators.I2F, 0)).mul(0x1p-22f);
      FloatVector t = v.add(MAGIC);
      FloatVector r = v.sub(t.sub(MAGIC)).mul(HALF_PI);
      FloatVector z = r.mul(r);
      FloatVector s = FloatVector.broadcast(F, 2.71823728e-06f);
      s = s.fma(z, FloatVector.broadcast(F, -0.000198393274f));
      s = s.fma(z, FloatVector.broadcast(F, 0.00833332911f));
      s = s.fma(z, FloatVector.broadcast(F, -0.166666672f));
      s = s.mul(z).fma(r, r);
      FloatVector c = FloatVector.broadcast(F, 2.44377279e-05f);
      c = c.fma(z, FloatVector.broadcast(F, -0.00138873619f));
      c = c.fma(z, FloatVector.broadcast(F, 0.0416666456f));
      c = c.fma(z, FloatVector.broadcast(F, -0.5f)).fma(z, FloatVector.broadcast(F, 1f));
      IntVector q = t.reinterpretAsInts().add(1);
      IntVector sign = q.and(2).lanewise(VectorOperators.LSHL, 30);
      s.reinterpretAsInts()
          .blend(c.reinterpretAsInts(), q.and(1).compare(VectorOperators.NE, 0))
          .lanewise(VectorOperators.XOR, sign)
          .reinterpretAsFloats()
          .mul(radius)
          .intoArray(d, o + i);
    }
  }
}
