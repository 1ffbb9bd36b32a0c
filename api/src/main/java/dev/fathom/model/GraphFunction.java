package dev.fathom.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.format.FormatException;
import dev.fathom.format.Safetensors;
import dev.fathom.format.SymbolicGraph;
import dev.fathom.format.SymbolicGraph.Traced;
import dev.fathom.graph.Content;
import dev.fathom.graph.Type;
import dev.fathom.graph.Value;
import dev.fathom.json.Fields;
import dev.fathom.json.Json;
import dev.fathom.json.JsonValues;
import dev.fathom.json.Malformed;
import dev.fathom.json.SpecException;
import dev.fathom.nn.Initializer;
import dev.fathom.nn.Layout;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.store.Bundle;
import dev.fathom.task.Port;
import dev.fathom.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A function that is a graph of operations with a symbolic batch axis. It is the stored form of a
 * network that comes from no spec, so that it can be opened without the classes of its author.
 */
public final class GraphFunction implements Function {
  private static final String PARAMETERS = "parameters";
  private static final String STATES = "states";
  private static final String LITERALS = "literals.safetensors";
  private static final ObjectMapper WRITER = new ObjectMapper();

  private final SymbolicGraph graph;
  private final List<Port> inputs;
  private final SequencedMap<String, Shape> outputs;
  private final Layout parameters;
  private final Layout states;
  private final List<Long> vocabularies;

  private GraphFunction(
      SymbolicGraph graph,
      List<Port> inputs,
      SequencedMap<String, Shape> outputs,
      Layout parameters,
      Layout states,
      List<Long> vocabularies) {
    this.graph = graph;
    this.inputs = List.copyOf(inputs);
    this.outputs = outputs;
    this.parameters = parameters;
    this.states = states;
    this.vocabularies = List.copyOf(vocabularies);
  }

  /**
   * {@return the graph of a function}
   *
   * @throws IllegalArgumentException if a layer cannot be written as operations for any batch,
   *     naming it
   */
  static GraphFunction of(Function function) {
    if (function instanceof GraphFunction graph) {
      return graph;
    }
    SymbolicGraph graph = SymbolicGraph.record(batch -> traced(function, batch));
    List<Long> vocabularies = new ArrayList<>();
    for (int i = 0; i < function.inputs().size(); i++) {
      vocabularies.add(function.vocabulary(i));
    }
    return new GraphFunction(
        graph,
        function.inputs(),
        function.outputs(),
        function.parameters(),
        function.states(),
        vocabularies);
  }

  private static Traced traced(Function function, long batch) {
    List<Tensor> feeds = new ArrayList<>();
    for (Port port : function.inputs()) {
      feeds.add(
          Tensor.input(
              port.name(), new Type(port.dtype(), Shape.of(batch).concat(port.example()))));
    }
    List<Tensor> all = new ArrayList<>(feeds);
    Tensor flat = flat(PARAMETERS, function.parameters());
    Tensor flatStates = function.states().elements() == 0 ? null : flat(STATES, function.states());
    all.add(flat);
    if (flatStates != null) {
      all.add(flatStates);
    }
    if (function.network().isEmpty()) {
      return new Traced(all, function.apply(feeds, flat, flatStates));
    }
    Network network = function.network().get();
    Network.Trace trace = network.trace(network.bind(flat, flatStates), feeds, Optional.empty());
    return new Traced(all, trace.outputs(), trace.layers());
  }

  private static Tensor flat(String name, Layout layout) {
    return Tensor.input(name, Type.of(DType.F32, layout.elements()));
  }

  @Override
  public List<Port> inputs() {
    return inputs;
  }

  @Override
  public SequencedMap<String, Shape> outputs() {
    return outputs;
  }

  @Override
  public Layout parameters() {
    return parameters;
  }

  @Override
  public Layout states() {
    return states;
  }

  @Override
  public SequencedMap<String, Tensor> apply(
      List<Tensor> given, Tensor flatParameters, Tensor flatStates) {
    List<Tensor> all = new ArrayList<>(given);
    all.add(flatParameters);
    if (states.elements() > 0) {
      all.add(flatStates);
    }
    SequencedMap<String, Tensor> named = new LinkedHashMap<>();
    SequencedMap<String, Value> values = graph.apply(given.getFirst().size(0), all);
    values.forEach((name, value) -> named.put(name, Tensor.of(value)));
    return named;
  }

  @Override
  public long vocabulary(int input) {
    return vocabularies.get(input);
  }

  @Override
  public Optional<Network> network() {
    return Optional.empty();
  }

  // ---- files ----

