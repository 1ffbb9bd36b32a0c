package dev.fathom.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The results of a checkpoint computed once more, for their gradients (Chen et al., "Training Deep
 * Nets with Sublinear Memory Cost", 2016). The copy reads what is kept behind an {@link Op.Barrier}
 * on the gradients: so it is neither shared with the first computation nor made before it is
 * needed.
 *
 * @param results of the copy
 * @param kept each value that the copy begins with, and what it reads in its place
 * @param ends all nodes that the copy begins with
 */
record Rematerialised(List<Value> results, SequencedMap<Value, Value> kept, Set<Node> ends) {
  /**
   * {@return a copy of what lies between the results of {@code checkpoint} and what it keeps}
   *
   * @param gradients of the results, null where there is none
   * @param variables that the copy begins with too, since their gradients are asked for
   */
  static Rematerialised of(Node checkpoint, List<Value> gradients, List<Value> variables) {
    int results = ((Op.Checkpoint) checkpoint.op()).results();
    List<Value> listed = checkpoint.inputs().subList(results, checkpoint.inputs().size());
    List<Value> known = new ArrayList<>(listed);
    known.addAll(variables);
    Set<Node> outside = new HashSet<>(Graph.nodes(known));
    List<Value> ties = gradients.stream().filter(Objects::nonNull).toList();

    SequencedMap<Value, Value> kept = new LinkedHashMap<>();
    Map<Value, Value> copies = new HashMap<>();
    Set<Node> ends = new HashSet<>();
    List<Value> first = checkpoint.inputs().subList(0, results);
    for (Node node : Graph.nodes(first, n -> !outside.contains(n))) {
      boolean isEnd = outside.contains(node) || node.inputs().isEmpty();
      Node copy = isEnd ? node : copy(node, copies, ties, ends);
      for (int i = 0; i < node.outputs().size(); i++) {
        Value value = node.output(i);
        if (isEnd) {
          boolean asIs =
              !listed.contains(value) && (variables.contains(value) || node.inputs().isEmpty());
          Value read = asIs ? value : behind(value, ties);
          copies.put(value, read);
          kept.put(value, read);
          ends.add(read.node());
        } else {
          copies.put(value, copy.output(i));
        }
      }
    }
    return new Rematerialised(first.stream().map(copies::get).toList(), kept, ends);
  }

  private static Node copy(Node node, Map<Value, Value> copies, List<Value> ties, Set<Node> ends) {
    if (!(node.op() instanceof Op.Random)) {
      return new Node(node.op(), node.inputs().stream().map(copies::get).toList());
    }
    // Random numbers depend on nothing that is kept, and would be shared.
    List<Value> seeds = node.inputs().stream().map(seed -> behind(seed, ties)).toList();
    seeds.forEach(seed -> ends.add(seed.node()));
    return new Node(node.op(), seeds);
  }

  private static Value behind(Value value, List<Value> ties) {
    List<Value> inputs = new ArrayList<>(List.of(value));
    inputs.addAll(ties);
    return new Node(new Op.Barrier(), inputs).output(0);
  }
}
