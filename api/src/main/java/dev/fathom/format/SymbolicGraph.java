package dev.fathom.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.graph.Content;
import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Operand;
import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.graph.Value;
import dev.fathom.spi.DType;
import dev.fathom.spi.Scatter.Mode;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A graph of operations for every batch size, which can be stored: a function from named inputs to
 * named outputs that can be read without the classes of its author. Immutable and thread-safe.
 *
 * <p>{@link #record} makes one of a function that traces graphs, {@link #apply} is the graph for
 * one batch size. As JSON:
 *
 * <pre>{@code
 * {
 *   "format": 1,
 *   "inputs": [
 *     {"name": "pixels", "dtype": "f32", "shape": ["batch", 28, 28]},
 *     {"name": "parameters", "dtype": "f32", "shape": [7840]}
 *   ],
 *   "nodes": [
 *     {"name": "%0", "op": "reshape", "inputs": ["pixels"], "shape": ["batch", 784]},
 *     {"name": "%1", "op": "reshape", "inputs": ["parameters"], "shape": [10, 784]},
 *     {"name": "%2", "op": "contract", "inputs": ["%0", "%1"], "batchAxes": 0, "kAxes": 1,
 *      "accumulator": "f32"}
 *   ],
 *   "outputs": {"logits": "%2"}
 * }
 * }</pre>
 *
 * <p>A node stands behind its inputs. {@code %5:1} is the second output of node 5. A whole number
 * that depends on the batch is a text, {@code 2*batch+3} for example; a number that is not finite
 * is the text of its bits, {@code 0x7f800000}. Attributes are the components of the records in
 * {@link Op}; all must be there. Unknown attributes are errors, and never ignored.
 */
public final class SymbolicGraph {
  /**
   * The newest format that is read, and the one that is written. It grows with each operation,
   * attribute or constant of an enumeration that is added, so that an older Fathom says that it is
   * too old, and not that the graph is wrong.
   */
  public static final int FORMAT = 2;

  /**
   * The batch sizes that a graph is traced for, and checked for when it is read. They are primes,
   * since other sizes of a network seldom are.
   */
  static final List<Long> BATCHES = List.of(107L, 131L, 157L);

  private static final int MOST_NODES = 1_000_000;
  private static final Pattern NODE = Pattern.compile("%(0|[1-9]\\d{0,6})(?::([1-9]\\d?))?");

  private final List<Port> inputs;
  private final List<Step> steps;
  private final SequencedMap<String, Source> outputs;
  private final SequencedMap<String, Content> literals;

  /** Traces the same function for any batch size. */
  @FunctionalInterface
  public interface Tracing {
    /** {@return the graph for a batch of this size} */
    Traced at(long batch);
  }

  /**
   * The graph for one batch size.
   *
   * @param inputs values of {@link Op.Input} with different names, the same ones for every batch
   * @param outputs the values that are computed, by name; one or more
   * @param layers the output of each layer under its full name, in the order in which they are
   *     computed, for errors to name; may be empty
   */
  public record Traced(
      List<? extends Operand> inputs,
      SequencedMap<String, ? extends Operand> outputs,
      SequencedMap<String, ? extends Operand> layers) {
    /** With no layers that errors could name. */
    public Traced(List<? extends Operand> inputs, SequencedMap<String, ? extends Operand> outputs) {
      this(inputs, outputs, new LinkedHashMap<>());
    }
  }

  /**
   * An input.
   *
   * @param shape sizes that may depend on the batch
   */
  public record Port(String name, DType dtype, List<SymbolicNumber> shape) {
    public Port {
      shape = List.copyOf(shape);
    }

    /**
     * {@return the type for a batch of this size}
     *
     * @throws IllegalArgumentException if there is none, naming the input
     */
    public Type type(long batch) {
      try {
        return new Type(
            dtype, Shape.of(shape.stream().mapToLong(size -> size.at(batch)).toArray()));
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw NodeReader.wrong(
            "", "input '%s': %s is no shape for a batch of %d".formatted(name, shape, batch));
      }
    }
  }

  /** Where a value comes from: an input, or behind these a node; and which output of it. */
  private record Source(int position, int output) {}

  /** A node as it was written, and its inputs. */
  private record Step(ObjectNode json, List<Source> inputs) {}

  private SymbolicGraph(
      List<Port> inputs,
      List<Step> steps,
      SequencedMap<String, Source> outputs,
      SequencedMap<String, Content> literals) {
    this.inputs = List.copyOf(inputs);
    this.steps = List.copyOf(steps);
    this.outputs = outputs;
    this.literals = literals;
  }

  /**
   * {@return the graph for every batch size}
   *
   * <p>It is traced for three sizes. A number that differs between the first two is taken to be a
   * multiple of the batch plus a constant; the third trace must be what follows from that.
   *
   * @throws IllegalArgumentException if the graph is not the same for every batch size but for such
   *     numbers, or has an operation that needs a number at run time; names the layer, if it is
   *     known, and the operation
   */
  public static SymbolicGraph record(Tracing tracing) {
    return Recording.of(tracing);
  }

  /**
   * Reads a graph, and checks it for three batch sizes.
   *
   * @param literals by name, exactly those of {@link #literals()} of the graph that was written
   * @throws IllegalArgumentException with a JSON pointer to the place, if anything is missing,
   *     wrong, or not known to this version
   */
  public static SymbolicGraph fromJson(JsonNode json, Map<String, Content> literals) {
    NodeReader in = NodeReader.of(json.deepCopy(), "", 1);
    checkFormat(in);
    Parser parser = new Parser();
    List<Port> inputs = parser.inputs(in);
    List<Step> steps = parser.steps(in);
    SequencedMap<String, Source> outputs = parser.outputs(in);
    in.end();
    parser.checkUsed();
    SequencedMap<String, Content> tensors = new LinkedHashMap<>();
    new TreeSet<>(literals.keySet()).forEach(name -> tensors.put(name, literals.get(name)));
    SymbolicGraph graph =
        new SymbolicGraph(
            inputs,
            steps,
            Collections.unmodifiableSequencedMap(outputs),
            Collections.unmodifiableSequencedMap(tensors));
    for (long batch : BATCHES) {
      graph.apply(
          batch, inputs.stream().map(port -> Ops.input(port.name(), port.type(batch))).toList());
    }
    graph.checkLiterals();
    return graph;
  }

  private static void checkFormat(NodeReader in) {
    JsonNode format = in.value("format", "a version");
    if (!format.isIntegralNumber() || !format.canConvertToInt() || format.intValue() < 1) {
      throw NodeReader.expected(
          in.at("format"), "a version, %d or less,".formatted(FORMAT), format);
    }
    if (format.intValue() > FORMAT) {
      throw NodeReader.wrong(
          in.at("format"),
          "the graph is of format %d and this Fathom reads up to %d: use a newer Fathom"
              .formatted(format.intValue(), FORMAT));
    }
  }

  /** A tensor that no node names is a sign that the graph is another one. */
  private void checkLiterals() {
    TreeSet<String> unused = new TreeSet<>(literals.keySet());
    for (Step step : steps) {
      unused.remove(step.json().path("tensor").asText(""));
    }
    if (!unused.isEmpty()) {
      throw NodeReader.wrong("/nodes", "no node has the tensor '%s'".formatted(unused.first()));
    }
  }

  /** {@return the graph as {@link #fromJson} reads it, in a fresh copy} */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("format", FORMAT);
    ArrayNode ports = json.putArray("inputs");
    for (Port port : inputs) {
      ArrayNode sizes =
          ports
              .addObject()
              .put("name", port.name())
              .put("dtype", NodeWriter.label(port.dtype()))
              .putArray("shape");
      port.shape().forEach(size -> sizes.add(size.json()));
    }
    ArrayNode nodes = json.putArray("nodes");
    steps.forEach(step -> nodes.add(step.json().deepCopy()));
    ObjectNode results = json.putObject("outputs");
    outputs.forEach((name, source) -> results.put(name, name(source)));
    return json;
  }

  private String name(Source source) {
    return source.position() < inputs.size()
        ? inputs.get(source.position()).name()
        : nodeName(source.position() - inputs.size(), source.output());
  }

  /** {@return how files name an output of a node} */
  static String nodeName(int node, int output) {
    return "%" + node + (output == 0 ? "" : ":" + output);
  }

  /** {@return the inputs, in the order in which {@link #apply} takes them} */
  public List<Port> inputs() {
    return inputs;
  }

  /**
   * {@return the numbers that the host has, by the name that the graph has for them} To be stored
   * beside it, in a {@link Safetensors} file for example.
   */
  public SequencedMap<String, Content> literals() {
    return literals;
  }

  /**
   * {@return the outputs for a batch of this size, by name}
   *
   * @param given a value for each of {@link #inputs()}, in their order
   * @throws IllegalArgumentException if an input has not the type that it has for this batch, or
   *     the graph does not fit this batch
   */
  public SequencedMap<String, Value> apply(long batch, List<? extends Operand> given) {
    checkGiven(batch, given);
    List<List<Value>> values = new ArrayList<>();
    given.forEach(value -> values.add(List.of(value.value())));
    for (int i = 0; i < steps.size(); i++) {
      NodeReader in = NodeReader.of(steps.get(i).json(), "/nodes/" + i, batch);
      Node node = node(in, steps.get(i).inputs(), values);
      values.add(IntStream.range(0, node.outputs().size()).mapToObj(node::output).toList());
    }
    SequencedMap<String, Value> results = new LinkedHashMap<>();
    outputs.forEach((name, source) -> results.put(name, value(source, values, "/outputs/" + name)));
    return results;
  }

  private void checkGiven(long batch, List<? extends Operand> given) {
    if (batch < 1) {
      throw NodeReader.wrong("", "expected a batch of 1 or more but got " + batch);
    }
    if (given.size() != inputs.size()) {
      throw NodeReader.wrong(
          "",
          "expected the %d inputs %s but got %d"
              .formatted(inputs.size(), inputs.stream().map(Port::name).toList(), given.size()));
    }
    for (int i = 0; i < given.size(); i++) {
      Type expected = inputs.get(i).type(batch);
      Type actual = given.get(i).value().type();
      if (!actual.equals(expected)) {
        throw NodeReader.wrong(
            "",
            "input '%s': expected %s for a batch of %d but got %s"
                .formatted(inputs.get(i).name(), expected, batch, actual));
      }
    }
  }

  private Node node(NodeReader in, List<Source> sources, List<List<Value>> values) {
    in.has("name");
    in.has("inputs");
    Op op = OpFormat.read(in, literals);
    in.end();
    OpFormat.Arity arity = OpFormat.arity(op);
    if (!arity.holds(sources.size())) {
      throw NodeReader.wrong(
          in.at("inputs"),
          "[%s] expected %s but got %d".formatted(op.label(), arity, sources.size()));
    }
    List<Value> operands = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      operands.add(value(sources.get(i), values, in.at("inputs") + "/" + i));
    }
    try {
      Node node = new Node(op, operands);
      checkIndices(node);
      return node;
    } catch (IllegalArgumentException e) {
      throw NodeReader.wrong(in.at("op"), e.getMessage());
    } catch (ArithmeticException | IndexOutOfBoundsException e) {
      // Thrown by a shape rule that relies on a valid graph.
      throw NodeReader.wrong(
          in.at("op"),
          "[%s] does not fit inputs of the types %s"
              .formatted(op.label(), operands.stream().map(Value::type).toList()));
    }
  }

  /**
   * Positions that a graph computes as i32 are right for the batches that were traced; for one so
   * large that there are more places they would be others.
   */
  private static void checkIndices(Node node) {
    switch (node.op()) {
      case Op.Gather(int axis) -> checkIndices(node, axis);
      case Op.Scatter(int axis, Mode _) -> checkIndices(node, axis);
      default -> {}
    }
  }

  private static void checkIndices(Node node, int axis) {
    long places = node.inputs().get(0).shape().size(axis);
    DType dtype = node.inputs().get(1).dtype();
    if (places > Integer.MAX_VALUE && dtype != DType.I64) {
      throw new IllegalArgumentException(
          "[%s] expected at most %d places for indices of %s but got %d: use a smaller batch"
              .formatted(node.op().label(), Integer.MAX_VALUE, dtype.label(), places));
    }
  }

  private static Value value(Source source, List<List<Value>> values, String place) {
    List<Value> outputs = values.get(source.position());
    if (source.output() >= outputs.size()) {
      throw NodeReader.wrong(
          place,
          "expected one of %d outputs but got output %d"
              .formatted(outputs.size(), source.output()));
    }
    return outputs.get(source.output());
  }

  /** Reads the parts that do not depend on the batch: the names, and the inputs of each node. */
  private static final class Parser {
    private final Map<String, Integer> ports = new HashMap<>();
    private final BitSet used = new BitSet();
    private int nodes;

    List<Port> inputs(NodeReader in) {
      List<Port> all = new ArrayList<>();
      for (NodeReader entry : objects(in, "inputs")) {
        String name = entry.text("name");
        if (name.isEmpty() || name.startsWith("%") || ports.containsKey(name)) {
          throw NodeReader.wrong(
              entry.at("name"),
              "expected a name of its own that does not begin with %% but got '%s'"
                  .formatted(NodeReader.shortened(name)));
        }
        ports.put(name, all.size());
        all.add(new Port(name, entry.dtype(), entry.symbolics("shape")));
        entry.end();
      }
      return all;
    }

    List<Step> steps(NodeReader in) {
      List<Step> all = new ArrayList<>();
      for (NodeReader entry : objects(in, "nodes")) {
        if (!entry.text("name").equals(nodeName(nodes, 0))) {
          throw NodeReader.expected(entry.at("name"), nodeName(nodes, 0), entry.node().get("name"));
        }
        JsonNode names = entry.value("inputs", "a list of names");
        if (!names.isArray()) {
          throw NodeReader.expected(entry.at("inputs"), "a list of names", names);
        }
        List<Source> sources = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
          sources.add(source(names.get(i), entry.at("inputs") + "/" + i));
        }
        all.add(new Step(entry.node(), sources));
        nodes++;
      }
      return all;
    }

    SequencedMap<String, Source> outputs(NodeReader in) {
      JsonNode json = in.value("outputs", "an object");
      if (!json.isObject() || json.isEmpty()) {
        throw NodeReader.expected(in.at("outputs"), "an object with an output or more", json);
      }
      NodeReader entries = NodeReader.of(json, in.at("outputs"), 1);
      SequencedMap<String, Source> all = new LinkedHashMap<>();
      json.properties()
          .forEach(
              entry ->
                  all.put(entry.getKey(), source(entry.getValue(), entries.at(entry.getKey()))));
      return all;
    }

    /**
     * Refuses a node that no other uses: {@link #toJson} writes none, so something else is missing.
     */
    void checkUsed() {
      int unused = used.nextClearBit(0);
      if (unused < nodes) {
        throw NodeReader.wrong("/nodes/" + unused, "nothing uses the node");
      }
    }

    private Source source(JsonNode json, String place) {
      String name = json.isTextual() ? json.textValue() : "";
      Integer port = ports.get(name);
      if (port != null) {
        return new Source(port, 0);
      }
      Matcher matcher = NODE.matcher(name);
      if (!matcher.matches() || Integer.parseInt(matcher.group(1)) >= nodes) {
        throw NodeReader.expected(place, "the name of an input or of a node before it", json);
      }
      int node = Integer.parseInt(matcher.group(1));
      used.set(node);
      return new Source(
          ports.size() + node, matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2)));
    }

    private static List<NodeReader> objects(NodeReader in, String name) {
      JsonNode array = in.value(name, "a list");
      if (!array.isArray()) {
        throw NodeReader.expected(in.at(name), "a list", array);
      }
      if (array.size() > MOST_NODES) {
        throw NodeReader.wrong(
            in.at(name), "expected at most %d but got %d".formatted(MOST_NODES, array.size()));
      }
      List<NodeReader> all = new ArrayList<>();
      for (int i = 0; i < array.size(); i++) {
        all.add(NodeReader.of(array.get(i), in.at(name) + "/" + i, 1));
      }
      return all;
    }
  }
}
