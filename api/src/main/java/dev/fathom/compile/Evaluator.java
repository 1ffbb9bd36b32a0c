package dev.fathom.compile;

import dev.fathom.graph.Content;
import dev.fathom.graph.Graph;
import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.graph.Value;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Supplier;

/**
 * Computes values for {@code Tensor}. Programs are kept, keyed by the structure of the graph with
 * literals as feeds, so that the same formula on other numbers compiles once. The cache holds the
 * most recently used programs, {@value #MOST_PROGRAMS} in {@value #MOST_BYTES} bytes of device
 * memory at most. Thread-safe.
 */
public final class Evaluator {
  private static final int MOST_PROGRAMS = 1024;
  private static final long MOST_BYTES = 256L << 20;

  private static final Map<Node, MemorySegment[]> KNOWN =
      Collections.synchronizedMap(new WeakHashMap<>());
  private static final Specialised<Key, Session> SESSIONS =
      new Specialised<>(
          new Specialised.Limits(MOST_PROGRAMS, MOST_BYTES),
          session -> session.program().peakBytes(),
          Session::close);

  private Evaluator() {}

  /** A graph's structure: operations, and for each input the number of what makes it. */
  private record Key(Backend backend, List<Object> structure) {}

  /**
   * {@return the contents of {@code values}, row-major, each in a heap array of its type} Contents
   * that are not known yet are computed. They are then kept for as long as their values, and graphs
   * are cut at values with known contents.
   *
   * @param backend asked for only if something is to be computed
   * @throws IllegalStateException if a value depends on a program input, as inside a trace
   */
  public static List<MemorySegment> contents(List<Value> values, Supplier<Backend> backend) {
    List<Value> missing = values.stream().distinct().filter(value -> known(value) == null).toList();
    if (!missing.isEmpty()) {
      List<MemorySegment> computed = evaluate(missing, backend.get());
      for (int i = 0; i < computed.size(); i++) {
        remember(missing.get(i), computed.get(i));
      }
    }
    return values.stream().map(Evaluator::known).toList();
  }

  private static void remember(Value value, MemorySegment content) {
    int outputs = value.node().outputs().size();
    KNOWN.computeIfAbsent(value.node(), node -> new MemorySegment[outputs])[value.index()] =
        content;
  }

  /** {@return the content of {@code value}, computed on {@code backend}} */
  public static MemorySegment evaluate(Value value, Backend backend) {
    return evaluate(List.of(value), backend).getFirst();
  }

  /** {@return the contents of {@code values}, computed on {@code backend} by one program} */
  public static List<MemorySegment> evaluate(List<Value> values, Backend backend) {
    Cut cut = new Cut(values);
    try (var lease = SESSIONS.lease(new Key(backend, cut.structure), _ -> cut.open(backend))) {
      return cut.run(lease.value());
    }
  }

  /** A graph rebuilt with known values as feeds, and its structure. */
  private static final class Cut {
    private final List<Value> results;
    private final List<Value> feeds = new ArrayList<>();
    private final List<MemorySegment> data = new ArrayList<>();
    private final List<Object> structure = new ArrayList<>();
    private final Map<Value, Value> rebuilt = new HashMap<>();
    private final Map<Value, Integer> numbers = new HashMap<>();

    Cut(List<Value> results) {
      this.results = results;
      // Nodes that only known values depend on are not needed.
      Graph.nodes(results, node -> !allKnown(node)).forEach(this::add);
      results.forEach(result -> structure.add(numbers.get(result)));
    }

    /** Compiles the graph. */
    Session open(Backend backend) {
      Program.Builder builder = Program.builder(backend);
      feeds.forEach(builder::feed);
      for (int i = 0; i < results.size(); i++) {
        builder.result("value" + i, rebuilt.get(results.get(i)));
      }
      return builder.compile().open();
    }

    /** Runs a session of a graph of this structure on the known values of this. */
    List<MemorySegment> run(Session session) {
      // A session runs one at a time, each run with its own numbers.
      synchronized (session) {
        for (int i = 0; i < feeds.size(); i++) {
          session.write("feed" + i, data.get(i));
        }
        session.run();
        List<MemorySegment> contents = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
          contents.add(Content.allocate(results.get(i).type()));
          session.read("value" + i, contents.getLast());
        }
        return contents;
      }
    }

    private void add(Node node) {
      for (Value output : outputs(node)) {
        MemorySegment known = known(output);
        if (known != null) {
          Value feed = Ops.input("feed" + feeds.size(), output.type());
          feeds.add(feed);
          data.add(known);
          numbers.put(output, numbers.size());
          rebuilt.put(output, feed);
          structure.add(output.type());
        }
      }
      if (rebuilt.keySet().containsAll(outputs(node))) {
        return;
      }
      if (node.op() instanceof Op.Input(String name, Type type)) {
        throw new IllegalStateException(
            "[read] the value depends on the program input '" + name + "' " + type);
      }
      if (node.op() instanceof Op.Scalar(String name, DType _)) {
        throw new IllegalStateException(
            "[read] the value depends on the run-time scalar '" + name + "'");
      }
      Node fresh = new Node(node.op(), node.inputs().stream().map(rebuilt::get).toList());
      structure.add(node.op());
      node.inputs().forEach(input -> structure.add(numbers.get(input)));
      for (Value output : outputs(node)) {
        numbers.put(output, numbers.size());
        rebuilt.putIfAbsent(output, fresh.output(output.index()));
      }
    }
  }

  private static boolean allKnown(Node node) {
    return outputs(node).stream().allMatch(output -> known(output) != null);
  }

  private static MemorySegment known(Value value) {
    if (value.node().op() instanceof Op.Literal(Content content)) {
      return content.elements();
    }
    MemorySegment[] all = KNOWN.get(value.node());
    return all == null ? null : all[value.index()];
  }

  private static List<Value> outputs(Node node) {
    List<Value> outputs = new ArrayList<>();
    for (int i = 0; i < node.outputs().size(); i++) {
      outputs.add(node.output(i));
    }
    return outputs;
  }
}
