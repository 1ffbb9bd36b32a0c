package dev.fathom.backend.java.loops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.spi.ScalarOp;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The elementary functions against StrictMath in double, over all of float. */
class VectorMathTest {
  private static final int N = 512;
  private final Loops loops = new VectorLoops();

  @ParameterizedTest
  @CsvSource({
    "EXP, 2",
    "LOG, 2",
    "SIN, 2",
    "COS, 2",
    "SIGMOID, 4",
    "TANH, 4",
    "ERF, 4",
    "SQRT, 0.5",
    "RSQRT, 1.5",
    "FLOOR, 0",
    "ROUND, 0",
    "SIGN, 0",
    "RELU, 0",
    "ABS, 0",
    "NEGATE, 0"
  })
  void staysWithinItsUlps(ScalarOp op, double allowed) {
    Random random = new Random(7);
    float[] special = {
      0f,
      -0f,
      1f,
      -1f,
      0.5f,
      -0.5f,
      1.5f,
      2.5f,
      -2.5f,
      0.625f,
      0.9f,
      4f,
      88.72283f,
      88.722839f,
      -87.33655f,
      -103.97f,
      -103.98f,
      -104.1f,
      1e5f,
      100001f,
      8388607.5f,
      4194304.5f,
      -8388607.5f,
      3e38f,
      -3e38f,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.MIN_NORMAL,
      1e-40f,
      Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      (float) Math.PI,
      (float) (Math.PI / 2),
      11f
    };
    float[] x = new float[N];
    float[] y = new float[N];
    float[] temp = new float[N];
    for (int round = 0; round < 600; round++) {
      for (int i = 0; i < N; i++) {
        x[i] =
            switch (round % 6) {
              case 0 -> Float.intBitsToFloat(random.nextInt());
              case 1 -> (float) (random.nextGaussian() * 3);
              case 2 -> (float) (random.nextGaussian() * 40);
              case 3 -> (float) Math.exp(random.nextGaussian() * 5);
              case 4 -> 1 + (float) random.nextGaussian() * 0.01f;
              default -> (random.nextFloat() * 2 - 1) * 2e5f;
            };
      }
      if (round == 0) {
        System.arraycopy(special, 0, x, 0, special.length);
      }
      loops.unary(op, x, 0, y, 0, N, temp);
      DoubleUnaryOperator exact = exact(op);
      for (int i = 0; i < N; i++) {
        double expected = exact.applyAsDouble(x[i]);
        assertClose(op, x[i], expected, y[i], allowed);
      }
      // In place gives the same bits.
      loops.unary(op, x, 0, x, 0, N, temp);
      for (int i = 0; i < N; i++) {
        assertEquals(Float.floatToIntBits(y[i]), Float.floatToIntBits(x[i]));
      }
    }
  }

  private static void assertClose(ScalarOp op, float x, double expected, float y, double allowed) {
    float rounded = (float) expected;
    if (Float.isNaN(rounded) || Float.isInfinite(rounded) || Float.isInfinite(y)) {
      boolean overflow =
          Float.isInfinite(y) && Math.abs(expected) >= Math.nextDown(Float.MAX_VALUE);
      assertTrue(
          Float.compare(rounded, y) == 0 || overflow,
          op + "(" + x + ") = " + y + ", not " + expected);
    } else {
      double ulps = Math.abs(y - expected) / Math.ulp(rounded);
      assertTrue(ulps <= allowed, () -> op + "(" + x + ") = " + y + ", not " + expected);
    }
  }

  private static DoubleUnaryOperator exact(ScalarOp op) {
    return switch (op) {
      case EXP -> StrictMath::exp;
      case LOG -> StrictMath::log;
      case SIN -> StrictMath::sin;
      case COS -> StrictMath::cos;
      case TANH -> StrictMath::tanh;
      case SIGMOID -> x -> 1 / (1 + StrictMath.exp(-x));
      case ERF -> VectorMathTest::erf;
      case SQRT -> StrictMath::sqrt;
      case RSQRT -> x -> 1 / StrictMath.sqrt(x);
      default -> x -> DoubleMath.unary(op, x);
    };
  }

  /** By Simpson's rule, which shares nothing with the code under test. */
  private static double erf(double x) {
    if (Math.abs(x) > 6 || Double.isNaN(x)) {
      return Math.signum(x);
    }
    int steps = 400;
    double h = x / steps;
    double sum = 1 + Math.exp(-x * x);
    for (int i = 1; i < steps; i++) {
      double t = i * h;
      sum += (i % 2 == 1 ? 4 : 2) * Math.exp(-t * t);
    }
    return 2 / Math.sqrt(Math.PI) * sum * h / 3;
  }

  @Test
  void doubleErfMatchesTheIntegralAndKnownValues() {
    assertEquals(0.8427007929497149, DoubleMath.erf(1), 5e-16);
    assertEquals(0.9953222650189527, DoubleMath.erf(2), 5e-16);
    assertEquals(0.9999779095030014, DoubleMath.erf(3), 5e-16);
    assertEquals(0.1124629160182849, DoubleMath.erf(0.1), 5e-17);
    assertEquals(-0.9999999845827421, DoubleMath.erf(-4), 2e-16);
    assertTrue(Double.isNaN(DoubleMath.erf(Double.NaN)));
    for (double x = -5; x < 5; x += 0.013) {
      assertEquals(erf(x), DoubleMath.erf(x), 1e-9);
    }
  }

  @Test
  void normalsAreWithinTheSpecsTolerance() {
    int[] w0 = new int[N];
    int[] w1 = new int[N];
    float[] fast = new float[N];
    float[] plain = new float[N];
    Random random = new Random(3);
    for (int round = 0; round < 500; round++) {
      for (int i = 0; i < N; i++) {
        w0[i] = round % 2 == 0 ? random.nextInt() : random.nextInt(1 << 14);
        w1[i] = random.nextInt();
      }
      w0[0] = -1;
      w0[1] = 0;
      loops.normal(w0, w1, fast, 0, N);
      new ScalarLoops().normal(w0, w1, plain, 0, N);
      for (int i = 0; i < N; i++) {
        assertEquals(plain[i], fast[i], 2e-6f);
      }
    }
  }

  @Test
  void threefryLanesEqualTheScalarBlocks() {
    assertEquals(0x6b200159L, Threefry.words(0, 0, 0, 0) & 0xffffffffL);
    assertEquals(0x99ba4efeL, Threefry.words(0, 0, 0, 0) >>> 32);
    assertEquals(0x1cb996fcL, Threefry.words(-1, -1, -1, -1) & 0xffffffffL);
    assertEquals(0xbb002be7L, Threefry.words(-1, -1, -1, -1) >>> 32);
    int[] w0 = new int[N];
    int[] w1 = new int[N];
    loops.threefry(0x12345678, -77, 1000, w0, w1, N);
    for (int i = 0; i < N; i++) {
      long words = Threefry.words(0x12345678, -77, 1000 + i, 0);
      assertEquals((int) words, w0[i]);
      assertEquals((int) (words >>> 32), w1[i]);
    }
  }
}
