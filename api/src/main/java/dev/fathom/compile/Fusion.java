package dev.fathom.compile;

import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Value;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Fused;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Joins computed nodes to groups: elementwise chains, chains behind a contraction or convolution,
 * chains in front of a reduction. Each join is offered to the backend and undone if declined.
 */
final class Fusion {
  /** Beyond this a kernel gains nothing and costs registers. */
  private static final int MAX_OPERATIONS = 96;

  private static final int MAX_OPERANDS = 24;

  /**
   * Number of nodes that a search for a path looks at. A search that gets so far nearly always
   * finds one, and with a limit the time for unrolled networks grows with their length, not with
   * its square.
   */
  private static final int MAX_SEARCH = 1024;

  private final Backend backend;
  private final Views views;
  private final Set<Value> results;
  private final Map<Value, Set<Node>> users = new HashMap<>();
  private final Map<Node, Integer> order = new HashMap<>();
  private final Map<Node, Group> groups = new HashMap<>();
  private final Declines declines;

  /**
   * @param nodes in topological order
   * @param results values that must be in memory at the end
   * @param declines where reasons go
   */
  Fusion(
      Backend backend,
      List<Node> nodes,
      Views views,
      Collection<Value> results,
      Declines declines) {
    this.backend = backend;
    this.views = views;
    this.results = new HashSet<>(results);
    this.declines = declines;
    for (Node node : nodes) {
      order.put(node, order.size());
      node.inputs().forEach(in -> users.computeIfAbsent(in, v -> new LinkedHashSet<>()).add(node));
    }
    for (Node node : nodes) {
      if (isGrouped(node)) {
        groups.put(node, Group.of(node));
        if (node.op() instanceof Op.Elementwise) {
          joinProducers(node);
        }
      }
    }
    for (Node node : nodes) {
      if (node.op() instanceof Op.Reduce && groups.containsKey(node)) {
        joinPrologue(node);
      }
    }
  }

  /** {@return the groups, each once, producers first} */
  List<Group> groups() {
    Map<Group, Integer> missing = new HashMap<>();
    Map<Group, Set<Group>> followers = new HashMap<>();
    PriorityQueue<Group> ready = new PriorityQueue<>(Comparator.comparingInt(this::last));
    for (Group group : new LinkedHashSet<>(groups.values())) {
      Set<Group> before = new LinkedHashSet<>();
      for (Node node : group.nodes()) {
        for (Value input : node.inputs()) {
          Located located = views.at(input);
          Stream.concat(Stream.of(located.base()), located.after().stream())
              .map(value -> groups.get(value.node()))
              .filter(producer -> producer != null && producer != group)
              .forEach(before::add);
        }
      }
      before.forEach(p -> followers.computeIfAbsent(p, g -> new LinkedHashSet<>()).add(group));
      missing.put(group, before.size());
      if (before.isEmpty()) {
        ready.add(group);
      }
    }
    List<Group> ordered = new ArrayList<>();
    while (!ready.isEmpty()) {
      Group group = ready.poll();
      ordered.add(group);
      for (Group follower : followers.getOrDefault(group, Set.of())) {
        if (missing.merge(follower, -1, Integer::sum) == 0) {
          ready.add(follower);
        }
      }
    }
    if (ordered.size() != missing.size()) {
      throw new IllegalStateException("[compile] fusion made a cycle of groups");
    }
    return ordered;
  }

  /** {@return the values of {@code group} that must be stored} */
  List<Value> outputs(Group group) {
    return group.outputs(users, results);
  }

  /** {@return whether an operation reads the value, or it is a result of the program} */
  boolean isRead(Value value) {
    return users.containsKey(value) || results.contains(value);
  }

  private int last(Group group) {
    return group.nodes().stream().mapToInt(order::get).max().orElseThrow();
  }

  private boolean isGrouped(Node node) {
    return views.isComputed(node)
        && !(node.op() instanceof Op.Input
            || node.op() instanceof Op.Constant
            || node.op() instanceof Op.Literal
            || node.op() instanceof Op.Scalar
            || node.op() instanceof Op.Iota);
  }

  private void joinProducers(Node node) {
    for (Value input : new LinkedHashSet<>(node.inputs())) {
      Group producer = groups.get(input.node());
      Group consumer = groups.get(node);
      if (producer == null || producer == consumer || !canEnd(producer, input)) {
        continue;
      }
      boolean bothAnchored = producer.anchor().isPresent() && consumer.anchor().isPresent();
      if (bothAnchored
          || !input.shape().equals(node.outputs().getFirst().shape())
          || joinMakesCycle(producer, consumer)) {
        continue;
      }
      List<Node> members = new ArrayList<>(producer.members());
      members.addAll(consumer.members());
      members.sort((a, b) -> Integer.compare(order.get(a), order.get(b)));
      Group joined = new Group(producer.anchor().or(consumer::anchor), members);
      if (accepts(joined)) {
        joined.nodes().forEach(member -> groups.put(member, joined));
      }
    }
  }

