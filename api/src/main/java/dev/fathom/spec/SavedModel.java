package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Normalisation;
import dev.fathom.encode.Encoding;
import dev.fathom.encode.Encodings;
import dev.fathom.encode.Features;
import dev.fathom.format.Safetensors;
import dev.fathom.json.Fields;
import dev.fathom.json.Json;
import dev.fathom.json.JsonValues;
import dev.fathom.json.SpecException;
import dev.fathom.model.GraphFunction;
import dev.fathom.model.Model;
import dev.fathom.model.Preparation;
import dev.fathom.model.Weights;
import dev.fathom.nn.Network;
import dev.fathom.pretrained.Pretrained;
import dev.fathom.spi.Shape;
import dev.fathom.store.Bundle;
import dev.fathom.task.StoredTask;
import dev.fathom.text.Chat;
import dev.fathom.text.Tokenizer;
import dev.fathom.text.Tokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Opens models that {@link Model#publish} stored, of this and every older format. */
public final class SavedModel {
  private SavedModel() {}

  /**
   * {@return a model that was published}
   *
   * @throws dev.fathom.store.StoreException if its weights are damaged, naming the file
   * @throws SpecException if its spec or description is not valid, with the place
   * @throws dev.fathom.format.FormatException if one of its files is not, with the place
   * @throws IllegalArgumentException if it is of a newer format than this version of Fathom knows
   */
  public static Model load(Bundle bundle) throws IOException {
    ObjectNode json = bundle.json();
    int format = json.path("modelFormat").asInt(1);
    if (format > Model.FORMAT) {
      throw new IllegalArgumentException(
          "[model] expected a model of format %d or older but '%s' has format %d: it was stored by a"
                  .formatted(Model.FORMAT, json.path("name").asText(), format)
              + " newer version of Fathom");
    }
    if (json.has("pretrained")) {
      return Pretrained.load(bundle);
    }
    Optional<SpecModel> made = made(bundle);
    return made.isPresent() ? trained(bundle, json, made.get()) : graph(bundle, json);
  }

  private static Optional<Tokenizer> tokenizer(Bundle bundle) throws IOException {
    return bundle.files().containsKey(Model.TOKENIZER)
        ? Optional.of(Tokenizers.read(bundle.file(Model.TOKENIZER)))
        : Optional.empty();
  }

  private static Optional<Chat> chat(Bundle bundle) throws IOException {
    if (!bundle.files().containsKey(Model.CHAT)) {
      return Optional.empty();
    }
    Path file = bundle.file(Model.CHAT);
    return Optional.of(Chat.read(Json.read(Files.readAllBytes(file)), "").value());
  }

  /**
   * {@return how a model that was published is made; empty if it comes from no spec} Its weights
   * are not read.
   *
   * @throws SpecException as {@link #load}
   */
  public static Optional<SpecModel> made(Bundle bundle) throws IOException {
    ObjectNode json = bundle.json();
    if (!json.has("spec")) {
      return Optional.empty();
    }
    Spec spec = Spec.stored(json.path("spec"));
    List<Shape> raw =
        JsonValues.each(json.path("inputs"), "/inputs", "a list of inputs", SavedModel::example);
    if (raw.size() != spec.inputs().size()) {
      throw new SpecException(
          "/inputs",
          "expected %d inputs, as the spec has, but got %d"
              .formatted(spec.inputs().size(), raw.size()));
    }
    return Optional.of(
        new SpecModel(
            spec,
            raw,
            JsonValues.texts(json.path("features"), "/features"),
            tokenizer(bundle),
            encodings(bundle, spec, json)));
  }

  /** A model of a spec: its network is made anew. */
  private static Model trained(Bundle bundle, ObjectNode json, SpecModel made) throws IOException {
    Network network = network(made.spec(), made.raw());
    try (Safetensors file = Safetensors.open(bundle.file(Model.WEIGHTS))) {
      Optional<Chat> chat = chat(bundle);
      Preparation preparation = made.preparation();
      return made.builder(
              network,
              made.fitted(network, JsonValues.texts(json.path("labels"), "/labels")),
              Weights.read(file, network.parameters()),
              Weights.read(file, network.states()))
          .preparation(chat.isPresent() ? preparation.withChat(chat) : preparation)
          .metrics(JsonValues.object(json.path("metrics"), "/metrics"))
          .digests(digests(json.path("data")))
          .build();
    }
  }

  /** {@return the encoding of each input; none of a model of no table} */
  private static List<Encoding> encodings(Bundle bundle, Spec spec, ObjectNode json)
      throws IOException {
    List<Encoding> encodings = new ArrayList<>();
    if (!spec.data().source().hasColumns()) {
      return encodings;
    }
    for (InputSpec input : spec.inputs()) {
      if (!json.has("encodings")) {
        List<String> columns =
            input.columns().isEmpty()
                ? JsonValues.texts(json.path("features"), "/features")
                : input.columns();
        boolean ids = spec.model().graph().vocabulary(input.name()) > 0;
        encodings.add(Features.ofNumbers(columns, ids));
        continue;
      }
      String name = spec.model().inputs().isEmpty() ? input.column() : input.name();
      String file = Model.tokenizer(name);
      Optional<Tokenizer> tokenizer =
          bundle.files().containsKey(file)
              ? Optional.of(Tokenizers.read(bundle.file(file)))
              : Optional.empty();
      encodings.add(Encodings.fromJson(json.path("encodings").path(name), tokenizer));
    }
    return encodings;
  }

  /** A model of no spec: its graph of operations is read. */
  private static Model graph(Bundle bundle, ObjectNode json) throws IOException {
    GraphFunction function = GraphFunction.read(bundle);
    List<Preparation.Input> inputs =
        JsonValues.each(
            json.path("preparation"), "/preparation", "a list of inputs", SavedModel::prepared);
    if (inputs.size() != function.inputs().size()) {
      throw new SpecException(
          "/preparation",
          "expected %d inputs, as the graph has, but got %d"
              .formatted(function.inputs().size(), inputs.size()));
    }
    try (Safetensors file = Safetensors.open(bundle.file(Model.WEIGHTS))) {
      return Model.builder(
              json.path("name").asText(),
              function,
              Weights.read(file, function.parameters()),
              Weights.read(file, function.states()))
          .preparation(
              new Preparation(inputs, tokenizer(bundle), Optional.empty()).withChat(chat(bundle)))
          .task(StoredTask.fromJson(json.path("task")))
          .weightType(Model.weightType(bundle))
          .metrics(JsonValues.object(json.path("metrics"), "/metrics"))
          .digests(digests(json.path("data")))
          .build();
    }
  }

  private static Map<String, String> digests(JsonNode data) {
    Map<String, String> digests = new TreeMap<>();
    data.properties().forEach(file -> digests.put(file.getKey(), file.getValue().asText()));
    return digests;
  }

  private static Network network(Spec spec, List<Shape> raw) {
    try {
      return spec.network(raw);
    } catch (ArithmeticException e) {
      throw new SpecException("/spec/model", "expected layers of fewer than 2^63 values");
    }
  }

  /** {@return the shape of one example, behind the batch} */
  private static Shape example(JsonNode input, String pointer) {
    List<Long> sizes = // The batch is -1.
        JsonValues.each(
            input.path("shape"),
            pointer + "/shape",
            "a list of sizes",
            (size, at) -> at.endsWith("/0") ? 1L : JsonValues.size(size, at));
    ArrayNode batched = JsonNodeFactory.instance.arrayNode();
    sizes.stream().skip(1).forEach(batched::add);
    return JsonValues.shape(batched, pointer + "/shape");
  }

  private static Preparation.Input prepared(JsonNode input, String pointer) {
    return new Preparation.Input(
        Fields.text(input.path("name"), pointer + "/name", "a text"),
        JsonValues.shape(input.path("shape"), pointer + "/shape"),
        new Normalisation(
            input.path("scale").asDouble(1),
            input.path("axis").asInt(),
            JsonValues.numbers(input.path("mean"), pointer + "/mean"),
            JsonValues.numbers(input.path("deviation"), pointer + "/deviation")),
        JsonValues.texts(input.path("features"), pointer + "/features"));
  }
}
