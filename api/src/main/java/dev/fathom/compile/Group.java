package dev.fathom.compile;

import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Value;
import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Nodes that become one kernel: elementwise operations, alone, behind a contraction or convolution
 * (epilogue), or in front of a reduction (prologue). Immutable.
 *
 * @param anchor the operation that is not elementwise, if there is one
 * @param members the elementwise operations, in topological order
 */
record Group(Optional<Node> anchor, List<Node> members) {
  Group {
    members = List.copyOf(members);
  }

  static Group of(Node node) {
    return node.op() instanceof Op.Elementwise
        ? new Group(Optional.empty(), List.of(node))
        : new Group(Optional.of(node), List.of());
  }

  /** {@return all nodes} */
  List<Node> nodes() {
    List<Node> all = new ArrayList<>();
    anchor.ifPresent(all::add);
    all.addAll(members);
    return all;
  }

  /** {@return whether the members come before the anchor} */
  boolean isPrologue() {
    return !members.isEmpty() && anchor.filter(n -> n.op() instanceof Op.Reduce).isPresent();
  }

  /** {@return the iteration space of the members} */
  Shape space() {
    return members.getFirst().outputs().getFirst().shape();
  }

  /**
   * The members as one expression.
   *
   * @param map the expression
   * @param inputs the places of its inputs; where the anchor's result is input 0 it is not listed
   * @param scalars the sources of its scalars
   */
  record Body(Expression map, List<Located> inputs, List<ScalarSource> scalars) {}

  /**
   * {@return the expression that computes {@code results}} Each is made by a member, or is the
   * anchor's result.
   */
  Body body(List<Value> results, Views views) {
    Expression.Builder builder = new Expression.Builder();
    Map<Value, Integer> positions = new HashMap<>();
    List<Located> inputs = new ArrayList<>();
    List<ScalarSource> scalars = new ArrayList<>();
    boolean epilogue = anchor.isPresent() && !isPrologue();
    if (epilogue) {
      Value result = anchor.get().output(0);
      positions.put(result, builder.input(0, result.dtype()));
    }
    for (Node member : members) {
      int[] arguments = new int[member.inputs().size()];
      for (int i = 0; i < arguments.length; i++) {
        Value operand = member.inputs().get(i);
        Integer made = positions.get(operand);
        arguments[i] =
            made != null ? made : leaf(operand, builder, inputs, scalars, views, epilogue ? 1 : 0);
      }
      Op.Elementwise op = (Op.Elementwise) member.op();
      positions.put(
          member.output(0),
          op.op() == dev.fathom.spi.ScalarOp.CAST
              ? builder.cast(arguments[0], op.dtype().valueType())
              : builder.apply(op.op(), arguments));
    }
    Integer[] at = results.stream().map(positions::get).toArray(Integer[]::new);
    return new Body(builder.build(at), inputs, scalars);
  }

  private static int leaf(
      Value operand,
      Expression.Builder builder,
      List<Located> inputs,
      List<ScalarSource> scalars,
      Views views,
      int shift) {
    Located located = views.at(operand);
    DType type = operand.dtype().valueType();
    switch (located.base().node().op()) {
      case Op.Constant(long bits, var _) -> {
        return builder.add(new Expression.Node.Constant(bits, type));
      }
      case Op.Scalar(String name, DType dtype) -> {
        ScalarSource source = new ScalarSource.Named(name, dtype);
        if (!scalars.contains(source)) {
          scalars.add(source);
        }
        return builder.add(new Expression.Node.Scalar(scalars.indexOf(source), type));
      }
      case Op.Iota(int axis, var _) when located.base().equals(operand) -> {
        return builder.add(new Expression.Node.Index(axis, type));
      }
      default -> {
        if (!inputs.contains(located)) {
          inputs.add(located);
        }
        return builder.input(inputs.indexOf(located) + shift, operand.dtype());
      }
    }
  }

  /** {@return the values that nodes outside read, or that are results of the program} */
  List<Value> outputs(Map<Value, Set<Node>> users, Set<Value> results) {
    Set<Node> inside = new LinkedHashSet<>(nodes());
    List<Value> needed = new ArrayList<>();
    for (Node node : inside) {
      for (int i = 0; i < node.outputs().size(); i++) {
        Value value = node.output(i);
        if (results.contains(value)
            || users.getOrDefault(value, Set.of()).stream().anyMatch(u -> !inside.contains(u))) {
          needed.add(value);
        }
      }
    }
    return needed;
  }
}
