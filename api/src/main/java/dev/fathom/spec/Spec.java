package dev.fathom.spec;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Column;
import dev.fathom.data.Frequency;
import dev.fathom.data.Normalisation;
import dev.fathom.encode.Encoding;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.Fields.Pattern;
import dev.fathom.json.Json;
import dev.fathom.json.Malformed;
import dev.fathom.json.SpecException;
import dev.fathom.model.Model;
import dev.fathom.nn.Graph;
import dev.fathom.nn.LayerException;
import dev.fathom.nn.Network;
import dev.fathom.spi.Shape;
import dev.fathom.task.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A training as declarative JSON: a name, data, a model, a task, and how to train it.
 *
 * <pre>{@code
 * {
 *   "name": "digits",
 *   "data": {"dataset": "mnist", "scale": 0.00392156862745098},
 *   "model": [
 *     {"type": "conv2d", "filters": 32, "kernel": 3, "padding": "same", "activation": "relu"},
 *     {"type": "maxpool2d", "kernel": 2},
 *     {"type": "flatten"},
 *     {"type": "dense", "units": 10}
 *   ],
 *   "training": {"epochs": 3, "optimizer": {"type": "adam", "learningRate": 0.001}}
 * }
 * }</pre>
 *
 * <p>{@link DataSpec}, {@link ModelSpec} and {@link TrainingSpec} describe the sections; the {@code
 * "task"} says what the numbers mean, where data leave a doubt. {@code "model"} may also be the
 * name of a preset, {@code "mlp"} or {@code "lenet"}, or {@code {"preset": "lenet", "classes":
 * 26}}. {@link TransferSpec} describes {@code "from"}, {@code "freeze"} and {@code "lora"}. Parsing
 * is strict: an unknown key, a wrong type or a number out of range is a {@link SpecException} with
 * the field's JSON pointer. Immutable.
 */
public final class Spec {
  private static final Pattern NAME =
      new Pattern(
          "[a-z0-9][a-z0-9._-]{0,62}",
          "1 to 63 of a-z, 0-9, '.', '_', '-', a letter or digit first,");

  private final String name;
  private final DataSpec data;
  private final ModelSpec model;
  private final TransferSpec transfer;
  private final Task task;
  private final TrainingSpec training;
  private final ObjectNode expanded;

  private Spec(Fields f) {
    f.comment("$schema");
    name = name(f, "name");
    data = f.object("data", DataSpec::parse);
    model = f.required("model", ModelSpec::parse);
    transfer = TransferSpec.read(f);
    JsonNode settings = f.raw("training");
    TaskTypes.Named named =
        TaskTypes.read(f, data, settings == null ? MissingNode.getInstance() : settings);
    training =
        f.object("training", (node, at) -> TrainingSpec.parse(node, at, named.type().loss()));
    checkSplit();
    task = named.with(training.loss());
    if (!task.made().isEmpty() && data.source().hasColumns()) {
      throw new SpecException("/task", "expected pictures for this task but got a table");
    }
    f.end();
    f.expand("task", named.expanded());
    expanded = f.expanded();
  }

  private void checkSplit() {
    boolean isTable = data.source().hasColumns();
    if (!isTable && training.validationFile().isPresent()) {
      throw new SpecException(
          "/training/validation", "expected a share; only tables have a file for the validation");
    }
    SplitSpec split = training.split();
    if (!isTable && !split.equals(SplitSpec.RANDOM)) {
      throw new SpecException("/training/split", "expected no split by a column but of a table");
    }
    for (Optional<String> column : List.of(split.groups(), split.order())) {
      if (column.isPresent() && column.get().equals(data.target())) {
        throw new SpecException(
            "/training/split",
            "expected another column than the target '%s'".formatted(column.get()));
      }
    }
  }

  /**
   * {@return the spec in a JSON text}
   *
   * @throws SpecException if it is not JSON, with line and column, or not a spec
   */
  public static Spec parse(String json) {
    return parse(tree(json));
  }

  static JsonNode tree(String json) {
    try {
      return Json.read(json);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new SpecException(
          "",
          "malformed JSON at line %d, column %d: %s"
              .formatted(
                  at == null ? 1 : at.getLineNr(),
                  at == null ? 1 : at.getColumnNr(),
                  Malformed.detail(e)));
    }
  }

  /**
   * {@return the spec in a JSON object}
   *
   * @throws SpecException if it is not a spec
   */
  public static Spec parse(JsonNode json) {
    return new Spec(Fields.of(json, ""));
  }

  /**
   * {@return a spec that a Fathom wrote with every default} Earlier ones wrote an empty list of
   * features where none were named.
   */
  public static Spec stored(JsonNode json) {
    JsonNode written = json.deepCopy();
    if (written.path("data") instanceof ObjectNode data && data.path("features").isEmpty()) {
      data.remove("features");
    }
    return parse(written);
  }

  /** Reads a spec as a part of another document; {@link SpecSchema} records it. */
  static Parsed<Spec> parse(JsonNode json, String pointer) {
    Spec spec = new Spec(Fields.of(json, pointer));
    return new Parsed<>(spec, spec.expanded);
  }

  /** {@return the spec that a model was trained from, if it was} */
  public static Optional<Spec> of(Model model) {
    return model.spec().map(Spec::stored);
  }

  /** {@return the name that the trained model gets, {@code [a-z0-9][a-z0-9._-]{0,62}}} */
  public String name() {
    return name;
  }

  /** {@return the section {@code data}} */
  public DataSpec data() {
    return data;
  }

  /** {@return the section {@code model}, presets spelled out} */
  public ModelSpec model() {
    return model;
  }

  /** {@return what the training takes from a model that was trained before} */
  public TransferSpec transfer() {
    return transfer;
  }

