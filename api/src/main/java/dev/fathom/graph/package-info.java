/**
 * Graphs of tensor operations and their gradients.
 *
 * <p>Start with {@link dev.fathom.graph.Op}: every operation is a record there with its shape rule.
 * A {@link dev.fathom.graph.Node} applies one to {@link dev.fathom.graph.Value}s; {@link
 * dev.fathom.graph.Ops} builds nodes, broadcasting and checking as it goes, {@link
 * dev.fathom.graph.Indexing} those of access by index; {@link dev.fathom.graph.Gradients} turns a
 * graph into the graph of its derivatives by one table.
 *
 * <p>Numbers come into a graph by name, when a program runs ({@link dev.fathom.graph.Op.Input},
 * {@link dev.fathom.graph.Op.Scalar}), or by {@link dev.fathom.graph.Content}, which is part of the
 * graph ({@link dev.fathom.graph.Op.Literal}).
 *
 * <p>A graph is nothing but the nodes that its results reach. Nodes are immutable and know no
 * device; {@code dev.fathom.compile} makes programs of them. Adding an operation touches its
 * record, one line of the gradient table, and how {@code dev.fathom.format} writes it.
 */
package dev.fathom.graph;
