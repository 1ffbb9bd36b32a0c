package dev.fathom.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.FixedLength;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.encode.Encoding;
import dev.fathom.encode.TextTokens;
import dev.fathom.image.Framing;
import dev.fathom.image.PictureFile;
import dev.fathom.image.Pictures;
import dev.fathom.image.View;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.store.Bundle;
import dev.fathom.store.ModelVersion;
import dev.fathom.store.Models;
import dev.fathom.task.Answer;
import dev.fathom.task.Port;
import dev.fathom.task.RawOutputs;
import dev.fathom.task.StoredTask;
import dev.fathom.task.Task;
import dev.fathom.text.Tokenizer;
import dev.fathom.text.Tokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A function with its weights and all that is needed to use it: the preparation of raw examples,
 * the meaning of its outputs, and the spec that it was trained from. Immutable.
 *
 * <pre>{@code
 * Model model = Model.builder("generator", network, parameters, states).build();
 * model.publish(directory.models());
 * }</pre>
 */
public final class Model {
  /** The file of the weights in a stored model. */
  public static final String WEIGHTS = "weights.safetensors";

  /** The file of the tokenizer in a stored model, if it has one. */
  public static final String TOKENIZER = "tokenizer.json";

  /** The file that says how a stored model chats, if it does. */
  public static final String CHAT = "chat.json";

  /** {@return the file of the tokenizer of one input of several} */
  public static String tokenizer(String input) {
    return "tokenizer-" + input + ".json";
  }

  /** The file of the operations in a stored model that comes from no spec. */
  public static final String GRAPH = "graph.json";

  /** The newest format of a stored model: of matrices in i8. */
  public static final int FORMAT = 5;

  /** The format of networks that others trained. */
  private static final int PRETRAINED_FORMAT = 4;

  /** The format of models with columns of a table that are not plain numbers. */
  private static final int ENCODED_FORMAT = 3;

  /** The format of other models, which older versions of Fathom open too. */
  private static final int PLAIN_FORMAT = 2;

  private final String name;
  private final Function function;
  private final Weights parameters;
  private final Weights states;
  private final Preparation preparation;
  private final Task task;
  private final Optional<ObjectNode> spec;
  private final Optional<ObjectNode> pretrained;
  private final Continuation continuation;
  private final DType weightType;
  private final ObjectNode metrics;
  private final Map<String, String> digests;

  private Model(Builder builder) {
    name = builder.name;
    function = builder.function;
    parameters = builder.parameters;
    states = builder.states;
    preparation = builder.preparation;
    task = builder.task;
    spec = builder.spec.map(ObjectNode::deepCopy);
    pretrained = builder.pretrained.map(ObjectNode::deepCopy);
    continuation = builder.continuation;
    weightType = builder.weightType;
    metrics = builder.metrics.deepCopy();
    digests = builder.digests;
  }

  /** {@return a builder of a model that is a network; its outputs are answers as they are} */
  public static Builder builder(String name, Network network, Weights parameters, Weights states) {
    return new Builder(name, new NetworkFunction(network), parameters, states)
        .preparation(Preparation.none(network))
        .task(new RawOutputs(List.copyOf(network.outputs().keySet())));
  }

  /** {@return a builder of a model that is any function; task and preparation must be given} */
  public static Builder builder(
      String name, Function function, Weights parameters, Weights states) {
    return new Builder(name, function, parameters, states);
  }

  /** Collects the parts of a model. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private final Function function;
    private final Weights parameters;
    private final Weights states;
    private Preparation preparation;
    private Task task;
    private Optional<ObjectNode> spec = Optional.empty();
    private Optional<ObjectNode> pretrained = Optional.empty();
    private Continuation continuation = Continuation.NONE;
    private DType weightType = DType.F32;
    private ObjectNode metrics = JsonNodeFactory.instance.objectNode();
    private Map<String, String> digests = Map.of();

    private Builder(String name, Function function, Weights parameters, Weights states) {
      this.name = name;
      this.function = function;
      this.parameters = parameters;
      this.states = states;
    }

    /** Sets how raw examples become inputs; default: they are the inputs. */
    public Builder preparation(Preparation newPreparation) {
      preparation = newPreparation;
      return this;
    }

    /** Sets the meaning of the outputs, a fitted task; default: they are answers as they are. */
    public Builder task(Task newTask) {
      task = newTask;
      return this;
    }

    /** Sets the expanded spec that it was trained from; default: none. */
    public Builder spec(ObjectNode newSpec) {
      spec = Optional.of(newSpec);
      return this;
    }