  /** {@return the meaning of the network's numbers, not fitted to data} */
  public Task task() {
    return task;
  }

  /** {@return whether there is a target that is learned} */
  public boolean hasTarget() {
    return task.hasTarget(model.graph());
  }

  /**
   * {@return the task, fitted to a network and the column that it learns}
   *
   * @param target empty if it learns from none
   * @throws SpecException if they do not fit, with the JSON pointer
   */
  public Task task(Network network, Optional<Column> target) {
    return task.fitted(network, target, data.targetNormalisation())
        .ofInputs(columns().stream().map(InputSpec::normalisation).toList());
  }

  /** {@return the columns that are learned from: the inputs that the task does not make} */
  public List<InputSpec> columns() {
    List<InputSpec> columns =
        inputs().stream().filter(input -> !task.made().containsKey(input.name())).toList();
    return columns.isEmpty() ? List.of(only()) : columns;
  }

  private InputSpec only() {
    return new InputSpec(Graph.INPUT, data.input(), List.of(), data.normalisation());
  }

  /** {@return the inputs of the network, in its order} */
  public List<InputSpec> inputs() {
    return model.inputs().isEmpty() ? List.of(only()) : model.inputs();
  }

  /**
   * {@return the shape of each input of the network for a dataset with these columns; empty if one
   * is not there}
   */
  public Optional<List<Shape>> shapes(List<Column> dataset) {
    Map<String, Shape> known = new HashMap<>();
    dataset.forEach(column -> known.put(column.name(), column.shape()));
    List<Shape> shapes = new ArrayList<>();
    for (InputSpec input : inputs()) {
      Shape made = task.made().get(input.name());
      Shape shape = made == null ? known.get(input.column()) : made;
      if (shape == null) {
        return Optional.empty();
      }
      shapes.add(shape);
    }
    return Optional.of(shapes);
  }

  /**
   * {@return the network of this spec, with one input, for examples of one shape}
   *
   * @throws SpecException if a layer does not fit, with its JSON pointer, its name and the shapes
   */
  public Network network(Shape raw) {
    return network(List.of(raw));
  }

  /**
   * {@return the network of this spec for examples of some shapes}
   *
   * @param raw of each input, as a dataset holds it; a plane {@code [height, width]} becomes an
   *     image of one channel unless a layer takes sequences {@code [time, features]}
   * @throws SpecException if a layer does not fit, with its JSON pointer, its name and the shapes
   * @throws ArithmeticException if layers have more than 2^63 values, which no memory holds
   */
  public Network network(List<Shape> raw) {
    Vocabularies.check(expanded.get("model"), "/model");
    SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
    for (int i = 0; i < raw.size(); i++) {
      Shape shape = raw.get(i);
      String name = inputs().get(i).name();
      boolean isPlane = shape.rank() == 2 && !model.graph().sequence(name);
      shapes.put(name, isPlane ? Shape.of(1).concat(shape) : shape);
    }
    try {
      Network network = new Network(model.graph(), shapes);
      if (network.parameters().slots().isEmpty()) {
        throw new SpecException("/model", "expected a layer with parameters, there is none");
      }
      return network;
    } catch (LayerException e) {
      throw new SpecException(model.pointer(e.layer()), e.getMessage());
    }
  }

  /** {@return the section {@code training}} */
  public TrainingSpec training() {
    return training;
  }

  /**
   * {@return this spec with means and deviations that were found}
   *
   * @param found of each input, in order
   * @param target of the target, one mean
   */
  public Spec fitted(List<Normalisation> found, Normalisation target) {
    ObjectNode json = expand();
    DataSpec.fitted((ObjectNode) json.get("data"), found.getFirst(), target);
    for (int i = 0; i < model.inputs().size(); i++) {
      InputSpec input = model.inputs().get(i);
      if (input.text().isEmpty()) {
        InputSpec.write((ObjectNode) json.at("/model/inputs").get(input.name()), found.get(i));
      }
    }
    return parse(json);
  }

  /** {@return this spec of a series with the frequency of its rows, if it says none} */
  public Spec withFrequency(Frequency frequency) {
    ObjectNode json = expand();
    ObjectNode section = (ObjectNode) json.get("data");
    if (section.hasNonNull("frequency") || !frequency.text().matches(Frequency.REGEX)) {
      return this;
    }
    section.put("frequency", frequency.text());
    return parse(json);
  }

  /**
   * {@return this spec with the vocabularies that it left to the data}
   *
   * @param encodings of the inputs, in order; empty where they are not made of a table
   */
  public Spec withVocabularies(List<Encoding> encodings) {
    ObjectNode json = expand();
    return Vocabularies.fill(json.get("model"), inputs(), encodings) ? parse(json) : this;
  }

  /** {@return this spec with another seed} */
  public Spec withSeed(long seed) {
    ObjectNode json = expand();
    ((ObjectNode) json.get("training")).put("seed", seed);
    return parse(json);
  }

  /** {@return a fresh copy of the spec with every default; it parses to an equal spec} */
  public ObjectNode expand() {
    return expanded.deepCopy();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Spec spec && expanded.equals(spec.expanded);
  }

  @Override
  public int hashCode() {
    return expanded.hashCode();
  }

  /** {@return the expanded spec as JSON, indented} */
  @Override
  public String toString() {
    return expanded.toPrettyString();
  }

  /** Reads the key {@code dataset} of files: the dataset that has them, or nothing. */
  static Optional<String> dataset(Fields f) {
    Optional<String> dataset = f.optionalText("dataset");
    dataset.ifPresent(_ -> name(f, "dataset"));
    return dataset;
  }

  static String name(Fields f, String key) {
    return f.text(key, null, NAME);
  }
}
