package dev.fathom.graph;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;

/**
 * One output of a node.
 *
 * @param node that computes it
 * @param index which of the node's outputs
 */
public record Value(Node node, int index) implements Operand {
  /** {@return this} */
  @Override
  public Value value() {
    return this;
  }

  /** {@return element type and shape} */
  public Type type() {
    return node.outputs().get(index);
  }

  /** {@return the element type} */
  public DType dtype() {
    return type().dtype();
  }

  /** {@return the sizes} */
  public Shape shape() {
    return type().shape();
  }
}
