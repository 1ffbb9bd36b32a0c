package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.SpecException;
import dev.fathom.nn.Block;
import dev.fathom.nn.Graph;
import dev.fathom.nn.LayerException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The section {@code model} of a spec: a list of layers, each with the one before as its input
 * unless it says {@code "inputs": ["a", "b"]}; the name of a preset; or a network with several
 * inputs or outputs:
 *
 * <pre>{@code
 * {"inputs": {"user": "userId", "item": ["price", "weight"]},
 *  "layers": [
 *    {"type": "dense", "name": "users", "units": 32, "inputs": ["user"]},
 *    {"type": "dense", "name": "items", "units": 32, "inputs": ["item"]},
 *    {"type": "dot", "inputs": ["users", "items"]}],
 *  "outputs": {"score": "dot1"}}
 * }</pre>
 *
 * @param graph the blocks
 * @param inputs the columns of the inputs; empty for the one of {@code data}
 * @param form how it is written
 */
public record ModelSpec(Graph graph, List<InputSpec> inputs, Form form) {
  /** How a network is written. */
  public enum Form {
    /** A list of layers. */
    LIST,
    /** Inputs, layers and outputs. */
    GRAPH,
    /** A preset. */
    PRESET
  }

  public ModelSpec {
    inputs = List.copyOf(inputs);
  }

  /** Reads the section. */
  static Parsed<ModelSpec> parse(JsonNode node, String pointer) {
    if (node.isTextual() || node.has("preset")) {
      Parsed<ModelSpec> layers = list(Presets.layers(node, pointer), pointer, Form.PRESET);
      return layers;
    }
    return node.isObject() ? graph(node, pointer) : list(node, pointer, Form.LIST);
  }

  private static Parsed<ModelSpec> list(JsonNode node, String pointer, Form form) {
    ArrayNode expanded = JsonNodeFactory.instance.arrayNode();
    List<Graph.Node> nodes = nodes(node, pointer, List.of(Graph.INPUT), expanded);
    SequencedMap<String, String> outputs = new LinkedHashMap<>();
    outputs.put(Graph.OUTPUT, nodes.getLast().name());
    Graph graph = graph(List.of(Graph.INPUT), nodes, outputs, pointer);
    return new Parsed<>(new ModelSpec(graph, List.of(), form), expanded);
  }

  private static Parsed<ModelSpec> graph(JsonNode node, String pointer) {
    Fields f = Fields.of(node, pointer);
    List<InputSpec> inputs = f.required("inputs", ModelSpec::inputs);
    List<String> names = inputs.stream().map(InputSpec::name).toList();
    ArrayNode expanded = JsonNodeFactory.instance.arrayNode();
    JsonNode layers = f.raw("layers");
    if (layers == null) {
      throw new SpecException(f.at("layers"), "expected a list of layers but the key is missing");
    }
    List<Graph.Node> nodes = nodes(layers, f.at("layers"), names, expanded);
    f.expand("layers", expanded);
    SequencedMap<String, String> outputs =
        f.has("outputs")
            ? f.required("outputs", ModelSpec::outputs)
            : new LinkedHashMap<>(Map.of(Graph.OUTPUT, nodes.getLast().name()));
    f.end();
    Graph graph = graph(names, nodes, outputs, pointer + "/layers");
    return new Parsed<>(new ModelSpec(graph, inputs, Form.GRAPH), f.expanded());
  }

