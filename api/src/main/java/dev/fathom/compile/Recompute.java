package dev.fathom.compile;

import dev.fathom.graph.Graph;
import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives a reduction its own copy of a cheap operand that others use too. The norm of the gradients
 * and Adam both square them: sharing the squares would tie the update to the norm it waits for, and
 * neither could be one kernel.
 */
final class Recompute {
  private Recompute() {}

  /** {@return values equal to {@code results}} */
  static List<Value> apply(List<Value> results) {
    List<Node> nodes = Graph.nodes(results);
    Set<Value> used = new HashSet<>(results);
    Set<Value> shared = new HashSet<>(results);
    for (Node node : nodes) {
      node.inputs().stream().filter(input -> !used.add(input)).forEach(shared::add);
    }
    Map<Value, Value> rebuilt = new HashMap<>();
    for (Node node : nodes) {
      List<Value> inputs = node.inputs().stream().map(rebuilt::get).toList();
      if (node.op() instanceof Op.Reduce
          && shared.contains(node.inputs().getFirst())
          && isCheap(inputs.getFirst().node())) {
        Node producer = inputs.getFirst().node();
        inputs = List.of(new Node(producer.op(), producer.inputs()).output(0));
      }
      Node fresh = inputs.equals(node.inputs()) ? node : new Node(node.op(), inputs);
      for (int i = 0; i < node.outputs().size(); i++) {
        rebuilt.put(node.output(i), fresh.output(i));
      }
    }
    return results.stream().map(rebuilt::get).toList();
  }

  /** One elementwise operation on values that no fusion would keep out of memory. */
  private static boolean isCheap(Node node) {
    return node.op() instanceof Op.Elementwise
        && node.inputs().stream()
            .map(input -> input.node().op())
            .noneMatch(
                op ->
                    op instanceof Op.Elementwise
                        || op instanceof Op.Contract
                        || op instanceof Op.Convolve);
  }
}
