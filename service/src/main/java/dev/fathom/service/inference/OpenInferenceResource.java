package dev.fathom.service.inference;

import dev.fathom.service.FathomConfig;
import dev.fathom.service.OpenModels;
import dev.fathom.service.Version;
import dev.fathom.service.inference.Forms.ModelMetadata;
import dev.fathom.service.rest.Coding;
import dev.fathom.service.rest.UsesModels;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /v2}, the Open Inference Protocol: server, models, inference. */
@Path("/v2")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Open Inference Protocol")
public final class OpenInferenceResource {

  /** Triton's names of what there is beside the protocol. */
  static final List<String> EXTENSIONS =
      List.of(
          "binary_tensor_data",
          "classification",
          "model_configuration",
          "model_repository",
          "statistics");

  private static final String IMAGE =
      """
      {"id": "1", "inputs": [{"name": "image", "shape": [1, 2, 2], "datatype": "UINT8",
       "data": [[[0, 255], [128, 0]]]}]}
      """;

  private static final String TEXTS =
      """
      {"inputs": [{"name": "text", "shape": [2], "datatype": "BYTES",
       "data": ["a first text", "and another"]}]}
      """;

  private static final String COLUMNS =
      """
      {"inputs": [{"name": "length", "shape": [1], "datatype": "FP32", "data": [5.1]},
                  {"name": "width", "shape": [1], "datatype": "FP32", "data": [3.5]}],
       "outputs": [{"name": "probabilities", "parameters": {"classification": 1}}]}
      """;

  @Inject OpenModels models;
  @Inject Inference inference;
  @Inject FathomConfig config;

  @GET
  @Operation(operationId = "serverMetadata", summary = "Tells the server's name and version")
  public Forms.Server server() {
    return new Forms.Server("fathom", Version.TEXT, EXTENSIONS);
  }

  @GET
  @Path("health/live")
  @NonBlocking // Also while every worker is busy.
  @Operation(operationId = "serverLive", summary = "Tells whether the server runs")
  public Forms.Live live() {
    return new Forms.Live(true);
  }

  @GET
  @Path("health/ready")
  @NonBlocking
  @Operation(operationId = "serverReady", summary = "Tells whether the server takes requests")
  public Forms.Ready ready() {
    return new Forms.Ready(true);
  }

  @GET
  @UsesModels
  @Path("models/{model}")
  @Operation(
      operationId = "modelMetadata",
      summary = "Tells the signature of a model's newest version, and its versions")
  public ModelMetadata metadata(@PathParam("model") String model) throws IOException {
    return metadata(model, null);
  }

  @GET
  @UsesModels
  @Path("models/{model}/versions/{version}")
  @Operation(
      operationId = "modelVersionMetadata",
      summary = "Tells the signature of a version, and the versions of its model")
  public ModelMetadata metadata(
      @PathParam("model") String model, @PathParam("version") String version) throws IOException {
    var key = models.find(model, version);
    var versions = models.versions(model).stream().map(String::valueOf).toList();
    return models.with(
        key,
        open ->
            new ModelMetadata(
                key.name(),
                versions,
                "fathom",
                Described.inputs(open.model()),
                Described.outputs(open.model())));
  }

  @GET
  @UsesModels
  @Path("models/{model}/ready")
  @Operation(
      operationId = "modelReady",
      summary =
          "Tells whether a model's newest version can answer at full speed; opens it and warms it up")
  public Forms.ModelReady ready(@PathParam("model") String model) throws IOException {
    return ready(model, null);
  }

  @GET
  @UsesModels
  @Path("models/{model}/versions/{version}/ready")
  @Operation(
      operationId = "modelVersionReady",
      summary = "Tells whether a version can answer at full speed; opens it and warms it up")
  public Forms.ModelReady ready(
      @PathParam("model") String model, @PathParam("version") String version) throws IOException {
    var key = models.find(model, version);
    return models.with(
        key,
        open -> {
          open.warmUp();
          return new Forms.ModelReady(key.name(), true);
        });
  }

  @POST
  @UsesModels
  @Path("models/{model}/infer")
  @Consumes(MediaType.WILDCARD)
  @Produces({MediaType.APPLICATION_JSON, MediaType.APPLICATION_OCTET_STREAM})
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Forms.InferRequest.class),
              examples = {
                @ExampleObject(name = "image", value = IMAGE),
                @ExampleObject(name = "texts", value = TEXTS),
                @ExampleObject(name = "columns", value = COLUMNS)
              }))
  @APIResponse(
      responseCode = "200",
      description = "The outputs",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Forms.InferResponse.class)))
  @Operation(
      operationId = "modelInfer",
      summary = "Asks a model's newest version",
      description =
          "With the header `Inference-Header-Content-Length` binary tensors lie behind the JSON.")
  public Response infer(
      @PathParam("model") String model, @Context HttpHeaders headers, InputStream body)
      throws IOException {
    return infer(model, null, headers, body);
  }

  @POST
  @UsesModels
  @Path("models/{model}/versions/{version}/infer")
  @Consumes(MediaType.WILDCARD)
  @Produces({MediaType.APPLICATION_JSON, MediaType.APPLICATION_OCTET_STREAM})
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Forms.InferRequest.class),
              examples = {
                @ExampleObject(name = "image", value = IMAGE),
                @ExampleObject(name = "texts", value = TEXTS),
                @ExampleObject(name = "columns", value = COLUMNS)
              }))
  @APIResponse(
      responseCode = "200",
      description = "The outputs",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Forms.InferResponse.class)))
  @Operation(operationId = "modelVersionInfer", summary = "Asks a version of a model")
  public Response infer(
      @PathParam("model") String model,
      @PathParam("version") String version,
      @Context HttpHeaders headers,
      InputStream body)
      throws IOException {
    var key = models.find(model, version);
    long most = config.limits().body().asLongValue();
    var jsonBytes = headers.getHeaderString(JsonRequest.JSON_BYTES);
    var answer = inference.answer(key, () -> JsonRequest.read(key, body, jsonBytes, most));
    return JsonAnswer.of(answer)
        .response(wanted(headers.getHeaderString(HttpHeaders.ACCEPT_ENCODING)));
  }

  /**
   * The coding of an answer. HTTP libraries name every one that they know in each request, and
   * numbers get hardly smaller: the work is done for who names one alone.
   */
  private static Optional<Coding> wanted(String encodings) {
    var accepted = Coding.accepted(encodings);
    return Arrays.stream(Coding.values())
        .filter(coding -> accepted.equals(List.of(coding.token())))
        .findFirst();
  }
}
