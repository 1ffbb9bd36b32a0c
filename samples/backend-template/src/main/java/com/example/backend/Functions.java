package com.example.backend;

import dev.fathom.spi.DType;
import dev.fathom.spi.ScalarOp;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/** What each operation does with one element; those of one operand ignore {@code y}. */
final class Functions {
  private Functions() {}

  /** {@return the operation on f32 and f64; a comparison gives 1 or 0} */
  static DoubleBinaryOperator onDoubles(ScalarOp op) {
    return switch (op) {
      case NEGATE -> (x, _) -> -x;
      case ABS -> (x, _) -> Math.abs(x);
      case SIGN -> (x, _) -> Math.signum(x);
      case RELU -> (x, _) -> x < 0 ? 0 : x;
      case SQRT -> (x, _) -> Math.sqrt(x);
      case RSQRT -> (x, _) -> 1 / Math.sqrt(x);
      case EXP -> (x, _) -> Math.exp(x);
      case LOG -> (x, _) -> Math.log(x);
      case SIN -> (x, _) -> Math.sin(x);
      case COS -> (x, _) -> Math.cos(x);
      case TANH -> (x, _) -> Math.tanh(x);
      case SIGMOID -> (x, _) -> 1 / (1 + Math.exp(-x));
      case ERF -> (x, _) -> erf(x);
      case FLOOR -> (x, _) -> Math.floor(x);
      case ROUND -> (x, _) -> Math.rint(x);
      case ADD -> (x, y) -> x + y;
      case SUBTRACT -> (x, y) -> x - y;
      case MULTIPLY -> (x, y) -> x * y;
      case DIVIDE -> (x, y) -> x / y;
      case REMAINDER -> (x, y) -> x % y;
      case POWER -> Math::pow;
      case MIN -> Math::min;
      case MAX -> Math::max;
      case EQUAL -> (x, y) -> x == y ? 1 : 0;
      case NOT_EQUAL -> (x, y) -> x != y ? 1 : 0;
      case LESS -> (x, y) -> x < y ? 1 : 0;
      case LESS_EQUAL -> (x, y) -> x <= y ? 1 : 0;
      case CAST -> (x, _) -> x;
      default -> throw new IllegalArgumentException("no " + op + " of floating-point numbers");
    };
  }

  /** {@return the operation on i32, i64 and bool; a store to i32 wraps around} */
  static LongBinaryOperator onLongs(ScalarOp op, DType type) {
    return switch (op) {
      case NEGATE -> (x, _) -> -x;
      case ABS -> (x, _) -> Math.abs(x);
      case SIGN -> (x, _) -> Long.signum(x);
      case RELU -> (x, _) -> Math.max(x, 0);
      case ADD -> (x, y) -> x + y;
      case SUBTRACT -> (x, y) -> x - y;
      case MULTIPLY -> (x, y) -> x * y;
      case DIVIDE -> (x, y) -> y == 0 ? 0 : x / y;
      case REMAINDER -> (x, y) -> y == 0 ? 0 : x % y;
      case MIN -> Math::min;
      case MAX -> Math::max;
      case EQUAL -> (x, y) -> x == y ? 1 : 0;
      case NOT_EQUAL -> (x, y) -> x != y ? 1 : 0;
      case LESS -> (x, y) -> x < y ? 1 : 0;
      case LESS_EQUAL -> (x, y) -> x <= y ? 1 : 0;
      case NOT -> type == DType.BOOL ? (x, _) -> 1 - x : (x, _) -> ~x;
      case AND -> (x, y) -> x & y;
      case OR -> (x, y) -> x | y;
      case XOR -> (x, y) -> x ^ y;
      case SHIFT_LEFT -> (x, y) -> x << y;
      case SHIFT_RIGHT -> type == DType.I32 ? (x, y) -> (x & 0xffffffffL) >>> y : (x, y) -> x >>> y;
      case CAST -> (x, _) -> x;
      default -> throw new IllegalArgumentException("no " + op + " of integers");
    };
  }

  /**
   * The error function by {@code 2 / sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (1 * 3 * ... *
   * (2n+1))} (Abramowitz and Stegun, 7.1.6), whose terms are all of one sign; 1 from 6 on.
   */
  private static double erf(double x) {
    if (Math.abs(x) >= 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
}
