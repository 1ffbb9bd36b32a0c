package dev.fathom.backend.java.loops;

import dev.fathom.spi.ScalarOp;

/** The operations on one double. They need not be fast: f64 is used to check gradients. */
public final class DoubleMath {
  private DoubleMath() {}

  public static double unary(ScalarOp op, double x) {
    return switch (op) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x);
      case RELU -> Math.max(x, 0);
      case SQRT -> Math.sqrt(x);
      case RSQRT -> 1 / Math.sqrt(x);
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case ERF -> erf(x);
      case FLOOR -> Math.floor(x);
      case ROUND -> Math.rint(x);
      default -> throw new AssertionError(op);
    };
  }

  public static double binary(ScalarOp op, double x, double y) {
    return switch (op) {
      case ADD -> x + y;
      case SUBTRACT -> x - y;
      case MULTIPLY -> x * y;
      case DIVIDE -> x / y;
      case REMAINDER -> x % y;
      case POWER -> Math.pow(x, y);
      case MIN -> Math.min(x, y);
      case MAX -> Math.max(x, y);
      default -> throw new AssertionError(op);
    };
  }

  /**
   * The error function within 1e-15: below 2.5 by its series of positive terms, {@code 2 / sqrt(pi)
   * exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!}, beyond by the continued fraction of its complement
   * (M. Abramowitz and I. Stegun, "Handbook of Mathematical Functions", 1964, 7.1.6 and 7.1.14).
   */
  static double erf(double x) {
    double m = Math.abs(x);
    if (m > 6) {
      return Math.signum(x); // the complement is below half an ulp of 1
    }
    if (m < 2.5) {
      double term = x;
      double sum = x;
      for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
        term *= 2 * x * x / (2 * n + 1);
        sum += term;
      }
      return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
    if (m != m) {
      return x;
    }
    double fraction = m;
    for (int n = 60; n >= 1; n--) {
      fraction = m + n / 2.0 / fraction;
    }
    return Math.copySign(1 - Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction), x);
  }
}
