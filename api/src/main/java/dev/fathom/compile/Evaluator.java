package dev.fathom.compile;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Computes single values for {@code Tensor}. Programs are kept, keyed by the structure of the graph
 * with host data as feeds, so that the same formula on other numbers compiles once. The cache holds
 * the most recently used programs, up to {@value #CACHE_BYTES} bytes of device memory. Thread-safe.
 */
public final class Evaluator {
  private static final long CACHE_BYTES = 256L << 20;

  private static final Map<Node, MemorySegment[]> KNOWN =
      Collections.synchronizedMap(new WeakHashMap<>());
  private static final Map<Key, Session> CACHE = new LinkedHashMap<>(16, 0.75f, true);

  private Evaluator() {}

  /** A graph's structure: operations, and for each input the number of what makes it. */
  private record Key(Backend backend, List<Object> structure) {}

  /** Notes the content of a value, so that graphs are cut there. */
  public static void remember(Value value, MemorySegment data) {
    KNOWN
            .computeIfAbsent(value.node(), node -> new MemorySegment[node.outputs().size()])[
            value.index()] =
        data;
  }

  /**
   * {@return the content of {@code value}, row-major, in a heap array of its type}
   *
   * @throws IllegalStateException if the value depends on a program input, as inside a trace
   */
  public static MemorySegment evaluate(Value value) {
    return evaluate(value, Backends.defaultBackend());
  }

  /** {@return the content of {@code value}, computed on {@code backend}} */
  public static synchronized MemorySegment evaluate(Value value, Backend backend) {
    List<Value> feeds = new ArrayList<>();
    List<MemorySegment> data = new ArrayList<>();
    List<Object> structure = new ArrayList<>();
    Value cut = cut(value, feeds, data, structure);
    Key key = new Key(backend, structure);
    Session session = CACHE.get(key);
    if (session == null) {
      Program.Builder builder = Program.builder(backend).result("value", cut);
      feeds.forEach(builder::feed);
      session = builder.compile().open();
      CACHE.put(key, session);
      evict(session);
    }
    for (int i = 0; i < feeds.size(); i++) {
      session.write("feed" + i, data.get(i));
    }
    session.run();
    MemorySegment result = heap(value.type());
    session.read("value", result);
    return result;
  }

  private static void evict(Session newest) {
    long bytes = CACHE.values().stream().mapToLong(s -> s.program().peakBytes()).sum();
    var oldest = CACHE.values().iterator();
    while (bytes > CACHE_BYTES && oldest.hasNext()) {
      Session session = oldest.next();
      if (session != newest) {
        bytes -= session.program().peakBytes();
        oldest.remove();
        session.close();
      }
    }
  }

  /** Rebuilds the graph with known values as feeds, and notes its structure. */
  private static Value cut(
      Value result, List<Value> feeds, List<MemorySegment> data, List<Object> structure) {
    Map<Value, Value> rebuilt = new HashMap<>();
    Map<Value, Integer> numbers = new HashMap<>();
    for (Node node : nodes(result)) {
      for (int i = 0; i < node.outputs().size(); i++) {
        MemorySegment known = known(node.output(i));
        if (known != null) {
          Value feed = Ops.input("feed" + feeds.size(), node.outputs().get(i));
          feeds.add(feed);
          data.add(known);
          numbers.put(node.output(i), numbers.size());
          rebuilt.put(node.output(i), feed);
          structure.add(node.outputs().get(i));
        }
      }
      if (rebuilt.keySet().containsAll(outputs(node))) {
        continue;
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
    structure.add(numbers.get(result));
    return rebuilt.get(result);
  }

  /** The nodes behind {@code result}, not looking behind what is known. */
  private static List<Node> nodes(Value result) {
    return Graph.nodes(List.of(result), node -> KNOWN.get(node) == null || !allKnown(node));
  }

  private static boolean allKnown(Node node) {
    return outputs(node).stream().allMatch(output -> known(output) != null);
  }

  private static MemorySegment known(Value value) {
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

  private static MemorySegment heap(Type type) {
    int elements = Math.toIntExact(type.shape().elements());
    return switch (type.dtype()) {
      case F32 -> MemorySegment.ofArray(new float[elements]);
      case F64 -> MemorySegment.ofArray(new double[elements]);
      case I32 -> MemorySegment.ofArray(new int[elements]);
      case I64 -> MemorySegment.ofArray(new long[elements]);
      case BF16, F16 -> MemorySegment.ofArray(new short[elements]);
      case I8, U8, BOOL -> MemorySegment.ofArray(new byte[elements]);
    };
  }
}