  private static Graph graph(
      List<String> inputs,
      List<Graph.Node> nodes,
      SequencedMap<String, String> outputs,
      String pointer) {
    try {
      return new Graph(inputs, nodes, outputs);
    } catch (LayerException e) {
      int at = nodes.stream().map(Graph.Node::name).toList().indexOf(e.layer());
      throw new SpecException(pointer + "/" + at + "/inputs", e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new SpecException("/model/outputs", e.getMessage());
    }
  }

  private static List<Graph.Node> nodes(
      JsonNode node, String pointer, List<String> inputs, ArrayNode expanded) {
    List<LayerTypes.Entry> entries = LayerTypes.entries(node, pointer, true, expanded);
    if (entries.isEmpty()) {
      throw new SpecException(pointer, "expected at least one layer");
    }
    List<Graph.Node> nodes = new ArrayList<>();
    String before = inputs.getFirst();
    for (LayerTypes.Entry entry : entries) {
      List<String> values = entry.inputs().isEmpty() ? List.of(before) : entry.inputs();
      nodes.add(new Graph.Node(entry.name(), entry.block(), values));
      before = entry.name();
    }
    return nodes;
  }

  /** Reads {@code ["user", "item"]} or {@code {"user": "userId", "item": {...}}}. */
  private static Parsed<List<InputSpec>> inputs(JsonNode node, String pointer) {
    ObjectNode named = JsonNodeFactory.instance.objectNode();
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        if (!array.get(i).isTextual()) {
          throw Fields.wrong(pointer + "/" + i, "the name of a column", array.get(i));
        }
        named.set(array.get(i).textValue(), array.get(i));
      }
    } else if (node instanceof ObjectNode object) {
      named = object;
    } else {
      throw Fields.wrong(pointer, "inputs by name", node);
    }
    List<InputSpec> inputs = new ArrayList<>();
    ObjectNode expanded = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> entry : named.properties()) {
      String at = Fields.at(pointer, entry.getKey());
      checkName(entry.getKey(), at);
      Parsed<InputSpec> input = InputSpec.parse(entry.getKey(), entry.getValue(), at);
      inputs.add(input.value());
      expanded.set(entry.getKey(), input.expanded());
    }
    if (inputs.isEmpty()) {
      throw new SpecException(pointer, "expected 1 input or more but there is none");
    }
    return new Parsed<>(inputs, expanded);
  }

  /** Reads {@code ["a", "b"]} or {@code {"score": "a"}}. */
  private static Parsed<SequencedMap<String, String>> outputs(JsonNode node, String pointer) {
    SequencedMap<String, String> outputs = new LinkedHashMap<>();
    ObjectNode expanded = JsonNodeFactory.instance.objectNode();
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        put(outputs, array.get(i).asText(), array.get(i), pointer + "/" + i);
      }
    } else if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              entry ->
                  put(
                      outputs,
                      entry.getKey(),
                      entry.getValue(),
                      Fields.at(pointer, entry.getKey())));
    } else {
      throw Fields.wrong(pointer, "outputs by name", node);
    }
    if (outputs.isEmpty()) {
      throw new SpecException(pointer, "expected 1 output or more but there is none");
    }
    outputs.forEach(expanded::put);
    return new Parsed<>(outputs, expanded);
  }

  private static void put(
      SequencedMap<String, String> outputs, String name, JsonNode value, String pointer) {
    if (!value.isTextual()) {
      throw Fields.wrong(pointer, "the name of a layer", value);
    }
    checkName(name, pointer);
    if (outputs.put(name, value.textValue()) != null) {
      throw new SpecException(pointer, "expected another name than '" + name + "', which is taken");
    }
  }

  private static void checkName(String name, String pointer) {
    if (!name.matches(LayerTypes.NAME)) {
      throw new SpecException(
          pointer, "expected a name of letters, digits, _ and -, but got '" + name + "'");
    }
  }

  /** {@return the JSON pointer of a layer by its full name, {@code residual1.body.conv2}} */
  String pointer(String layer) {
    if (form == Form.PRESET) {
      return "/model";
    }
    StringBuilder pointer = new StringBuilder(form == Form.GRAPH ? "/model/layers" : "/model");
    Block at = graph;
    boolean isList = true;
    for (String part : layer.split("\\.")) {
      Block child = at.children().get(part);
      if (child == null) {
        break;
      }
      pointer.append('/').append(isList ? List.copyOf(at.children().keySet()).indexOf(part) : part);
      at = child;
      isList = at instanceof dev.fathom.nn.Sequential;
    }
    return pointer.length() == "/model/layers".length() && form == Form.GRAPH
        ? "/model"
        : pointer.toString();
  }

  /** {@return whether a plane {@code [height, width]} is a sequence, and never an image} */
  boolean sequence() {
    return graph.sequence();
  }
}
