package dev.fathom.backend.java.loops;

import dev.fathom.backend.java.platform.NativeImage;
import dev.fathom.spi.ScalarOp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops in the Vector API: one small static method an operation. No vector enters or leaves a
 * method, because HotSpot and native images then keep it in registers.
 */
final class VectorLoops implements Loops {
  static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int W = F.length();

  /** The float whose bits are those of the int 1, so that blending floats makes a bool. */
  private static final float TRUE = Float.intBitsToFloat(1);

  /** The number of each lane. */
  private static final float[] LANE = lanes();

  private static float[] lanes() {
    float[] lanes = new float[W];
    for (int lane = 0; lane < W; lane++) {
      lanes[lane] = lane;
    }
    return lanes;
  }

  @Override
  public int width() {
    return W;
  }

  @Override
  public boolean fuses() {
    return true;
  }

  @Override
  public TileLoop loop(String key) {
    return GeneratedLoops.ALL.get(key);
  }

  @Override
  public HotLoop hotLoop(String key) {
    return NativeImage.RUNNING ? null : HotLoop.of(key);
  }

  @Override
  public void unary(ScalarOp op, float[] a, int ao, float[] d, int o, int n, float[] temp) {
    switch (op) {
      case NEGATE -> negate(a, ao, d, o, n);
      case ABS -> abs(a, ao, d, o, n);
      case SIGN -> sign(a, ao, d, o, n);
      case RELU -> relu(a, ao, d, o, n);
      case SQRT -> sqrt(a, ao, d, o, n);
      case RSQRT -> rsqrt(a, ao, d, o, n);
      case FLOOR -> floor(a, ao, d, o, n);
      case ROUND -> round(a, ao, d, o, n);
      case EXP -> VectorMath.exp(a, ao, d, o, n);
      case LOG -> VectorMath.log(a, ao, d, o, n);
      case SIN -> VectorMath.sin(a, ao, d, o, n, temp);
      case COS -> VectorMath.cos(a, ao, d, o, n, temp);
      case TANH -> VectorMath.tanh(a, ao, d, o, n, temp);
      case SIGMOID -> VectorMath.sigmoid(a, ao, d, o, n, temp);
      case ERF -> VectorMath.erf(a, ao, d, o, n, temp);
      default -> ScalarLoops.inDouble(op, a, ao, d, o, n);
    }
  }

  @Override
  public void binary(ScalarOp op, float[] a, int ao, float[] b, int bo, float[] d, int o, int n) {
    switch (op) {
      case ADD -> add(a, ao, b, bo, d, o, n);
      case SUBTRACT -> subtract(a, ao, b, bo, d, o, n);
      case MULTIPLY -> multiply(a, ao, b, bo, d, o, n);
      case DIVIDE -> divide(a, ao, b, bo, d, o, n);
      case MIN -> min(a, ao, b, bo, d, o, n);
      case MAX -> max(a, ao, b, bo, d, o, n);
      case REMAINDER -> ScalarLoops.remainder(a, ao, b, bo, d, o, n);
      case POWER -> ScalarLoops.power(a, ao, b, bo, d, o, n);
      default -> throw new AssertionError(op);
    }
  }

  @Override
  public void compare(ScalarOp op, float[] a, int ao, float[] b, int bo, int[] d, int o, int n) {
    switch (op) {
      case EQUAL -> equal(a, ao, b, bo, d, o, n);
      case NOT_EQUAL -> notEqual(a, ao, b, bo, d, o, n);
      case LESS -> less(a, ao, b, bo, d, o, n);
      case LESS_EQUAL -> lessEqual(a, ao, b, bo, d, o, n);
      default -> throw new AssertionError(op);
    }
  }

