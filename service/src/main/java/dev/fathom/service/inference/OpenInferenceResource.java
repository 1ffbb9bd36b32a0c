package dev.fathom.service.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Numbers;
import dev.fathom.model.Predictor;
import dev.fathom.service.FathomConfig;
import dev.fathom.service.OpenModels;
import dev.fathom.service.OpenModels.Key;
import dev.fathom.service.Refusal;
import dev.fathom.service.Version;
import dev.fathom.service.rest.Json;
import dev.fathom.task.Port;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /v2}, the Open Inference Protocol. */
@Path("/v2")
@Tag(name = "Open Inference Protocol")
public final class OpenInferenceResource {

  private static final String EXAMPLE =
      """
      {"id": "1", "inputs": [{"name": "image", "shape": [1, 2, 2], "datatype": "UINT8",
       "data": [[[0, 255], [128, 0]]]}]}
      """;

  private static final String TEXTS =
      """
      {"inputs": [{"name": "text", "shape": [2], "datatype": "BYTES",
       "data": ["a first text", "and another"]}]}
      """;

  private static final Duration[] BUCKETS =
      IntStream.of(1, 2, 5, 10, 25, 50, 100, 250, 1000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  @Inject OpenModels models;
  @Inject FathomConfig config;
  @Inject MeterRegistry metrics;

  @GET
  @Operation(summary = "Tells the server's name and version")
  public ObjectNode server() {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("name", "fathom").put("version", Version.TEXT).putArray("extensions");
    return json;
  }

  @GET
  @Path("health/live")
  @Operation(summary = "Tells whether the server runs")
  public ObjectNode live() {
    return JsonNodeFactory.instance.objectNode().put("live", true);
  }

  @GET
  @Path("health/ready")
  @Operation(summary = "Tells whether the server takes requests")
  public ObjectNode ready() {
    return JsonNodeFactory.instance.objectNode().put("ready", true);
  }

  @GET
  @Path("models/{model}")
  @Operation(summary = "Tells the signature of a model's newest version")
  public ObjectNode metadata(@PathParam("model") String model) throws IOException {
    return metadata(model, null);
  }

  @GET
  @Path("models/{model}/versions/{version}")
  @Operation(summary = "Tells the signature of a version")
  public ObjectNode metadata(@PathParam("model") String model, @PathParam("version") String version)
      throws IOException {
    var key = models.find(model, version);
    var json = JsonNodeFactory.instance.objectNode().put("name", key.name());
    json.putArray("versions").add(Integer.toString(key.version()));
    json.put("platform", "fathom");
    return models.with(
        key,
        open -> {
          var loaded = open.model();
          json.set("inputs", Tensors.inputs(loaded));
          json.set("outputs", Tensors.described(loaded.signature().outputs()));
          return json;
        });
  }

  @GET
  @Path("models/{model}/ready")
  @Operation(summary = "Tells whether a model's newest version can answer; opens it")
  public ObjectNode ready(@PathParam("model") String model) throws IOException {
    return ready(model, null);
  }

  @GET
  @Path("models/{model}/versions/{version}/ready")
  @Operation(summary = "Tells whether a version can answer; opens it")
  public ObjectNode ready(@PathParam("model") String model, @PathParam("version") String version)
      throws IOException {
    var key = models.find(model, version);
    return models.with(
        key,
        open -> {
          open.predictor();
          return JsonNodeFactory.instance.objectNode().put("name", key.name()).put("ready", true);
        });
  }

  @POST
  @Path("models/{model}/infer")
  @Consumes(MediaType.APPLICATION_JSON)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              examples = {
                @ExampleObject(name = "image", value = EXAMPLE),
                @ExampleObject(name = "texts", value = TEXTS)
              }))
  @Operation(summary = "Asks a model's newest version")
  public ObjectNode infer(@PathParam("model") String model, InputStream body) throws IOException {
    return infer(model, null, body);
  }

  @POST
  @Path("models/{model}/versions/{version}/infer")
  @Consumes(MediaType.APPLICATION_JSON)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              examples = {
                @ExampleObject(name = "image", value = EXAMPLE),
                @ExampleObject(name = "texts", value = TEXTS)
              }))
  @Operation(summary = "Asks a version of a model")
  public ObjectNode infer(
      @PathParam("model") String model, @PathParam("version") String version, InputStream body)
      throws IOException {
    var key = models.find(model, version);
    var json = Json.read(body, config.limits().body().asLongValue());
    var keys = Set.of("id", "parameters", "inputs", "outputs");
    var request = Tensors.object(json, "the request", keys);
    return models.with(key, open -> infer(key, open.predictor(), request));
  }

  private ObjectNode infer(Key key, Predictor predictor, ObjectNode request) {
    var started = Timer.start(metrics);
    var signature = predictor.model().signature();
    var wanted = wanted(request.path("outputs"), signature.outputs());
    var inputs = request.path("inputs");
    var values =
        predictor.model().readsTexts() && Tensors.hasTexts(inputs)
            ? List.of(Tensors.encoded(predictor.model(), Tensors.texts(inputs)))
            : Tensors.inputs(inputs, signature.inputs());
    int examples = (int) (values.getFirst().size() / signature.input().width());
    var answers = answers(predictor, values);
    var response = JsonNodeFactory.instance.objectNode();
    response.put("model_name", key.name());
    response.put("model_version", Integer.toString(key.version()));
    if (request.has("id")) {
      response.set("id", request.get("id"));
    }
    var outputs = response.putArray("outputs");
    for (int i = 0; i < answers.size(); i++) {
      var port = signature.outputs().get(i);
      if (wanted.contains(port.name())) {
        outputs.add(Tensors.output(port, examples, answers.get(i)));
      }
    }
    measure(key, examples, started);
    return response;
  }

  private static List<Numbers> answers(Predictor predictor, List<Numbers> values) {
    try {
      return predictor.answer(values);
    } catch (IllegalArgumentException e) { // A token that is not in the vocabulary.
      var names =
          predictor.model().signature().inputs().stream()
              .map(port -> "'" + port.name() + "'")
              .collect(Collectors.joining(", "));
      throw new Refusal(400, "input %s: %s".formatted(names, e.getMessage()));
    }
  }

  /** The names of the outputs that a request asks for; all if it names none. */
  private static Set<String> wanted(JsonNode outputs, List<Port> ports) {
    var names = ports.stream().map(Port::name).collect(Collectors.toCollection(LinkedHashSet::new));
    var wanted = new LinkedHashSet<String>();
    for (var output : outputs) {
      var name = output.path("name").asText();
      if (!names.contains(name)) {
        throw new Refusal(
            400,
            "expected an output named %s but got '%s'"
                .formatted(
                    names.stream().map(n -> "'" + n + "'").collect(Collectors.joining(" or ")),
                    name));
      }
      wanted.add(name);
    }
    return wanted.isEmpty() ? names : wanted;
  }

  private void measure(Key key, int examples, Timer.Sample started) {
    var labels = new String[] {"model", key.name(), "version", Integer.toString(key.version())};
    started.stop(
        Timer.builder("fathom.inference.duration")
            .description("Time to answer a request")
            .tags(labels)
            .serviceLevelObjectives(BUCKETS)
            .register(metrics));
    Counter.builder("fathom.inference.examples")
        .description("Examples that were answered")
        .tags(labels)
        .register(metrics)
        .increment(examples);
  }
}
