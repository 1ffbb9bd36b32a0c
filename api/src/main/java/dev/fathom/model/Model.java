package dev.fathom.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.FixedLength;
import dev.fathom.format.Safetensors;
import dev.fathom.loss.CrossEntropy;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.store.Bundle;
import dev.fathom.store.ModelVersion;
import dev.fathom.store.Models;
import dev.fathom.text.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * A trained network with all that it takes to use it: the spec, with preprocessing, the shape of
 * raw examples, the names of the classes, and the weights. Immutable.
 */
public final class Model {
  private static final String WEIGHTS = "weights.safetensors";
  private static final String TOKENIZER = "tokenizer.json";

  private final Spec spec;
  private final Shape rawShape;
  private final List<String> labels;
  private final Inputs inputs;
  private final Network network;
  private final Weights parameters;
  private final Weights states;
  private final ObjectNode metrics;

  /**
   * @param rawShape of one example as the dataset holds it
   * @param labels the names of the classes; empty if the target is no class
   * @param inputs how what people have becomes a raw example
   * @param metrics how good it was when it was trained, for people
   */
  public Model(
      Spec spec,
      Shape rawShape,
      List<String> labels,
      Inputs inputs,
      Weights parameters,
      Weights states,
      ObjectNode metrics) {
    this.spec = spec;
    this.rawShape = rawShape;
    this.labels = List.copyOf(labels);
    this.inputs = inputs;
    this.network = spec.network(rawShape);
    this.parameters = parameters;
    this.states = states;
    this.metrics = metrics.deepCopy();
  }

  /** {@return the name} */
  public String name() {
    return spec.name();
  }

  /** {@return what it was made from} */
  public Spec spec() {
    return spec;
  }

  /** {@return the shape of one raw example} */
  public Shape rawShape() {
    return rawShape;
  }

  /** {@return the names of the classes; empty if the target is no class} */
  public List<String> labels() {
    return labels;
  }

  /** {@return how what people have becomes a raw example} */
  public Inputs inputs() {
    return inputs;
  }

  /** {@return what cuts texts to tokens; empty where examples are no texts} */
  public Optional<Tokenizer> tokenizer() {
    return inputs.tokenizer();
  }

  /** {@return whether {@link #encode} makes examples of texts} */
  public boolean readsTexts() {
    return spec.data().source() instanceof TextSpec text
        && tokenizer().isPresent()
        && !text.windows();
  }

  /**
   * {@return the raw examples of some texts, {@code [texts, length]}} Each is cut to tokens and
   * filled as the examples of the training were.
   *
   * @throws IllegalArgumentException if this is no model of texts, or one that goes on with them
   * @throws dev.fathom.text.TextException if a text has no tokens or too many, or a character none
   */
  public float[] encode(String... texts) {
    if (!(spec.data().source() instanceof TextSpec text) || !readsTexts()) {
      throw new IllegalArgumentException(
          "[encode] expected a model that answers texts but '%s' takes %s of shape %s"
              .formatted(name(), spec.data().input(), rawShape));
    }
    OptionalLong padding = spec.model().padding();
    var fixed =
        new FixedLength(
            tokenizer().get(),
            text.length(),
            padding.isPresent() ? OptionalInt.of((int) padding.getAsLong()) : OptionalInt.empty(),
            text.longer());
    float[] examples = new float[Math.multiplyExact(texts.length, text.length())];
    int[] row = new int[text.length()];
    for (int i = 0; i < texts.length; i++) {
      fixed.encode(texts[i], row, 0);
      for (int step = 0; step < row.length; step++) {
        examples[i * row.length + step] = row[step];
      }
    }
    return examples;
  }

  /** {@return the layers on their shapes} */
  public Network network() {
    return network;
  }

  /** {@return what was learned} */
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

  /** {@return whether it gives probabilities of classes; logits of each step are no such} */
  public boolean classifies() {
    return spec.training().loss() instanceof CrossEntropy && network.output().rank() == 1;
  }

  /** {@return what it takes and gives} */
  public Signature signature() {
    return new Signature(
        List.of(new Signature.Port(spec.data().input(), network.inputType(), batched(rawShape))),
        List.of(
            new Signature.Port(
                classifies() ? "probabilities" : "prediction",
                DType.F32,
                batched(network.output()))));
  }

  private static List<Long> batched(Shape shape) {
    return LongStream.concat(LongStream.of(-1), Arrays.stream(shape.toArray())).boxed().toList();
  }

  /** {@return all but the weights} */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", name());
    json.set("inputs", toJson(signature().inputs()));
    json.set("outputs", toJson(signature().outputs()));
    ArrayNode names = json.putArray("labels");
    labels.forEach(names::add);
    ArrayNode features = json.putArray("features");
    inputs.features().forEach(features::add);
    json.set("metrics", metrics());
    json.set("spec", spec.expand());
    return json;
  }

  private static ArrayNode toJson(List<Signature.Port> ports) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (Signature.Port port : ports) {
      ObjectNode json = all.addObject().put("name", port.name()).put("dtype", port.dtype().label());
      ArrayNode shape = json.putArray("shape");
      port.shape().forEach(shape::add);
    }
    return all;
  }

  /** {@return the version that this becomes: one above the highest of its name} */
  public ModelVersion publish(Models models) throws IOException {
    return models.publish(
        name(),
        toJson(),
        directory -> {
          Weights.write(directory.resolve(WEIGHTS), spec.training().weights(), parameters, states);
          if (tokenizer().isPresent()) {
            Tokenizers.write(directory.resolve(TOKENIZER), tokenizer().get());
          }
        });
  }

  /** {@return whether a model that was published takes texts} */
  public static boolean takesTexts(Bundle bundle) {
    return bundle.files().containsKey(TOKENIZER);
  }

  /**
   * {@return a model that was published}
   *
   * @throws dev.fathom.store.StoreException if its weights are damaged, naming the file
   * @throws SpecException if its spec is not valid
   */
  public static Model load(Bundle bundle) throws IOException {
    ObjectNode json = bundle.json();
    Spec spec = Spec.parse(json.path("spec"));
    List<Long> sizes = new ArrayList<>();
    json.path("inputs").path(0).path("shape").forEach(size -> sizes.add(size.longValue()));
    Shape raw = Shape.of(sizes.stream().skip(1).mapToLong(Long::longValue).toArray());
    List<String> labels = new ArrayList<>();
    json.path("labels").forEach(label -> labels.add(label.textValue()));
    Network network = spec.network(raw);
    List<String> features = new ArrayList<>();
    json.path("features").forEach(feature -> features.add(feature.textValue()));
    Optional<Tokenizer> tokenizer =
        bundle.files().containsKey(TOKENIZER)
            ? Optional.of(Tokenizers.read(bundle.file(TOKENIZER)))
            : Optional.empty();
    JsonNode metrics = json.path("metrics");
    try (Safetensors file = Safetensors.open(bundle.file(WEIGHTS))) {
      return new Model(
          spec,
          raw,
          labels,
          new Inputs(features, tokenizer),
          Weights.read(file, network.parameters()),
          Weights.read(file, network.states()),
          metrics instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode());
    }
  }
}
