package dev.fathom.backend.opencl.code;

import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Expression.Node;
import dev.fathom.spi.ScalarOp;
import java.util.ArrayList;
import java.util.List;

/** Writes an {@link Expression}, a statement for each node, whose value is in a register. */
public final class ExpressionCode {

  /** The inputs of an expression. */
  @FunctionalInterface
  public interface Inputs {
    /** {@return a C expression of the input's value type} */
    String input(int index);
  }

  /** The positions along the axes. */
  @FunctionalInterface
  public interface Positions {
    /** {@return a C expression of type {@code long} (one lane) or of all lanes' positions} */
    String position(int axis);
  }

  private ExpressionCode() {}

  /** {@return whether every value can be computed several lanes at once} */
  public static boolean hasLanes(Expression map) {
    return map.nodes().stream().allMatch(node -> CTypes.hasLanes(node.type()));
  }

  /**
   * Appends the statements.
   *
   * @param prefix of the names of the values, unique within the function
   * @return the names of the results
   */
  public static List<String> write(
      StringBuilder out,
      String indent,
      String prefix,
      Expression map,
      int lanes,
      Inputs inputs,
      Positions positions) {
    boolean[] used = used(map);
    for (int at = 0; at < map.nodes().size(); at++) {
      if (used[at]) {
        Node node = map.nodes().get(at);
        String type = CTypes.value(node.type(), lanes);
        out.append(indent).append("const ").append(type).append(' ').append(prefix).append(at);
        out.append(" = ").append(value(map, node, prefix, lanes, inputs, positions));
        out.append(";\n");
      }
    }
    List<String> results = new ArrayList<>();
    map.results().forEach(result -> results.add(prefix + result));
    return results;
  }

  private static boolean[] used(Expression map) {
    boolean[] used = new boolean[map.nodes().size()];
    map.results().forEach(result -> used[result] = true);
    for (int at = used.length - 1; at >= 0; at--) {
      if (used[at] && map.nodes().get(at) instanceof Node.Apply apply) {
        apply.arguments().forEach(argument -> used[argument] = true);
      }
    }
    return used;
  }

  private static String value(
      Expression map, Node node, String prefix, int lanes, Inputs inputs, Positions positions) {
    return switch (node) {
      case Node.Input(int index, DType _) -> inputs.input(index);
      case Node.Scalar(int index, DType type) -> CTypes.scalar("s" + index, type, lanes);
      case Node.Constant(long bits, DType type) -> CTypes.constant(bits, type, lanes);
      case Node.Index(int axis, DType type) ->
          lanes == 1
              ? "(" + CTypes.value(type, 1) + ")(" + positions.position(axis) + ")"
              : positions.position(axis);
      case Node.Apply apply -> {
        String[] x = new String[apply.arguments().size()];
        for (int i = 0; i < x.length; i++) {
          x[i] = prefix + apply.arguments().get(i);
        }
        DType from = map.nodes().get(apply.arguments().getLast()).type();
        yield apply.op() == ScalarOp.CAST
            ? cast(x[0], from, apply.type(), lanes)
            : apply(apply.op(), from, lanes, x);
      }
    };
  }

  /**
   * {@return an operation on values, except {@link ScalarOp#CAST}; {@code type} is the operands'}
   */
  public static String apply(ScalarOp op, DType type, int lanes, String... x) {
    return type.isFloating()
        ? floating(op, type, lanes, x)
        : type == DType.BOOL ? bool(op, lanes, x) : integer(op, type, lanes, x);
  }

  private static String floating(ScalarOp op, DType type, int lanes, String... x) {
    String a = x[0];
    String b = x.length > 1 ? x[1] : "";
    String t = CTypes.value(type, lanes);
    return switch (op) {
      case NEGATE -> "-" + a;
      case ABS -> "fabs(" + a + ")";
      case SIGN -> choose(a + " > 0", one(t), choose(a + " < 0", "-" + one(t), a, lanes), lanes);
      case RELU -> choose(a + " < 0", "(" + t + ")0", a, lanes);
      case SQRT -> "sqrt(" + a + ")";
      case RSQRT -> "rsqrt(" + a + ")";
      case EXP -> "exp(" + a + ")";
      case LOG -> "log(" + a + ")";
      case SIN -> "sin(" + a + ")";
      case COS -> "cos(" + a + ")";
      case TANH -> "tanh(" + a + ")";
      case SIGMOID -> one(t) + " / (" + one(t) + " + exp(-" + a + "))";
      case ERF -> "erf(" + a + ")";
      case FLOOR -> "floor(" + a + ")";
      case ROUND -> "rint(" + a + ")";
      case ADD -> a + " + " + b;
      case SUBTRACT -> a + " - " + b;
      case MULTIPLY -> a + " * " + b;
      case DIVIDE -> a + " / " + b;
      case REMAINDER -> "fmod(" + a + ", " + b + ")";
      case POWER -> power(type, lanes, a, b);
      case MIN -> choose("(" + a + " < " + b + ") || (" + a + " != " + a + ")", a, b, lanes);
      case MAX -> choose("(" + a + " > " + b + ") || (" + a + " != " + a + ")", a, b, lanes);
      case EQUAL -> a + " == " + b;
      case NOT_EQUAL -> a + " != " + b;
      case LESS -> a + " < " + b;
      case LESS_EQUAL -> a + " <= " + b;
      case SELECT -> choose(a, b, x[2], lanes);
      case NOT, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, CAST -> throw new AssertionError(op);
    };
  }

