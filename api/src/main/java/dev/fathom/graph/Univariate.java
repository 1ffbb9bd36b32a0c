package dev.fathom.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An elementwise function of one value whose branches meet again, such as {@code x * sigmoid(x)}.
 * Its derivative is a function of x alone: the forward pass can compute it and keep one tensor for
 * the backward pass, which by the rules of the single operations would read one for each branch.
 *
 * @param x the argument
 * @param nodes two or more, from the first to the one whose output is the result
 */
record Univariate(Value x, List<Node> nodes) {
  /**
   * Greatest number of nodes. Activations have up to a dozen; a longer search finds functions that
   * are no activations.
   */
  private static final int MAX_NODES = 24;

  /** Finds such functions in a graph that is differentiated. */
  static final class Finder {
    private final Set<Value> active;
    private final Map<Value, Set<Node>> users = new HashMap<>();
    private final Map<Node, Integer> order = new HashMap<>();

    /**
     * @param nodes in topological order
     * @param active values that depend on the variables
     * @param results values that are used outside the graph
     */
    Finder(List<Node> nodes, Set<Value> active, List<Value> results) {
      this.active = active;
      for (Node node : nodes) {
        order.put(node, order.size());
        node.inputs().forEach(in -> users.computeIfAbsent(in, v -> new HashSet<>()).add(node));
      }
      // A value that is a result has a user that is in no function.
      results.forEach(value -> users.computeIfAbsent(value, v -> new HashSet<>()).add(null));
    }

    /** {@return the shortest such function that ends in {@code last}} */
    Optional<Univariate> endingIn(Node last) {
      if (!isMember(last.output(0), last.output(0))) {
        return Optional.empty();
      }
      Value y = last.output(0);
      Set<Node> members = new HashSet<>(Set.of(last));
      Set<Value> open = new HashSet<>();
      boolean meet = reach(last, open);
      while (members.size() < MAX_NODES && !open.isEmpty()) {
        if (open.size() == 1 && meet && members.size() > 1) {
          List<Node> nodes = new ArrayList<>(members);
          nodes.sort(Comparator.comparing(order::get));
          return Optional.of(new Univariate(open.iterator().next(), nodes));
        }
        Value latest =
            open.stream().max(Comparator.comparing(v -> order.get(v.node()))).orElseThrow();
        if (!isMember(latest, y) || !members.containsAll(users.get(latest))) {
          return Optional.empty();
        }
        open.remove(latest);
        members.add(latest.node());
        meet |= reach(latest.node(), open);
      }
      return Optional.empty();
    }

    /** Opens the inputs of {@code node}; {@return whether it met another branch} */
    private boolean reach(Node node, Set<Value> open) {
      boolean meet = false;
      for (Value input : node.inputs()) {
        meet |= active.contains(input) && !open.add(input);
      }
      return meet;
    }

    private static boolean isMember(Value value, Value y) {
      return value.node().op() instanceof Op.Elementwise
          && value.type().equals(y.type())
          && value.dtype().isFloating()
          && value.dtype() == value.dtype().valueType();
    }
  }
}
