package dev.fathom.spi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A function of single elements: a directed acyclic graph in topological order, evaluated once for
 * each index of an iteration space. Equal expressions are equal records, so kernels are shared by
 * structure.
 *
 * @param nodes every node stands behind its arguments
 * @param results for each result, the index of its node
 */
public record Expression(List<Node> nodes, List<Integer> results) {

  /** One value of the expression; {@link #type()} is a value type (see {@link DType}). */
  public sealed interface Node {
    /** {@return the value type} */
    DType type();

    /** Element of the input view {@code index} at the current position. */
    record Input(int index, DType type) implements Node {}

    /** Run-time scalar {@code index} of the launch. */
    record Scalar(int index, DType type) implements Node {}

    /**
     * A number known at compile time, as the raw bits of its type: {@link
     * Double#doubleToRawLongBits} for f64, {@link Float#floatToRawIntBits} for f32, the value
     * itself for integers, 0 or 1 for bool.
     */
    record Constant(long bits, DType type) implements Node {}

    /** The position along {@code axis} of the iteration space; i32 or i64. */
    record Index(int axis, DType type) implements Node {}

    /** An operation on earlier nodes. */
    record Apply(ScalarOp op, DType type, List<Integer> arguments) implements Node {
      public Apply {
        arguments = List.copyOf(arguments);
      }
    }
  }

  /**
   * C1: a type is a value type. C2: arguments and results name earlier nodes. C3: operand types fit
   * the operation ({@link ScalarOp#resultType}). C4: there is at least one result.
   */
  public Expression {
    nodes = List.copyOf(nodes);
    results = List.copyOf(results);
    check(!results.isEmpty(), "at least one result", "none");
    for (int at = 0; at < nodes.size(); at++) {
      Node node = nodes.get(at);
      check(node.type() == node.type().valueType(), "a value type", node);
      if (node instanceof Node.Apply apply) {
        DType[] types = new DType[apply.arguments().size()];
        for (int i = 0; i < types.length; i++) {
          int argument = apply.arguments().get(i);
          check(argument >= 0 && argument < at, "arguments that name earlier nodes", node);
          types[i] = nodes.get(argument).type();
        }
        DType result = apply.op().resultType(types);
        check(apply.op() == ScalarOp.CAST || result == apply.type(), "type " + result, node);
      }
    }
    for (int result : results) {
      check(result >= 0 && result < nodes.size(), "results that name nodes", result);
    }
  }

  private static void check(boolean holds, String expected, Object actual) {
    if (!holds) {
      throw new IllegalArgumentException(
          "[expression] expected " + expected + " but got " + actual);
    }
  }

  /** {@return the expression that is its only input, unchanged} */
  public static Expression identity(DType type) {
    DType value = type.valueType();
    return new Expression(List.of(new Node.Input(0, value)), List.of(0));
  }

  /** {@return whether this is {@link #identity}} */
  public boolean isIdentity() {
    return results.size() == 1
        && nodes.size() == 1
        && nodes.getFirst() instanceof Node.Input(int index, DType _)
        && index == 0;
  }

  /** {@return the number of operations} */
  public int operations() {
    return (int) nodes.stream().filter(Node.Apply.class::isInstance).count();
  }

  /** {@return the value type of result {@code index}} */
  public DType resultType(int index) {
    return nodes.get(results.get(index)).type();
  }

  /**
   * {@return the number of run-time scalars the launch must bring: one more than the highest {@link
   * Node.Scalar} index, 0 if there is none}
   */
  public int scalarCount() {
    int count = 0;
    for (Node node : nodes) {
      if (node instanceof Node.Scalar(int index, DType _)) {
        count = Math.max(count, index + 1);
      }
    }
    return count;
  }

  /** Checks that every {@link Node.Input} names one of the operands and has its value type. */
  void checkInputs(String spec, String constraint, List<DType> operands) {
    for (Node node : nodes) {
      if (node instanceof Node.Input(int index, DType type)) {
        Check.that(
            index >= 0 && index < operands.size() && type == operands.get(index).valueType(),
            spec,
            constraint,
            "an input among operands " + operands,
            node);
      }
    }
  }

  /** {@return the expression in infix form, for {@code explain()} and error messages} */
  @Override
  public String toString() {
    String[] text = new String[nodes.size()];
    for (int at = 0; at < text.length; at++) {
      text[at] =
          switch (nodes.get(at)) {
            case Node.Input(int index, DType _) -> "in" + index;
            case Node.Scalar(int index, DType _) -> "scalar" + index;
            case Node.Constant constant -> constantText(constant);
            case Node.Index(int axis, DType _) -> "index" + axis;
            case Node.Apply apply -> {
              String[] arguments = new String[apply.arguments().size()];
              Arrays.setAll(arguments, i -> "%" + apply.arguments().get(i));
              yield apply.op().label()
                  + "("
                  + String.join(", ", arguments)
                  + ")"
                  + (apply.op() == ScalarOp.CAST ? ":" + apply.type().label() : "");
            }
          };
    }
    StringBuilder out = new StringBuilder("{");
    for (int at = 0; at < text.length; at++) {
      out.append('%').append(at).append('=').append(text[at]).append("; ");
    }
    return out.append("-> ").append(results).append('}').toString();
  }

  private static String constantText(Node.Constant constant) {
    return switch (constant.type()) {
      case F32 -> Float.toString(Float.intBitsToFloat((int) constant.bits()));
      case F64 -> Double.toString(Double.longBitsToDouble(constant.bits()));
      default -> Long.toString(constant.bits());
    };
  }

  /** Builds an expression; equal nodes are made once. Not thread-safe. */
  public static final class Builder {
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Node, Integer> known = new HashMap<>();

    /** {@return the position of {@code node}, added unless an equal one is there} */
    public int add(Node node) {
      return known.computeIfAbsent(
          node,
          fresh -> {
            nodes.add(fresh);
            return nodes.size() - 1;
          });
    }

    /** {@return the position of input {@code index} stored as {@code dtype}} */
    public int input(int index, DType dtype) {
      return add(new Node.Input(index, dtype.valueType()));
    }

    /** {@return the position of a constant, rounded to {@code type}} */
    public int constant(double value, DType type) {
      return add(new Node.Constant(bits(value, type), type));
    }

    /** {@return the position of {@code op} on earlier positions; not for {@link ScalarOp#CAST}} */
    public int apply(ScalarOp op, int... arguments) {
      DType[] types = new DType[arguments.length];
      List<Integer> list = new ArrayList<>();
      for (int i = 0; i < arguments.length; i++) {
        types[i] = nodes.get(arguments[i]).type();
        list.add(arguments[i]);
      }
      return add(new Node.Apply(op, op.resultType(types), list));
    }

    /**
     * {@return the position of {@code argument} converted to {@code type}, itself if it is that}
     */
    public int cast(int argument, DType type) {
      return nodes.get(argument).type() == type
          ? argument
          : add(new Node.Apply(ScalarOp.CAST, type, List.of(argument)));
    }

    /** {@return the type of the value at {@code position}} */
    public DType type(int position) {
      return nodes.get(position).type();
    }

    /** {@return the expression with these results} */
    public Expression build(Integer... results) {
      return new Expression(nodes, List.of(results));
    }
  }

  /** {@return the raw bits of {@code value} in {@code type}, see {@link Node.Constant}} */
  public static long bits(double value, DType type) {
    return switch (type) {
      case F32 -> Float.floatToRawIntBits((float) value) & 0xffffffffL;
      case F64 -> Double.doubleToRawLongBits(value);
      case BOOL -> value != 0 ? 1 : 0;
      default -> (long) value;
    };
  }
}