  /** Whether elementwise work can follow {@code value} within its group. */
  private static boolean canEnd(Group group, Value value) {
    if (value.dtype() != value.dtype().valueType()) {
      return false; // Stored narrow: readers must see the rounding.
    }
    return switch (value.node().op()) {
      case Op.Elementwise _ -> true;
      case Op.Contract _, Op.Convolve _ -> group.anchor().isPresent();
      default -> false;
    };
  }

  /**
   * Whether a path leads from {@code producer} through another node or group to {@code consumer};
   * also true where that would take long to find out.
   */
  private boolean joinMakesCycle(Group producer, Group consumer) {
    Set<Node> from = new HashSet<>(producer.nodes());
    int earliest = from.stream().mapToInt(order::get).min().orElseThrow();
    Set<Node> seen = new HashSet<>(consumer.nodes());
    List<Node> open = new ArrayList<>(consumer.nodes());
    while (!open.isEmpty()) {
      if (seen.size() > MAX_SEARCH) {
        return true;
      }
      Node node = open.removeLast();
      boolean inConsumer = groups.get(node) == consumer;
      boolean anchors = consumer.anchor().filter(anchor -> anchor == node).isPresent();
      for (Value input : node.inputs()) {
        Node next = input.node();
        if (from.contains(next)) {
          // A member may read the producer directly; the anchor runs before any member.
          if (!inConsumer || anchors) {
            return true;
          }
          continue;
        }
        Group group = groups.get(next);
        int latest = group == null ? order.get(next) : last(group);
        if (latest >= earliest && seen.add(next)) {
          open.add(next);
          if (group != null) {
            group.nodes().stream().filter(seen::add).forEach(open::add);
          }
        }
      }
    }
    return false;
  }

  private void joinPrologue(Node reduce) {
    Value input = reduce.inputs().getFirst();
    Group producer = groups.get(input.node());
    if (producer == null
        || producer.anchor().isPresent()
        || input.dtype() != input.dtype().valueType()
        || !(input.node().op() instanceof Op.Elementwise)
        || !outputs(producer).equals(List.of(input))
        || users.get(input).size() != 1
        || results.contains(input)) {
      return;
    }
    Group joined = new Group(Optional.of(reduce), producer.members());
    if (accepts(joined)) {
      joined.nodes().forEach(member -> groups.put(member, joined));
    }
  }

  private boolean accepts(Group candidate) {
    Group.Body body = body(candidate);
    if (candidate.isPrologue() && body.inputs().isEmpty()) {
      return false;
    }
    if (body.map().operations() > MAX_OPERATIONS
        || body.inputs().size() + outputs(candidate).size() > MAX_OPERANDS) {
      return false;
    }
    KernelSpec spec = spec(candidate, body);
    if (backend.plan(spec) instanceof Plan.Declined(String reason)) {
      declines.unfused(spec, reason);
      return false;
    }
    return true;
  }

  /** {@return the group's members as an expression of what the group stores} */
  Group.Body body(Group group) {
    return group.body(
        group.isPrologue() ? List.of(group.anchor().get().inputs().getFirst()) : outputs(group),
        views);
  }

  /** {@return the kernel of a group that has members} */
  KernelSpec spec(Group group, Group.Body body) {
    List<View> in = body.inputs().stream().map(Located::view).toList();
    List<View> out = outputs(group).stream().map(value -> Specs.contiguous(value.type())).toList();
    if (group.anchor().isEmpty()) {
      return new Fused(group.space(), in, body.map(), out);
    }
    Node anchor = group.anchor().get();
    return switch (anchor.op()) {
      case Op.Reduce(ReduceOp op, List<Integer> axes) ->
          new Reduce(
              op,
              new Source(
                  in.stream().map(view -> Specs.trailing(view, axes)).toList(),
                  moveIndices(body.map(), Specs.trailingOrder(group.space().rank(), axes))),
              axes.size(),
              out.getFirst());
      case Op.Contract op ->
          Specs.contract(op, view(anchor, 0), view(anchor, 1), new Epilogue(body.map(), in, out));
      case Op.Convolve op ->
          Specs.convolve(op, view(anchor, 0), view(anchor, 1), new Epilogue(body.map(), in, out));
      default -> throw new IllegalStateException("[compile] no fusion with " + anchor);
    };
  }

  private View view(Node node, int input) {
    return views.at(node.inputs().get(input)).view();
  }

  /** Renumbers the axes of index leaves after the axes were reordered. */
  private static Expression moveIndices(Expression map, List<Integer> order) {
    List<Expression.Node> nodes =
        map.nodes().stream()
            .map(
                node ->
                    node instanceof Expression.Node.Index(int axis, var type)
                        ? new Expression.Node.Index(order.indexOf(axis), type)
                        : node)
            .toList();
    return new Expression(nodes, map.results());
  }
}
