package dev.fathom.format;

import static dev.fathom.format.SymbolicGraph.BATCHES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.format.SymbolicGraph.Traced;
import dev.fathom.format.SymbolicGraph.Tracing;
import dev.fathom.graph.Content;
import dev.fathom.graph.Graph;
import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Operand;
import dev.fathom.graph.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * A graph traced for one batch size and written down. Several of one function make a {@link
 * SymbolicGraph}: where they differ in a number, it depends on the batch; where they differ in
 * anything else, the function cannot be stored.
 */
final class Recording {
  private final long batch;
  private final Traced traced;
  private final Map<Value, String> inputs = new LinkedHashMap<>();
  private final List<Node> nodes;
  private final Map<Node, Integer> positions = new HashMap<>();
  private final List<String> layers;
  private final Map<Node, Integer> layerOf = new HashMap<>();
  private final Map<Content, String> literals = new LinkedHashMap<>();

  private Recording(long batch, Traced traced) {
    this.batch = batch;
    this.traced = traced;
    for (Operand operand : traced.inputs()) {
      Value input = operand.value();
      if (!(input.node().op() instanceof Op.Input(String name, var _))) {
        throw NodeReader.wrong(
            "", "expected an input of a program but got [%s]".formatted(input.node().op().label()));
      }
      if (inputs.put(input, name) != null) {
        throw NodeReader.wrong("", "input '%s' is there twice".formatted(name));
      }
    }
    List<Value> results = traced.outputs().values().stream().map(Operand::value).toList();
    nodes =
        Graph.nodes(results).stream().filter(node -> !inputs.containsKey(node.output(0))).toList();
    for (int i = 0; i < nodes.size(); i++) {
      positions.put(nodes.get(i), i);
    }
    layers = List.copyOf(traced.layers().keySet());
    for (int i = 0; i < layers.size(); i++) {
      // They come in the order in which they are computed: the first that needs a node has it.
      Value output = traced.layers().get(layers.get(i)).value();
      for (Node node : Graph.nodes(List.of(output), node -> !layerOf.containsKey(node))) {
        layerOf.putIfAbsent(node, i);
      }
    }
  }

  /** {@return the graph that {@code tracing} gives for every batch size} */
  static SymbolicGraph of(Tracing tracing) {
    List<Recording> all =
        BATCHES.stream().map(batch -> new Recording(batch, tracing.at(batch))).toList();
    Recording first = all.getFirst();
    Map<String, Content> contents = new LinkedHashMap<>();
    ObjectNode merged = merged(all);
    first.literals.forEach((content, name) -> contents.put(name, content));
    SymbolicGraph graph = SymbolicGraph.fromJson(merged, contents);
    all.getLast().requireEqual(graph);
    return graph;
  }

  // ---- one trace, written ----

  private List<ObjectNode> ports() {
    List<ObjectNode> ports = new ArrayList<>();
    inputs.forEach(
        (value, name) ->
            ports.add(NodeWriter.fresh().text("name", name).type(value.type()).node()));
    return ports;
  }

  private ObjectNode node(int index) {
    Node node = nodes.get(index);
    NodeWriter written;
    try {
      written = OpFormat.write(node.op(), this::literalName);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(layer(List.of(this), index) + e.getMessage(), e);
    }
    // The attributes come last, behind what every node has.
    return (ObjectNode)
        NodeWriter.fresh()
            .text("name", SymbolicGraph.nodeName(index, 0))
            .text("op", written.node().get("op").textValue())
            .texts("inputs", node.inputs().stream().map(this::name).toList())
            .node()
            .setAll(written.node());
  }

  private String literalName(Content content) {
    return literals.computeIfAbsent(content, _ -> "literal" + literals.size());
  }

  private ObjectNode outputs() {
    ObjectNode names = JsonNodeFactory.instance.objectNode();
    traced.outputs().forEach((name, operand) -> names.put(name, name(operand.value())));
    return names;
  }

  private String name(Value value) {
    String input = inputs.get(value);
    return input == null
        ? SymbolicGraph.nodeName(positions.get(value.node()), value.index())
        : input;
  }

  // ---- all traces together ----

