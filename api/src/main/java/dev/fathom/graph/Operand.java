package dev.fathom.graph;

/** Anything that stands for a value of a graph: the value itself, or a handle on one. */
public interface Operand {
  /** {@return the value} */
  Value value();
}