  /** Unlike C's, Java's pow of 1 to NaN and of 1 or -1 to infinity is NaN. */
  private static String power(DType type, int lanes, String a, String b) {
    String t = CTypes.value(type, lanes);
    String nan = "(" + t + ")" + (type == DType.F32 ? "(NAN)" : "((double)NAN)");
    String odd =
        "(" + b + " != " + b + ") || ((fabs(" + a + ") == 1) && (fabs(" + b + ") == INFINITY))";
    return choose(odd, nan, "pow(" + a + ", " + b + ")", lanes);
  }

  /** Overflow is undefined for signed integers in C, so sums are those of unsigned ones. */
  private static String integer(ScalarOp op, DType type, int lanes, String... x) {
    String a = x[0];
    String b = x.length > 1 ? x[1] : "";
    String t = CTypes.value(type, lanes);
    String zero = "(" + t + ")0";
    return switch (op) {
      case NEGATE -> unsigned(t, "-", zero, a);
      case ABS -> choose(a + " < 0", unsigned(t, "-", zero, a), a, lanes);
      case SIGN -> choose(a + " > 0", one(t), choose(a + " < 0", "-" + one(t), zero, lanes), lanes);
      case RELU -> "max(" + a + ", " + zero + ")";
      case ADD -> unsigned(t, "+", a, b);
      case SUBTRACT -> unsigned(t, "-", a, b);
      case MULTIPLY -> unsigned(t, "*", a, b);
      case DIVIDE ->
          choose(
              b + " == 0",
              zero,
              choose(
                  b + " == -1", unsigned(t, "-", zero, a), a + " / " + divisor(t, b, lanes), lanes),
              lanes);
      case REMAINDER ->
          choose(
              "(" + b + " == 0) || (" + b + " == -1)",
              zero,
              a + " % " + divisor(t, b, lanes),
              lanes);
      case MIN -> "min(" + a + ", " + b + ")";
      case MAX -> "max(" + a + ", " + b + ")";
      case EQUAL -> a + " == " + b;
      case NOT_EQUAL -> a + " != " + b;
      case LESS -> a + " < " + b;
      case LESS_EQUAL -> a + " <= " + b;
      case NOT -> "~" + a;
      case AND -> a + " & " + b;
      case OR -> a + " | " + b;
      case XOR -> a + " ^ " + b;
      case SHIFT_LEFT -> a + " << " + b;
      case SHIFT_RIGHT -> "as_" + t + "(as_u" + t + "(" + a + ") >> as_u" + t + "(" + b + "))";
      case SELECT -> choose(a, b, x[2], lanes);
      default -> throw new AssertionError(op);
    };
  }

  /** Division by 0 and of the least number by -1 would trap: those lanes divide by 1. */
  private static String divisor(String t, String b, int lanes) {
    return "(" + choose("(" + b + " == 0) || (" + b + " == -1)", one(t), b, lanes) + ")";
  }

  private static String bool(ScalarOp op, int lanes, String... x) {
    String a = x[0];
    String b = x.length > 1 ? x[1] : "";
    return switch (op) {
      case EQUAL -> a + " == " + b;
      case NOT_EQUAL, XOR -> a + " ^ " + b;
      case NOT -> lanes == 1 ? a + " ^ 1" : "~" + a;
      case AND -> a + " & " + b;
      case OR -> a + " | " + b;
      case LESS -> (lanes == 1 ? "(" + a + " ^ 1)" : "~" + a) + " & " + b;
      case LESS_EQUAL -> (lanes == 1 ? "(" + a + " ^ 1)" : "~" + a) + " | " + b;
      case SELECT -> choose(a, b, x[2], lanes);
      default -> throw new AssertionError(op);
    };
  }

  private static String cast(String x, DType from, DType to, int lanes) {
    String target = CTypes.value(to, lanes);
    if (to == DType.BOOL) {
      return x + " != 0";
    }
    if (from == DType.BOOL) {
      String bit = lanes == 1 ? x : "(" + x + " & 1)";
      return "convert_" + target + "(" + bit + ")";
    }
    if (from.isFloating() && !to.isFloating()) {
      String zero = "(" + target + ")0";
      return choose(x + " != " + x, zero, "convert_" + target + "_sat_rtz(" + x + ")", lanes);
    }
    return "convert_" + target + "(" + x + ")";
  }

  private static String choose(String condition, String yes, String no, int lanes) {
    return lanes == 1
        ? "((" + condition + ") ? " + yes + " : " + no + ")"
        : "select(" + no + ", " + yes + ", " + condition + ")";
  }

  private static String one(String type) {
    return "(" + type + ")1";
  }

  private static String unsigned(String type, String op, String a, String b) {
    return "as_" + type + "(as_u" + type + "(" + a + ") " + op + " as_u" + type + "(" + b + "))";
  }
}
