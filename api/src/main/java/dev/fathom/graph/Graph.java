package dev.fathom.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Walks over graphs; all are iterative, so depth is limited by memory alone. */
public final class Graph {
  private Graph() {}

  /** {@return every node that {@code results} reach, each behind its inputs} */
  public static List<Node> nodes(Collection<Value> results) {
    return nodes(results, node -> true);
  }

  /**
   * {@return the nodes that {@code results} reach, not looking behind those not to {@code open}}
   */
  public static List<Node> nodes(Collection<Value> results, Predicate<Node> open) {
    List<Node> ordered = new ArrayList<>();
    Set<Node> entered = new HashSet<>();
    Set<Node> done = new HashSet<>();
    Deque<Node> stack = new ArrayDeque<>();
    for (Value result : results) {
      stack.push(result.node());
      while (!stack.isEmpty()) {
        Node node = stack.peek();
        if (entered.add(node)) {
          // Pushed in reverse, so that the first input is finished first.
          for (int i = open.test(node) ? node.inputs().size() - 1 : -1; i >= 0; i--) {
            Node input = node.inputs().get(i).node();
            if (!entered.contains(input)) {
              stack.push(input);
            }
          }
        } else {
          stack.pop();
          if (done.add(node)) {
            ordered.add(node);
          }
        }
      }
    }
    return ordered;
  }
}
