package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
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
    return Fields.either(
        node,
        pointer,
        List.of(
            new Fields.Form<>(value -> value.isTextual() || value.has("preset"), ModelSpec::preset),
            new Fields.Form<>(JsonNode::isObject, ModelSpec::graph),
            new Fields.Form<>(JsonNode::isArray, (n, at) -> list(n, at, Form.LIST))));
  }

  private static Parsed<ModelSpec> preset(JsonNode node, String pointer) {
    return list(Presets.layers(node, pointer), pointer, Form.PRESET);
  }

  private static Parsed<ModelSpec> list(JsonNode node, String pointer, Form form) {
    Parsed<List<LayerTypes.Entry>> entries = LayerTypes.entries(node, pointer);
    List<Graph.Node> nodes = nodes(entries.value(), List.of(Graph.INPUT));
    SequencedMap<String, String> outputs = new LinkedHashMap<>();
    outputs.put(Graph.OUTPUT, nodes.getLast().name());
    Graph graph = graph(List.of(Graph.INPUT), nodes, outputs, pointer);
    return new Parsed<>(new ModelSpec(graph, List.of(), form), entries.expanded());
  }

  private static Parsed<ModelSpec> graph(JsonNode node, String pointer) {
    Fields f = Fields.of(node, pointer);
    List<InputSpec> inputs = f.required("inputs", ModelSpec::inputs);
    List<String> names = inputs.stream().map(InputSpec::name).toList();
    List<Graph.Node> nodes = nodes(f.required("layers", LayerTypes::entries), names);
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

  private static List<Graph.Node> nodes(List<LayerTypes.Entry> entries, List<String> inputs) {
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
    Parsed<SequencedMap<String, InputSpec>> inputs =
        Fields.named(node, pointer, "input", LayerTypes.NAME, InputSpec::parse);
    return new Parsed<>(List.copyOf(inputs.value().values()), inputs.expanded());
  }

  /** Reads {@code ["a", "b"]} or {@code {"score": "a"}}. */
  private static Parsed<SequencedMap<String, String>> outputs(JsonNode node, String pointer) {
    return Fields.named(
        node,
        pointer,
        "output",
        LayerTypes.NAME,
        (_, value, at) -> {
          String layer = Fields.text(value, at, "the name of a layer");
          return new Parsed<>(layer, TextNode.valueOf(layer));
        });
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
}
