package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Normalisation;
import dev.fathom.encode.Encoding;
import dev.fathom.encode.Encodings;
import dev.fathom.encode.Features;
import dev.fathom.format.Safetensors;
import dev.fathom.model.GraphFunction;
import dev.fathom.model.Model;
import dev.fathom.model.Preparation;
import dev.fathom.model.Weights;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.store.Bundle;
import dev.fathom.task.StoredTask;
import dev.fathom.text.Tokenizer;
import dev.fathom.text.Tokenizers;
import java.io.IOException;
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
   * @throws dev.fathom.json.SpecException if its spec is not valid
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
    Optional<Tokenizer> tokenizer =
        bundle.files().containsKey(Model.TOKENIZER)
            ? Optional.of(Tokenizers.read(bundle.file(Model.TOKENIZER)))
            : Optional.empty();
    return json.has("spec") ? trained(bundle, json, tokenizer) : graph(bundle, json, tokenizer);
  }

  /** A model of a spec: its network is made anew. */
  private static Model trained(Bundle bundle, ObjectNode json, Optional<Tokenizer> tokenizer)
      throws IOException {
    Spec spec = Spec.stored(json.path("spec"));
    List<Shape> raw = new ArrayList<>();
    for (JsonNode input : json.path("inputs")) {
      List<Long> sizes = new ArrayList<>();
      input.path("shape").forEach(size -> sizes.add(size.longValue()));
      raw.add(Shape.of(sizes.stream().skip(1).mapToLong(Long::longValue).toArray()));
    }
    Network network = spec.network(raw);
    SpecModel made =
        new SpecModel(
            spec, raw, texts(json.path("features")), tokenizer, encodings(bundle, spec, json));
    try (Safetensors file = Safetensors.open(bundle.file(Model.WEIGHTS))) {
      return made.builder(
              network,
              made.fitted(network, texts(json.path("labels"))),
              Weights.read(file, network.parameters()),
              Weights.read(file, network.states()))
          .metrics(
              json.path("metrics") instanceof ObjectNode metrics
                  ? metrics
                  : JsonNodeFactory.instance.objectNode())
          .digests(digests(json.path("data")))
          .build();
    }
  }

  /** {@return the encoding of each input; none of a model of no table} */
  private static List<Encoding> encodings(Bundle bundle, Spec spec, ObjectNode json)
      throws IOException {
    List<Encoding> encodings = new ArrayList<>();
    if (!(spec.data().source() instanceof DataSpec.Source.Csv)) {
      return encodings;
    }
    for (InputSpec input : spec.inputs()) {
      if (!json.has("encodings")) {
        List<String> columns =
            input.columns().isEmpty() ? texts(json.path("features")) : input.columns();
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
  private static Model graph(Bundle bundle, ObjectNode json, Optional<Tokenizer> tokenizer)
      throws IOException {
    GraphFunction function = GraphFunction.read(bundle);
    List<Preparation.Input> inputs = new ArrayList<>();
    for (JsonNode input : json.path("preparation")) {
      inputs.add(
          new Preparation.Input(
              input.path("name").asText(),
              Shape.of(longs(input.path("shape"))),
              new Normalisation(
                  input.path("scale").asDouble(1),
                  input.path("axis").asInt(),
                  doubles(input.path("mean")),
                  doubles(input.path("deviation"))),
              texts(input.path("features"))));
    }
    try (Safetensors file = Safetensors.open(bundle.file(Model.WEIGHTS))) {
      return Model.builder(
              json.path("name").asText(),
              function,
              Weights.read(file, function.parameters()),
              Weights.read(file, function.states()))
          .preparation(new Preparation(inputs, tokenizer, Optional.empty()))
          .task(StoredTask.fromJson(json.path("task")))
          .weightType(
              json.path("weights").asText().equals(DType.BF16.label()) ? DType.BF16 : DType.F32)
          .metrics((ObjectNode) json.path("metrics"))
          .digests(digests(json.path("data")))
          .build();
    }
  }

  private static Map<String, String> digests(JsonNode data) {
    Map<String, String> digests = new TreeMap<>();
    data.properties().forEach(file -> digests.put(file.getKey(), file.getValue().asText()));
    return digests;
  }

  private static long[] longs(JsonNode array) {
    long[] numbers = new long[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).longValue();
    }
    return numbers;
  }

  private static List<Double> doubles(JsonNode array) {
    List<Double> numbers = new ArrayList<>();
    array.forEach(number -> numbers.add(number.doubleValue()));
    return numbers;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.textValue()));
    return texts;
  }
}