  /** Writes the graph to a folder of a stored model. */
  void write(Path directory) throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("graph", graph.toJson());
    ObjectNode shapes = json.putObject("outputs");
    outputs.forEach((name, shape) -> write(shapes.putArray(name), shape));
    json.set(PARAMETERS, layout(parameters));
    json.set(STATES, layout(states));
    vocabularies.forEach(json.putArray("vocabularies")::add);
    WRITER.writeValue(directory.resolve(Model.GRAPH).toFile(), json);
    if (!graph.literals().isEmpty()) {
      Map<String, Safetensors.Source> tensors = new LinkedHashMap<>();
      graph
          .literals()
          .forEach(
              (name, content) ->
                  tensors.put(
                      name,
                      new Safetensors.Source(
                          content.type().dtype(), content.type().shape(), content::elements)));
      Safetensors.write(directory.resolve(LITERALS), Map.of(), tensors);
    }
  }

  private static ArrayNode layout(Layout layout) {
    ArrayNode slots = JsonNodeFactory.instance.arrayNode();
    for (Layout.Slot slot : layout.slots()) {
      write(slots.addObject().put("name", slot.name()).putArray("shape"), slot.shape());
    }
    return slots;
  }

  private static void write(ArrayNode array, Shape shape) {
    for (long size : shape.toArray()) {
      array.add(size);
    }
  }

  /**
   * {@return the graph of a stored model}
   *
   * @throws IllegalArgumentException if the graph is damaged or of a newer format, naming the place
   * @throws FormatException if a file is no JSON or no safetensors, naming the byte
   * @throws SpecException if what stands beside the graph is not valid, naming the place
   */
  public static GraphFunction read(Bundle bundle) throws IOException {
    JsonNode json = json(bundle.file(Model.GRAPH));
    Map<String, Content> literals = new LinkedHashMap<>();
    if (bundle.files().containsKey(LITERALS)) {
      try (Safetensors file = Safetensors.open(bundle.file(LITERALS))) {
        for (Map.Entry<String, Safetensors.Entry> entry : file.entries().entrySet()) {
          Type type = new Type(entry.getValue().dtype(), entry.getValue().shape());
          MemorySegment elements = Content.allocate(type);
          file.read(entry.getKey(), elements);
          literals.put(entry.getKey(), Content.copyOf(type, elements));
        }
      }
    }
    SymbolicGraph graph = SymbolicGraph.fromJson(json.path("graph"), literals);
    SequencedMap<String, Shape> outputs = new LinkedHashMap<>();
    JsonValues.object(json.path("outputs"), "/outputs")
        .properties()
        .forEach(
            entry ->
                outputs.put(
                    entry.getKey(),
                    JsonValues.shape(entry.getValue(), Fields.at("/outputs", entry.getKey()))));
    Layout states = readLayout(json.path(STATES), "/" + STATES);
    Layout parameters = readLayout(json.path(PARAMETERS), "/" + PARAMETERS);
    List<Layout> flat = states.elements() > 0 ? List.of(parameters, states) : List.of(parameters);
    int examples = graph.inputs().size() - flat.size();
    List<Port> inputs = new ArrayList<>();
    for (int i = 0; i < graph.inputs().size(); i++) {
      SymbolicGraph.Port port = graph.inputs().get(i);
      Shape batched = port.type(1).shape();
      boolean fits =
          i < examples
              ? batched.rank() > 0
              : batched.equals(Shape.of(flat.get(i - examples).elements()));
      if (!fits || examples < 1) {
        throw new SpecException(
            "/graph/inputs/" + i,
            "expected inputs with a batch, and behind them the %d values of '%s'%s, but got '%s' %s"
                .formatted(
                    parameters.elements(),
                    PARAMETERS,
                    flat.size() > 1 ? " and %d of '%s'".formatted(states.elements(), STATES) : "",
                    port.name(),
                    batched));
      }
      if (i < examples) {
        inputs.add(Port.of(port.name(), port.dtype(), batched.slice(1, batched.rank())));
      }
    }
    List<Long> vocabularies =
        JsonValues.each(
            json.path("vocabularies"), "/vocabularies", "a list of sizes", JsonValues::size);
    if (vocabularies.size() != examples) {
      throw new SpecException(
          "/vocabularies", "expected %d sizes but got %d".formatted(examples, vocabularies.size()));
    }
    return new GraphFunction(graph, inputs, outputs, parameters, states, vocabularies);
  }

  private static JsonNode json(Path file) throws IOException {
    try {
      return Json.read(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new FormatException(
          "graph", file, Malformed.offset(e), "expected JSON: " + Malformed.detail(e));
    }
  }

  private static long end(List<Layout.Slot> slots) {
    return slots.isEmpty() ? 0 : slots.getLast().offset() + slots.getLast().shape().elements();
  }

  private static Layout readLayout(JsonNode list, String pointer) {
    List<Layout.Slot> slots = new ArrayList<>();
    JsonValues.each(
        list,
        pointer,
        "a list of tensors",
        (slot, at) -> {
          String name = Fields.text(slot.path("name"), at + "/name", "a text");
          Shape shape = JsonValues.shape(slot.path("shape"), at + "/shape");
          long offset = end(slots);
          if (shape.elements() > Long.MAX_VALUE - offset) {
            throw Fields.wrong(at + "/shape", "fewer than 2^63 elements", slot.path("shape"));
          }
          return slots.add(new Layout.Slot(name, shape, offset, Initializer.ZEROS));
        });
    return new Layout(slots);
  }
}