    /**
     * Sets what {@code dev.fathom.pretrained} makes the network of, which others trained; default:
     * nothing.
     */
    public Builder pretrained(ObjectNode newDescription) {
      pretrained = Optional.of(newDescription);
      return this;
    }

    /** Sets how texts go on where a request does not say; default: nothing. */
    public Builder continuation(Continuation newContinuation) {
      continuation = newContinuation;
      return this;
    }

    /**
     * Sets the type that matrices are stored as: f32, bf16, or i8 with a factor for each row;
     * default: f32.
     */
    public Builder weightType(DType newType) {
      weightType = newType;
      return this;
    }

    /** Sets how good it was when it was trained, for people; default: nothing. */
    public Builder metrics(ObjectNode newMetrics) {
      metrics = newMetrics;
      return this;
    }

    /** Sets the SHA-256 of each file that it was trained from, by its name; default: none. */
    public Builder digests(Map<String, String> newDigests) {
      digests = Collections.unmodifiableMap(new TreeMap<>(newDigests));
      return this;
    }

    /** {@return the model} */
    public Model build() {
      return new Model(this);
    }
  }

  /** {@return a builder of the same model with other parameters} */
  public Builder with(Weights otherParameters) {
    Builder builder =
        new Builder(name, function, otherParameters, states)
            .preparation(preparation)
            .task(task)
            .continuation(continuation)
            .weightType(weightType)
            .metrics(metrics)
            .digests(digests);
    spec.ifPresent(builder::spec);
    pretrained.ifPresent(builder::pretrained);
    return builder;
  }

  /** {@return the name} */
  public String name() {
    return name;
  }

  /** {@return the computation} */
  public Function function() {
    return function;
  }

  /**
   * {@return the network that the function is}
   *
   * @throws IllegalArgumentException if it is a stored graph, of which the layers are not known
   */
  public Network network() {
    return function
        .network()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "[model] expected a model with layers but '%s' is a graph of operations"
                        .formatted(name)));
  }

  /** {@return how raw examples become inputs} */
  public Preparation preparation() {
    return preparation;
  }

  /** {@return the meaning of the outputs} */
  public Task task() {
    return task;
  }

  /** {@return a copy of the expanded spec that it was trained from, if it was} */
  public Optional<ObjectNode> spec() {
    return spec.map(ObjectNode::deepCopy);
  }

  /** {@return a copy of what its network is made of, if others trained it} */
  public Optional<ObjectNode> pretrained() {
    return pretrained.map(ObjectNode::deepCopy);
  }

  /** {@return how texts go on where a request does not say} */
  public Continuation continuation() {
    return continuation;
  }

  /** {@return the type that matrices are stored as, in its file and on the device} */
  public DType weightType() {
    return weightType;
  }

  /** {@return the shape of one raw example of the first input} */
  public Shape rawShape() {
    return preparation.inputs().getFirst().raw();
  }

  /** {@return the names of the classes; empty if the answer is no class} */
  public List<String> labels() {
    return task.labels();
  }

  /** {@return the tokenizer of a model of texts} */
  public Optional<Tokenizer> tokenizer() {
    return preparation.tokenizer();
  }

  /** {@return whether {@link #examples} makes examples of pictures} */
  public boolean readsPictures() {
    return preparation.pictures().isPresent();
  }

  /**
   * {@return the raw values of pictures, {@code [pictures, ...]}} Each is resized and cut as those
   * of the training were.
   *
   * @throws IllegalArgumentException if this is no model of pictures
   * @throws dev.fathom.image.PictureException if a file cannot be read, naming it
   */
  public Numbers examples(List<PictureFile> pictures) {
    Framing framing = framing();
    int width = Math.toIntExact(rawShape().elements());
    float[] values = new float[Math.multiplyExact(pictures.size(), width)];
    int at = 0;
    for (PictureFile picture : pictures) {
      for (byte pixel : framing.example(picture.name(), picture.content())) {
        values[at++] = pixel & 0xff;
      }
    }
    return Numbers.of(values);
  }

  /**
   * {@return where the example that {@link #examples} makes of a picture lies in it}
   *
   * @param picture of which the header is read
   * @throws IllegalArgumentException if this is no model of pictures
   * @throws dev.fathom.image.PictureException if the header cannot be read
   */
  public View view(PictureFile picture) {
    Pictures.Size size = Pictures.size(picture.name(), picture.content(), framing().mostPixels());
    return framing().view(size.width(), size.height());
  }

  private Framing framing() {
    return preparation
        .pictures()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "[examples] expected a model of pictures but '%s' takes %s of shape %s"
                        .formatted(name, signature().input().name(), rawShape())));
  }

  /**
   * {@return what a model says of one of several examples}
   *
   * @param answers of {@link Predictor#answer}, for each output
   */
  public Answer answer(List<Numbers> answers, int example) {
    return task.describe(own(answers, example));
  }

  /**
   * {@return what a model says of one of several examples that was made of a picture} Places in it
   * are in the picture's pixels.
   *
   * @param answers of {@link Predictor#answer}, for each output
   * @param picture of which {@link #examples} made the example
   */
  public Answer answer(List<Numbers> answers, int example, PictureFile picture) {
    return task.describe(own(answers, example), view(picture));
  }

  private List<Numbers> own(List<Numbers> answers, int example) {
    List<Numbers> own = new ArrayList<>();
    for (int port = 0; port < answers.size(); port++) {
      int width = Math.toIntExact(signature().outputs().get(port).width());
      own.add(answers.get(port).slice(example * width, (example + 1) * width));
    }
    return own;
  }

  /** {@return whether {@link #encode} makes examples of texts} */
  public boolean readsTexts() {
    return preparation.texts().isPresent();
  }

  /**
   * {@return the raw examples of some texts, {@code [texts, length]}} Each is cut to tokens and
   * filled as the examples of the training were.
   *
   * @throws IllegalArgumentException if this is no model of texts, or one that goes on with them
   * @throws dev.fathom.text.TextException if a text has no tokens or too many, or a character none
   */
  public float[] encode(String... texts) {
    FixedLength fixed =
        preparation
            .texts()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "[encode] expected a model that answers texts but '%s' takes %s of shape %s"
                            .formatted(name, signature().input().name(), rawShape())));
    float[] examples = new float[Math.multiplyExact(texts.length, fixed.length())];
    int[] row = new int[fixed.length()];
    for (int i = 0; i < texts.length; i++) {
      fixed.encode(texts[i], row, 0);
      for (int step = 0; step < row.length; step++) {
        examples[i * row.length + step] = row[step];
      }
    }
    return examples;
  }

  /**
   * {@return the tokenizer}
   *
   * @param operation that needs it
   * @throws IllegalArgumentException if the model has none
   */
  public Tokenizer requireTokenizer(String operation) {
    return tokenizer()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "[%s] expected a model of texts but '%s' has no tokenizer"
                        .formatted(operation, name)));
  }

  /**
   * {@return the tokens of a text as the model was taught to see it} Those of a model that others
   * trained have the special tokens around them that its tokenizer tells of.
   *
   * @throws IllegalArgumentException if the model has no tokenizer
   * @throws dev.fathom.text.TextException if a character has no token
   */
  public int[] tokens(String text) {
    Tokenizer cutter = requireTokenizer("tokens");
    int[] tokens = cutter.encode(text);
    return pretrained.isPresent() ? cutter.enclose(tokens).tokens() : tokens;
  }

  /** {@return the parameters} */
  public Weights parameters() {
    return parameters;
  }

  /** {@return batch statistics and the like; empty for most networks} */
  public Weights states() {
    return states;
  }

  /** {@return how good it was when it was trained} */
  public ObjectNode metrics() {
    return metrics.deepCopy();
  }

  /** {@return the SHA-256 of each file that it was trained from, by its name, as far as known} */
  public Map<String, String> digests() {
    return digests;
  }

  /** {@return the tensors that clients give and get} */
  public Signature signature() {
    List<Port> inputs = new ArrayList<>();
    for (int i = 0; i < preparation.inputs().size(); i++) {
      Preparation.Input input = preparation.inputs().get(i);
      DType type = function.inputs().get(i).dtype();
      boolean exact = type == DType.F32 && input.normalisation().needsF64();
      inputs.add(Port.of(input.name(), exact ? DType.F64 : type, input.raw()));
    }
    return new Signature(inputs, task.ports(function.outputs()));
  }

  /** {@return all but the weights} */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("modelFormat", format()).put("name", name);
    json.set("inputs", toJson(signature().inputs()));
    json.set("outputs", toJson(signature().outputs()));
    labels().forEach(json.putArray("labels")::add);
    preparation.inputs().getFirst().features().forEach(json.putArray("features")::add);
    for (Preparation.Input input : preparation.inputs()) {
      input
          .encoding()
          .ifPresent(e -> e.describe(json.withObjectProperty("encodings").putObject(input.name())));
    }
    json.set("task", task.toJson());
    json.set("metrics", metrics());
    ObjectNode data = json.putObject("data");
    digests.forEach(data::put);
    if (spec.isPresent()) {
      json.set("spec", spec().orElseThrow());
    } else if (pretrained.isPresent()) {
      json.set("pretrained", pretrained().orElseThrow());
      json.put("weights", weightType.label());
    } else {
      json.set("preparation", preparationJson());
      json.put("weights", weightType.label());
    }
    return json;
  }

  private int format() {
    if (weightType == DType.I8) {
      return FORMAT;
    }
    if (pretrained.isPresent()) {
      return PRETRAINED_FORMAT;
    }
    return isPlain() ? PLAIN_FORMAT : ENCODED_FORMAT;
  }

  private boolean isPlain() {
    return preparation.inputs().stream()
        .flatMap(input -> input.encoding().stream())
        .allMatch(Encoding::isPlain);
  }

  private ArrayNode preparationJson() {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (Preparation.Input input : preparation.inputs()) {
      ObjectNode json = all.addObject().put("name", input.name());
      ArrayNode shape = json.putArray("shape");
      for (long size : input.raw().toArray()) {
        shape.add(size);
      }
      Normalisation normal = input.normalisation();
      json.put("scale", normal.scale()).put("axis", normal.axis());
      normal.mean().forEach(json.putArray("mean")::add);
      normal.deviation().forEach(json.putArray("deviation")::add);
      input.features().forEach(json.putArray("features")::add);
    }
    return all;
  }

  private static ArrayNode toJson(List<Port> ports) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (Port port : ports) {
      ObjectNode json = all.addObject().put("name", port.name()).put("dtype", port.dtype().label());
      ArrayNode shape = json.putArray("shape");
      port.shape().forEach(shape::add);
    }
    return all;
  }

  /**
   * Publishes it; {@return the version that this becomes: one above the highest of its name} A
   * model of a spec is stored with the spec; any other with the graph of its operations, so that it
   * can be opened without the classes of its author.
   *
   * @throws IllegalArgumentException if it comes from no spec and a layer cannot be stored as
   *     operations, naming it
   */
  public ModelVersion publish(Models models) throws IOException {
    return models.publish(name, toJson(), content());
  }

  /**
   * Publishes it as the model of a training, once; {@return the version that this is} If the
   * training has published a version before, that is it.
   *
   * @param training the id of the training
   * @throws IllegalArgumentException as {@link #publish(Models)}
   */
  public ModelVersion publish(Models models, String training) throws IOException {
    return models.publish(name, training, toJson(), content());
  }

  private Bundle.Content content() {
    boolean remade = spec.isPresent() || pretrained.isPresent();
    Optional<GraphFunction> graph = remade ? Optional.empty() : Optional.of(storable());
    return directory -> {
      Weights.write(directory.resolve(WEIGHTS), weightType, parameters, states);
      if (graph.isPresent()) {
        graph.get().write(directory);
      }
      if (tokenizer().isPresent()) {
        Tokenizers.write(directory.resolve(TOKENIZER), tokenizer().get());
      }
      if (preparation.chat().isPresent()) {
        Files.writeString(
            directory.resolve(CHAT), preparation.chat().get().toJson().toPrettyString());
      }
      for (Preparation.Input input : preparation.inputs()) {
        if (input.encoding().isPresent()
            && input.encoding().get() instanceof TextTokens(_, FixedLength fixed)) {
          Tokenizers.write(directory.resolve(tokenizer(input.name())), fixed.tokenizer());
        }
      }
    };
  }

  private GraphFunction storable() {
    if (!StoredTask.knows(task.name()) || preparation.texts().isPresent()) {
      throw new IllegalArgumentException(
          "[model] expected a task that can be stored without a spec but '%s' has '%s'%s"
              .formatted(name, task.name(), preparation.texts().isPresent() ? " of texts" : ""));
    }
    return GraphFunction.of(function);
  }

  /** {@return the {@link #weightType} of a model that was published} */
  public static DType weightType(Bundle bundle) {
    String label = bundle.json().path("weights").asText();
    return Stream.of(DType.BF16, DType.I8)
        .filter(type -> type.label().equals(label))
        .findFirst()
        .orElse(DType.F32);
  }

  /** {@return whether a model that was published has a tokenizer} */
  public static boolean takesTexts(Bundle bundle) {
    return bundle.files().containsKey(TOKENIZER);
  }
}