  private static ObjectNode merged(List<Recording> all) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("format", SymbolicGraph.FORMAT);
    ArrayNode ports = json.putArray("inputs");
    List<List<ObjectNode>> written = all.stream().map(Recording::ports).toList();
    requireOne(
        written.stream()
            .map(list -> list.stream().map(port -> port.get("name").textValue()).toList())
            .toList(),
        "the inputs");
    requireOne(all.stream().map(one -> one.traced.outputs().keySet()).toList(), "the outputs");
    for (int i = 0; i < written.getFirst().size(); i++) {
      int index = i;
      String input = written.getFirst().get(i).get("name").textValue();
      ports.add(
          merged(
              written.stream().map(list -> (JsonNode) list.get(index)).toList(),
              "input '%s': ".formatted(input)));
    }
    ArrayNode nodes = json.putArray("nodes");
    int least = all.stream().mapToInt(one -> one.nodes.size()).min().orElseThrow();
    for (int i = 0; i < least; i++) {
      nodes.add(mergedNode(all, i));
    }
    for (Recording one : all) {
      if (one.nodes.size() > least) {
        throw new IllegalArgumentException(
            layer(all, least)
                + "[%s] it is not computed for every batch size"
                    .formatted(one.nodes.get(least).op().label()));
      }
    }
    json.set(
        "outputs", merged(all.stream().map(one -> (JsonNode) one.outputs()).toList(), "outputs: "));
    return json;
  }

  private static void requireOne(List<?> values, String what) {
    if (values.stream().distinct().count() > 1) {
      throw NodeReader.wrong(
          "", "expected %s to be the same for every batch but got %s".formatted(what, values));
    }
  }

  private static JsonNode mergedNode(List<Recording> all, int index) {
    List<Op> ops = all.stream().map(one -> one.nodes.get(index).op()).toList();
    String place = layer(all, index) + "[%s] ".formatted(ops.getFirst().label());
    if (ops.stream().allMatch(Op.Literal.class::isInstance)
        && ops.stream().distinct().count() > 1) {
      throw new IllegalArgumentException(place + "its numbers are others for each batch size");
    }
    List<JsonNode> written = all.stream().map(one -> (JsonNode) one.node(index)).toList();
    List<String> names = written.stream().map(node -> node.get("op").textValue()).toList();
    if (names.stream().distinct().count() > 1) {
      throw new IllegalArgumentException(
          place + "the operation depends on the batch: %s for %s".formatted(names, BATCHES));
    }
    return merged(written, place);
  }

  /**
   * {@return the JSON that all recordings have in common, where numbers that differ are functions
   * of the batch}
   */
  private static JsonNode merged(List<JsonNode> all, String place) {
    JsonNode first = all.getFirst();
    if (all.stream().allMatch(first::equals)) {
      return first;
    }
    if (all.stream().allMatch(JsonNode::isIntegralNumber)) {
      return number(all).orElseThrow(() -> differ(all, place)).json();
    }
    if (all.stream().allMatch(JsonNode::isObject) && sameKeys(all)) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      for (String key : (Iterable<String>) first::fieldNames) {
        object.set(key, merged(all.stream().map(one -> one.get(key)).toList(), place + key + " "));
      }
      return object;
    }
    if (all.stream().allMatch(one -> one.isArray() && one.size() == first.size())) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      for (int i = 0; i < first.size(); i++) {
        int index = i;
        array.add(merged(all.stream().map(one -> one.get(index)).toList(), place + i + " "));
      }
      return array;
    }
    throw differ(all, place);
  }

  private static boolean sameKeys(List<JsonNode> all) {
    return all.stream()
            .map(one -> one.properties().stream().map(Map.Entry::getKey).toList())
            .distinct()
            .count()
        == 1;
  }

  private static Optional<SymbolicNumber> number(List<JsonNode> all) {
    try {
      return SymbolicNumber.through(
              BATCHES.get(0), all.get(0).longValue(), BATCHES.get(1), all.get(1).longValue())
          .filter(number -> number.at(BATCHES.get(2)) == all.get(2).longValue());
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static IllegalArgumentException differ(List<JsonNode> all, String place) {
    String values =
        all.stream()
            .map(one -> NodeReader.shortened(one.toString()))
            .collect(Collectors.joining(", "));
    return new IllegalArgumentException(
        place
            + "is %s for batches of %s; only whole numbers may differ, and only by a multiple of"
                .formatted(values, BATCHES)
            + " the batch");
  }

  // ---- what comes back ----

  /** Checks that the graph that is read from the file is the one that was traced. */
  private void requireEqual(SymbolicGraph graph) {
    SequencedMap<String, Value> applied = graph.apply(batch, traced.inputs());
    Recording read = new Recording(batch, new Traced(traced.inputs(), applied));
    for (int i = 0; i < nodes.size(); i++) {
      Node expected = nodes.get(i);
      Node actual = i < read.nodes.size() ? read.nodes.get(i) : null;
      if (actual == null
          || !actual.op().equals(expected.op())
          || !actual.inputs().stream()
              .map(read::name)
              .toList()
              .equals(expected.inputs().stream().map(this::name).toList())) {
        throw new IllegalArgumentException(
            layer(List.of(this), i)
                + "[%s] expected %s but read %s"
                    .formatted(expected.op().label(), expected, actual));
      }
    }
    if (!outputs().equals(read.outputs())) {
      throw NodeReader.wrong(
          "", "expected the outputs %s but read %s".formatted(outputs(), read.outputs()));
    }
  }

  /**
   * {@return the layer that computes a node, as the beginning of a message; empty if no layer does}
   */
  private static String layer(List<Recording> all, int index) {
    // Where recordings name different layers, the first of these has more or fewer nodes in one
    // recording than in another.
    return all.stream()
        .filter(one -> index < one.nodes.size())
        .filter(one -> one.layerOf.containsKey(one.nodes.get(index)))
        .min(Comparator.comparingInt(one -> one.layerOf.get(one.nodes.get(index))))
        .map(one -> "layer '%s': ".formatted(one.layers.get(one.layerOf.get(one.nodes.get(index)))))
        .orElse("");
  }
}
