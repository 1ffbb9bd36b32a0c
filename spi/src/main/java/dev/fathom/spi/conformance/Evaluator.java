package dev.fathom.spi.conformance;

import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Expression.Node;
import dev.fathom.spi.ScalarOp;
import java.util.List;

/** Evaluates an {@link Expression} for one index at a time, on words (see {@link HostArray}). */
final class Evaluator {
  private final Expression expression;
  private final long[] scalars;
  private final long[] values;

  /**
   * Prepares an expression.
   *
   * @param scalars raw bits as in {@link Node.Constant}
   */
  Evaluator(Expression expression, long[] scalars) {
    this.expression = expression;
    this.scalars = scalars;
    this.values = new long[expression.nodes().size()];
  }

  /** Evaluates all nodes at {@code index}, where input i has the word {@code inputs[i]}. */
  Evaluator at(long[] index, long... inputs) {
    List<Node> nodes = expression.nodes();
    for (int at = 0; at < values.length; at++) {
      values[at] =
          switch (nodes.get(at)) {
            case Node.Input(int input, DType _) -> inputs[input];
            case Node.Scalar(int scalar, DType type) -> fromBits(scalars[scalar], type);
            case Node.Constant(long bits, DType type) -> fromBits(bits, type);
            case Node.Index(int axis, DType type) -> wrap(index[axis], type);
            case Node.Apply apply -> apply(apply);
          };
    }
    return this;
  }

  /** {@return the word of result {@code index} at the index evaluated last} */
  long result(int index) {
    return values[expression.results().get(index)];
  }

  private static long fromBits(long bits, DType type) {
    return type == DType.F32 ? HostArray.real(Float.intBitsToFloat((int) bits)) : wrap(bits, type);
  }

  static long wrap(long word, DType type) {
    return type == DType.I32 ? (int) word : word;
  }

  private long apply(Node.Apply apply) {
    List<Integer> arguments = apply.arguments();
    DType type = expression.nodes().get(arguments.getFirst()).type();
    long x = values[arguments.getFirst()];
    return switch (apply.op()) {
      case SELECT -> values[arguments.get(x != 0 ? 1 : 2)];
      case CAST -> cast(x, type, apply.type());
      default -> {
        long y = arguments.size() > 1 ? values[arguments.get(1)] : 0;
        yield type.isFloating()
            ? floating(apply.op(), HostArray.real(x), HostArray.real(y))
            : type == DType.BOOL
                ? logical(apply.op(), x, y)
                : wrap(integer(apply.op(), x, y, type), apply.type());
      }
    };
  }

  private static long floating(ScalarOp op, double x, double y) {
    return switch (op) {
      case EQUAL -> bool(x == y);
      case NOT_EQUAL -> bool(x != y);
      case LESS -> bool(x < y);
      case LESS_EQUAL -> bool(x <= y);
      default ->
          HostArray.real(
              switch (op) {
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
                case ADD -> x + y;
                case SUBTRACT -> x - y;
                case MULTIPLY -> x * y;
                case DIVIDE -> x / y;
                case REMAINDER -> x % y;
                case POWER -> Math.pow(x, y);
                case MIN -> Math.min(x, y);
                case MAX -> Math.max(x, y);
                default -> throw new IllegalArgumentException("[" + op + "] on a floating type");
              });
    };
  }

  private static long integer(ScalarOp op, long x, long y, DType type) {
    return switch (op) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Long.signum(x);
      case RELU -> Math.max(x, 0);
      case ADD -> x + y;
      case SUBTRACT -> x - y;
      case MULTIPLY -> x * y;
      case DIVIDE -> y == 0 ? 0 : x / y;
      case REMAINDER -> y == 0 ? 0 : x % y;
      case MIN -> Math.min(x, y);
      case MAX -> Math.max(x, y);
      case EQUAL -> bool(x == y);
      case NOT_EQUAL -> bool(x != y);
      case LESS -> bool(x < y);
      case LESS_EQUAL -> bool(x <= y);
      case NOT -> ~x;
      case AND -> x & y;
      case OR -> x | y;
      case XOR -> x ^ y;
      case SHIFT_LEFT -> x << y;
      case SHIFT_RIGHT -> type == DType.I32 ? (int) x >>> y : x >>> y;
      default -> throw new IllegalArgumentException("[" + op + "] on an integer type");
    };
  }

  private static long logical(ScalarOp op, long x, long y) {
    return switch (op) {
      case EQUAL -> bool(x == y);
      case NOT_EQUAL, XOR -> bool(x != y);
      case LESS -> bool(x < y);
      case LESS_EQUAL -> bool(x <= y);
      case NOT -> 1 - x;
      case AND -> x & y;
      case OR -> x | y;
      default -> throw new IllegalArgumentException("[" + op + "] on bool");
    };
  }

  private static long cast(long x, DType from, DType to) {
    return switch (to) {
      case F32 -> HostArray.real(from.isFloating() ? (float) HostArray.real(x) : (float) x);
      case F64 -> from.isFloating() ? x : HostArray.real((double) x);
      case BOOL -> bool(from.isFloating() ? HostArray.real(x) != 0 : x != 0);
      case I32 -> from.isFloating() ? (int) HostArray.real(x) : (int) x;
      default -> from.isFloating() ? (long) HostArray.real(x) : x;
    };
  }

  private static long bool(boolean value) {
    return value ? 1 : 0;
  }

  /**
   * The error function: its power series with positive terms for small |x| (Abramowitz and Stegun
   * 7.1.6), the continued fraction of its complement (7.1.14) for large.
   */
  static double erf(double x) {
    double magnitude = Math.abs(x);
    if (!(magnitude < 6)) {
      return Math.signum(x);
    }
    if (magnitude < 2) {
      double sum = 0;
      double term = x;
      for (int n = 0; n < 60; n++) {
        sum += term;
        term *= 2 * x * x / (2 * n + 3);
      }
      return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
    double fraction = magnitude;
    for (int n = 200; n >= 1; n--) {
      fraction = magnitude + n / 2.0 / fraction;
    }
    return Math.signum(x) * (1 - Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction));
  }
}