  private static void negate(float[] a, int ao, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector.fromArray(F, a, ao + i).neg().intoArray(d, o + i);
    }
  }

  private static void abs(float[] a, int ao, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector.fromArray(F, a, ao + i).abs().intoArray(d, o + i);
    }
  }

  private static void sign(float[] a, int ao, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      x.blend(1f, x.compare(VectorOperators.GT, 0f))
          .blend(-1f, x.compare(VectorOperators.LT, 0f))
          .intoArray(d, o + i);
    }
  }

  private static void relu(float[] a, int ao, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      x.blend(0f, x.compare(VectorOperators.LE, 0f)).intoArray(d, o + i);
    }
  }

  private static void sqrt(float[] a, int ao, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector.fromArray(F, a, ao + i).sqrt().intoArray(d, o + i);
    }
  }

  private static void rsqrt(float[] a, int ao, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector.broadcast(F, 1f)
          .div(FloatVector.fromArray(F, a, ao + i).sqrt())
          .intoArray(d, o + i);
    }
  }

  /** Rounds |x| by adding 2^23; from there on every float is an integer. */
  private static void round(float[] a, int ao, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector m = x.abs();
      FloatVector r = m.add(0x1p23f).sub(0x1p23f);
      IntVector sign = x.reinterpretAsInts().and(0x80000000);
      r = r.reinterpretAsInts().or(sign).reinterpretAsFloats();
      x.blend(r, m.compare(VectorOperators.LT, 0x1p23f)).intoArray(d, o + i);
    }
  }

  private static void floor(float[] a, int ao, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector m = x.abs();
      FloatVector r = m.add(0x1p23f).sub(0x1p23f);
      IntVector sign = x.reinterpretAsInts().and(0x80000000);
      r = r.reinterpretAsInts().or(sign).reinterpretAsFloats();
      r = r.blend(r.sub(1f), r.compare(VectorOperators.GT, x));
      x.blend(r, m.compare(VectorOperators.LT, 0x1p23f)).intoArray(d, o + i);
    }
  }

  private static void add(float[] a, int ao, float[] b, int bo, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector.fromArray(F, a, ao + i)
          .add(FloatVector.fromArray(F, b, bo + i))
          .intoArray(d, o + i);
    }
  }

  private static void subtract(float[] a, int ao, float[] b, int bo, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector.fromArray(F, a, ao + i)
          .sub(FloatVector.fromArray(F, b, bo + i))
          .intoArray(d, o + i);
    }
  }

  private static void multiply(float[] a, int ao, float[] b, int bo, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector.fromArray(F, a, ao + i)
          .mul(FloatVector.fromArray(F, b, bo + i))
          .intoArray(d, o + i);
    }
  }

  private static void divide(float[] a, int ao, float[] b, int bo, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector.fromArray(F, a, ao + i)
          .div(FloatVector.fromArray(F, b, bo + i))
          .intoArray(d, o + i);
    }
  }

  private static void min(float[] a, int ao, float[] b, int bo, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector.fromArray(F, a, ao + i)
          .min(FloatVector.fromArray(F, b, bo + i))
          .intoArray(d, o + i);
    }
  }

  private static void max(float[] a, int ao, float[] b, int bo, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector.fromArray(F, a, ao + i)
          .max(FloatVector.fromArray(F, b, bo + i))
          .intoArray(d, o + i);
    }
  }

  private static void equal(float[] a, int ao, float[] b, int bo, int[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector y = FloatVector.fromArray(F, b, bo + i);
      FloatVector.zero(F)
          .blend(TRUE, x.compare(VectorOperators.EQ, y))
          .reinterpretAsInts()
          .intoArray(d, o + i);
    }
  }

  private static void notEqual(float[] a, int ao, float[] b, int bo, int[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector y = FloatVector.fromArray(F, b, bo + i);
      FloatVector.zero(F)
          .blend(TRUE, x.compare(VectorOperators.NE, y))
          .reinterpretAsInts()
          .intoArray(d, o + i);
    }
  }

  private static void less(float[] a, int ao, float[] b, int bo, int[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector y = FloatVector.fromArray(F, b, bo + i);
      FloatVector.zero(F)
          .blend(TRUE, x.compare(VectorOperators.LT, y))
          .reinterpretAsInts()
          .intoArray(d, o + i);
    }
  }

  private static void lessEqual(float[] a, int ao, float[] b, int bo, int[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector y = FloatVector.fromArray(F, b, bo + i);
      FloatVector.zero(F)
          .blend(TRUE, x.compare(VectorOperators.LE, y))
          .reinterpretAsInts()
          .intoArray(d, o + i);
    }
  }

  @Override
  public void select(
      int[] c, int co, float[] a, int ao, float[] b, int bo, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      IntVector condition = IntVector.fromArray(I, c, co + i);
      IntVector x = FloatVector.fromArray(F, a, ao + i).reinterpretAsInts();
      FloatVector.fromArray(F, b, bo + i)
          .reinterpretAsInts()
          .blend(x, condition.compare(VectorOperators.NE, 0))
          .reinterpretAsFloats()
          .intoArray(d, o + i);
    }
  }

  @Override
  public void fromInt(int[] a, int ao, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      ((FloatVector) IntVector.fromArray(I, a, ao + i).convert(VectorOperators.I2F, 0))
          .intoArray(d, o + i);
    }
  }

  @Override
  public void add(float[] a, int ao, float addend, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector.fromArray(F, a, ao + i).add(addend).intoArray(d, o + i);
    }
  }

  @Override
  public void scale(float[] a, int ao, float factor, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector.fromArray(F, a, ao + i).mul(factor).intoArray(d, o + i);
    }
  }

  @Override
  public void sumLanes(float[] a, int ao, int n, float[] d, int o) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (; i < NativeImage.end(n - n % (4 * W)); i += 4 * W) {
      s0 = s0.add(FloatVector.fromArray(F, a, ao + i));
      s1 = s1.add(FloatVector.fromArray(F, a, ao + i + W));
      s2 = s2.add(FloatVector.fromArray(F, a, ao + i + 2 * W));
      s3 = s3.add(FloatVector.fromArray(F, a, ao + i + 3 * W));
    }
    // In a native image, a sum that two loops add to would not stay in registers.
    FloatVector rest = FloatVector.zero(F);
    for (; i < NativeImage.end(n); i += W) {
      rest = rest.add(FloatVector.fromArray(F, a, ao + i));
    }
    s0.add(s1).add(s2.add(s3)).add(rest).intoArray(d, o);
  }

  @Override
  public void sumStretches(float[] a, int ao, int stride, int count, int n, float[] d, int o) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int whole = NativeImage.end(n - n % W);
    int fours = NativeImage.end(count - count % 4);
    for (int row = 0; row < fours; row += 4) {
      int at = ao + row * stride;
      for (int i = 0; i < whole; i += W) {
        s0 = s0.add(FloatVector.fromArray(F, a, at + i));
        s1 = s1.add(FloatVector.fromArray(F, a, at + stride + i));
        s2 = s2.add(FloatVector.fromArray(F, a, at + 2 * stride + i));
        s3 = s3.add(FloatVector.fromArray(F, a, at + 3 * stride + i));
      }
    }
    FloatVector rest = FloatVector.zero(F);
    for (int row = fours; row < count; row++) {
      for (int i = 0; i < whole; i += W) {
        rest = rest.add(FloatVector.fromArray(F, a, ao + row * stride + i));
      }
    }
    s0.add(s1).add(s2.add(s3)).add(rest).intoArray(d, o);
    if (whole < n) {
      addEnds(a, ao + n - W, stride, count, n - whole, d, o);
    }
  }

  /** Adds the last {@code n} lanes of vectors that lie {@code stride} apart. */
  private static void addEnds(float[] a, int ao, int stride, int count, int n, float[] d, int o) {
    FloatVector sum = FloatVector.zero(F);
    for (int row = 0; row < count; row++) {
      FloatVector last = FloatVector.fromArray(F, a, ao + row * stride);
      VectorMask<Float> before =
          FloatVector.fromArray(F, LANE, 0).compare(VectorOperators.LT, W - n);
      sum = sum.add(last.blend(0, before));
    }
    FloatVector.fromArray(F, d, o).add(sum).intoArray(d, o);
  }

  @Override
  public void sumRows(float[] a, int ao, int stride, int rows, float[] d, int o, int n) {
    int i = 0;
    for (; i <= n - 4 * W; i += 4 * W) {
      FloatVector s0 = FloatVector.fromArray(F, a, ao + i);
      FloatVector s1 = FloatVector.fromArray(F, a, ao + i + W);
      FloatVector s2 = FloatVector.fromArray(F, a, ao + i + 2 * W);
      FloatVector s3 = FloatVector.fromArray(F, a, ao + i + 3 * W);
      for (int row = 1; row < rows; row++) {
        int at = ao + row * stride + i;
        s0 = s0.add(FloatVector.fromArray(F, a, at));
        s1 = s1.add(FloatVector.fromArray(F, a, at + W));
        s2 = s2.add(FloatVector.fromArray(F, a, at + 2 * W));
        s3 = s3.add(FloatVector.fromArray(F, a, at + 3 * W));
      }
      s0.intoArray(d, o + i);
      s1.intoArray(d, o + i + W);
      s2.intoArray(d, o + i + 2 * W);
      s3.intoArray(d, o + i + 3 * W);
    }
    for (; i < NativeImage.end(n); i += W) {
      FloatVector s = FloatVector.fromArray(F, a, ao + i);
      for (int row = 1; row < rows; row++) {
        s = s.add(FloatVector.fromArray(F, a, ao + row * stride + i));
      }
      s.intoArray(d, o + i);
    }
  }

  @Override
  public float max(float[] a, int ao, int n) {
    FloatVector m = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < NativeImage.end(n); i += W) {
      m = m.max(FloatVector.fromArray(F, a, ao + i));
    }
    return m.reduceLanes(VectorOperators.MAX);
  }

  @Override
  public void threefry(int k0, int k1, int first, int[] w0, int[] w1, int n) {
    VectorThreefry.words(k0, k1, first, w0, w1, n);
  }

  @Override
  public void uniform(int[] bits, int bo, float[] d, int o, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      IntVector top = IntVector.fromArray(I, bits, bo + i).lanewise(VectorOperators.LSHR, 8);
      ((FloatVector) top.convert(VectorOperators.I2F, 0)).mul(0x1p-24f).intoArray(d, o + i);
    }
  }

  @Override
  public void normal(int[] w0, int[] w1, float[] d, int o, int n) {
    VectorMath.normal(w0, w1, d, o, n);
  }
}
