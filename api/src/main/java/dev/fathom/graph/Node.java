package dev.fathom.graph;

import java.util.List;

/** An operation applied to values. Immutable; two nodes are equal only if they are the same. */
public final class Node {
  private final Op op;
  private final List<Value> inputs;
  private final List<Type> outputs;

  /**
   * Applies {@code op}.
   *
   * @throws IllegalArgumentException if the inputs do not fit, naming the operation and the shapes
   */
  public Node(Op op, List<Value> inputs) {
    this.op = op;
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(op.infer(this.inputs.stream().map(Value::type).toList()));
  }

  /** {@return the operation} */
  public Op op() {
    return op;
  }

  /** {@return the values that it is applied to} */
  public List<Value> inputs() {
    return inputs;
  }

  /** {@return the types of its outputs, one or more} */
  public List<Type> outputs() {
    return outputs;
  }

  /** {@return output {@code index}} */
  public Value output(int index) {
    return new Value(this, index);
  }

  @Override
  public String toString() {
    return op + " -> " + outputs;
  }
}
