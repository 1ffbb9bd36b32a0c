package dev.fathom.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.format.Safetensors;
import dev.fathom.loss.CrossEntropy;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.store.Bundle;
import dev.fathom.store.ModelVersion;
import dev.fathom.store.Models;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A trained network with all that it takes to use it: the spec, with preprocessing, the shape of
 * raw examples, the names of the classes, and the weights. Immutable.
 */
public final class Model {
  private static final String WEIGHTS = "weights.safetensors";

  private final Spec spec;
  private final Shape rawShape;
  private final List<String> labels;
  private final Network network;
  private final Weights parameters;
  private final Weights states;
  private final ObjectNode metrics;

  /**
   * @param rawShape of one example as the dataset holds it
   * @param labels the names of the classes; empty if the target is no class
   * @param metrics how good it was when it was trained, for people
   */
  public Model(
      Spec spec,
      Shape rawShape,
      List<String> labels,
      Weights parameters,
      Weights states,
      ObjectNode metrics) {
    this.spec = spec;
    this.rawShape = rawShape;
    this.labels = List.copyOf(labels);
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
        directory ->
            Weights.write(
                directory.resolve(WEIGHTS), spec.training().weights(), parameters, states));
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
    JsonNode metrics = json.path("metrics");
    try (Safetensors file = Safetensors.open(bundle.file(WEIGHTS))) {
      return new Model(
          spec,
          raw,
          labels,
          Weights.read(file, network.parameters()),
          Weights.read(file, network.states()),
          metrics instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode());
    }
  }
}
